import type { Cell } from '@jupyterlab/cells';
import { CodeMirrorEditor } from '@jupyterlab/codemirror';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { Diagnostic, Position } from 'vscode-languageserver-types';
import { LanguageClient } from './language-client.ts';
import { markProblems } from './problems.ts';

const KERNEL = 'typescript';
const QUIET_MS = 200;
const CODE = 2;
const TEXT = 1;

type Known = { uri: string; kind: number; text: string };

/**
 * One notebook's conversation with the kernel's language server: tells it what stands in the cells
 * (once one pauses, or before a question), marks the problems that it reports, and asks. Another
 * kernel (tslab) has no such server: nothing is sent to it.
 */
export class NotebookLanguage {
  constructor(panel: NotebookPanel) {
    this.#panel = panel;
    const { sessionContext } = panel;
    sessionContext.kernelChanged.connect(() => this.reconnect());
    sessionContext.statusChanged.connect((_, status) => {
      if (status === 'restarting' || status === 'autorestarting' || status === 'dead') this.drop();
      if (status === 'idle' && !this.isConnected) this.reconnect();
    });
    void panel.context.ready.then(() => {
      if (panel.isDisposed) return;
      panel.content.model?.contentChanged.connect(() => this.later());
      this.reconnect();
    });
    panel.disposed.connect(() => this.drop());
  }

  get panel(): NotebookPanel {
    return this.#panel;
  }

  /** Whether a language server is there to be asked. */
  get isConnected(): boolean {
    return this.#client !== null && !this.#client.isClosed;
  }

  /**
   * Asks about a place of a cell as its text is now.
   *
   * @throws what the kernel says is wrong, or that it has gone
   */
  ask<Result>(
    method: string,
    cellId: string,
    position: Position,
    more: object = {},
  ): Promise<Result> {
    const textDocument = { uri: cellId };
    return this.request(`textDocument/${method}`, { textDocument, position, ...more });
  }

  request<Result>(method: string, params: object): Promise<Result> {
    this.tell();
    const client = this.#client;
    return client
      ? client.request(method, params)
      : Promise.reject(new Error('No kernel is there to be asked.'));
  }

  cell(id: string): Cell | undefined {
    return this.#panel.content.widgets.find(({ model }) => model.id === id);
  }

  private reconnect(): void {
    this.drop();
    const kernel = this.#panel.sessionContext.session?.kernel;
    if (kernel?.name !== KERNEL || kernel.isDisposed || kernel.status === 'unknown') return;
    this.#client = new LanguageClient(kernel, (method, params) => this.hear(method, params));
    this.later();
  }

  private drop(): void {
    window.clearTimeout(this.#timer);
    this.#client?.close();
    this.#client = null;
    this.#known = null;
  }

  private later(): void {
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.tell(), QUIET_MS);
  }

  /** Tells the server what has changed since it was told last. */
  private tell(): void {
    window.clearTimeout(this.#timer);
    const client = this.#client;
    if (!client || client.isClosed || this.#panel.isDisposed) return;
    const cells = this.cells();
    const before = this.#known;
    this.#known = cells;
    const notebookDocument = { uri: this.#panel.context.path, version: ++this.#version };
    if (!before) {
      client.notify('notebookDocument/didOpen', {
        notebookDocument: {
          ...notebookDocument,
          notebookType: 'jupyter-notebook',
          cells: cells.map(toCell),
        },
        cellTextDocuments: cells.map((cell) => this.document(cell)),
      });
      return;
    }
    const structure = this.structureChange(before, cells);
    const texts = new Map(before.map(({ uri, text }) => [uri, text]));
    const changed = cells.filter(({ uri, text }) => texts.has(uri) && texts.get(uri) !== text);
    if (!structure && changed.length === 0) return;
    const textContent = changed.map(({ uri, text }) => ({
      document: { uri, version: this.#version },
      changes: [{ text }],
    }));
    const change = { cells: { ...(structure && { structure }), textContent } };
    client.notify('notebookDocument/didChange', { notebookDocument, change });
  }

  /** The span of cells that is another now, as the protocol describes it. */
  private structureChange(before: Known[], after: Known[]): object | null {
    const same = (a: Known | undefined, b: Known | undefined) =>
      a !== undefined && a.uri === b?.uri && a.kind === b.kind;
    let start = 0;
    while (same(before[start], after[start])) start++;
    let end = 0;
    while (
      end < Math.min(before.length, after.length) - start &&
      same(before.at(-1 - end), after.at(-1 - end))
    ) {
      end++;
    }
    const deleteCount = before.length - start - end;
    const cells = after.slice(start, after.length - end);
    if (deleteCount === 0 && cells.length === 0) return null;
    return {
      array: { start, deleteCount, cells: cells.map(toCell) },
      didOpen: cells.map((cell) => this.document(cell)),
      didClose: before.slice(start, start + deleteCount).map(({ uri }) => ({ uri })),
    };
  }

  private cells(): Known[] {
    const model = this.#panel.content.model;
    return Array.from(model?.cells ?? [], ({ id, type, sharedModel }) => ({
      uri: id,
      kind: type === 'code' ? CODE : TEXT,
      // Prose is none of the server's business.
      text: type === 'code' ? sharedModel.getSource() : '',
    }));
  }

  private document({ uri, kind, text }: Known): object {
    const languageId = kind === CODE ? 'typescript' : 'markdown';
    return { uri, languageId, version: this.#version, text };
  }

  private hear(method: string, params: { uri: string; diagnostics: Diagnostic[] }): void {
    if (method !== 'textDocument/publishDiagnostics' || this.#panel.isDisposed) return;
    const { uri, diagnostics } = params;
    const asked = this.#known?.find((known) => known.uri === uri)?.text;
    const cell = this.cell(uri);
    // A later text is on its way: the answer to that will be about what stands there now.
    if (!cell || cell.model.sharedModel.getSource() !== asked) return;
    void cell.ready.then(() => {
      const isSame = !cell.isDisposed && cell.model.sharedModel.getSource() === asked;
      if (isSame && cell.editor instanceof CodeMirrorEditor) {
        markProblems(cell.node, cell.editor.editor, diagnostics);
      }
    });
  }

  #client: LanguageClient | null = null;
  #known: Known[] | null = null;
  #timer = 0;
  #version = 0;
  readonly #panel: NotebookPanel;
}

function toCell({ uri, kind }: Known): object {
  return { kind, document: uri };
}
