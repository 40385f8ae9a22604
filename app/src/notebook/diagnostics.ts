import { type Diagnostic, setDiagnostics } from '@codemirror/lint';
import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { CodeCell } from '@jupyterlab/cells';
import { CodeMirrorEditor } from '@jupyterlab/codemirror';
import { INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';
import type { Kernel, KernelMessage } from '@jupyterlab/services';

// Type errors as one types: the page sends all code cells over a comm, the kernel's language
// service answers, also while a cell computes. Another kernel (tslab) has no such target: nothing
// is sent to it.

const TARGET = 'lectern.language';
const KERNEL = 'typescript';
const QUIET_MS = 350;

type Problem = {
  start: number;
  end: number;
  severity: 'error' | 'warning';
  message: string;
  code: number;
};
type Answer = { id?: number; result?: Record<string, Problem[]> };

/** Keeps the marks in one notebook's editors in step with what the kernel says of them. */
class NotebookDiagnostics {
  constructor(panel: NotebookPanel) {
    this.#panel = panel;
    const { sessionContext } = panel;
    sessionContext.kernelChanged.connect(() => this.reconnect());
    sessionContext.statusChanged.connect((_, status) => {
      if (status === 'restarting' || status === 'autorestarting' || status === 'dead') this.drop();
      if (status === 'idle' && !this.#comm) this.reconnect();
    });
    void panel.context.ready.then(() => {
      panel.context.model.contentChanged.connect(() => this.later());
      this.reconnect();
    });
    panel.disposed.connect(() => this.drop());
  }

  private reconnect(): void {
    this.drop();
    const kernel = this.#panel.sessionContext.session?.kernel;
    if (kernel?.name !== KERNEL || kernel.isDisposed || kernel.status === 'unknown') return;
    const comm = kernel.createComm(TARGET);
    comm.onMsg = (message) => this.receive(message);
    comm.onClose = () => {
      this.#comm = null;
    };
    comm.open();
    this.#comm = comm;
    this.later();
  }

  private drop(): void {
    window.clearTimeout(this.#timer);
    const comm = this.#comm;
    this.#comm = null;
    if (comm && !comm.isDisposed) comm.dispose();
  }

  private later(): void {
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.ask(), QUIET_MS);
  }

  private ask(): void {
    const comm = this.#comm;
    if (!comm || comm.isDisposed || this.#panel.isDisposed) return;
    const cells = this.codeCells().map(({ model }) => ({
      id: model.id,
      code: model.sharedModel.getSource(),
    }));
    this.#asked = new Map(cells.map(({ id, code }) => [id, code]));
    this.#id += 1;
    comm.send({ id: this.#id, method: 'diagnostics', params: { cells } });
  }

  private receive(message: KernelMessage.ICommMsgMsg): void {
    const { id, result } = message.content.data as Answer;
    // A later question is under way: its answer will be about the text that stands there now.
    if (id !== this.#id || !result) return;
    for (const cell of this.codeCells()) {
      const code = cell.model.sharedModel.getSource();
      if (code !== this.#asked.get(cell.model.id)) continue;
      void cell.ready.then(() => mark(cell, code, result[cell.model.id] ?? []));
    }
  }

  private codeCells(): CodeCell[] {
    return this.#panel.content.widgets.filter((cell) => cell instanceof CodeCell);
  }

  #comm: Kernel.IComm | null = null;
  #timer = 0;
  #id = 0;
  #asked = new Map<string, string>();
  readonly #panel: NotebookPanel;
}

/** A cell may come into the page after the answer; then its text must still be the one asked about. */
function mark(cell: CodeCell, code: string, problems: Problem[]): void {
  if (cell.isDisposed || cell.model.sharedModel.getSource() !== code) return;
  if (!(cell.editor instanceof CodeMirrorEditor)) return;
  const { editor: view } = cell.editor;
  const { length } = view.state.doc;
  const marks = problems.map(({ start, end, severity, message, code: number }): Diagnostic => {
    const from = Math.min(Math.max(0, start), length);
    return {
      from,
      to: Math.min(Math.max(from, end), length),
      severity,
      message,
      source: `${number}`,
    };
  });
  view.dispatch(setDiagnostics(view.state, marks));
  cell.node.dataset.problems = String(marks.filter(({ severity }) => severity === 'error').length);
}

export const diagnosticsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'lectern:diagnostics',
  description: 'Type errors as one types.',
  autoStart: true,
  requires: [INotebookTracker],
  activate: (_app, notebooks: INotebookTracker) => {
    notebooks.widgetAdded.connect((_, panel) => void new NotebookDiagnostics(panel));
  },
};
