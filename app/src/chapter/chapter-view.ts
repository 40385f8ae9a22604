import { CodeCell } from '@jupyterlab/cells';
import { NotebookActions, type NotebookPanel } from '@jupyterlab/notebook';
import type { Contents } from '@jupyterlab/services';
import { type ISignal, Signal } from '@lumino/signaling';
import { words } from '../platform/words.ts';
import { Autosave } from './autosave.ts';
import { type KernelState, kernelState } from './kernel-words.ts';
import { type Heading, outline } from './outline.ts';
import { Position } from './position.ts';

const OUTLINE_QUIET_MS = 400;

/** One open chapter: what title bar and rail show of it. */
export class ChapterView {
  constructor(id: string, panel: NotebookPanel, contents: Contents.IManager) {
    this.id = id;
    this.panel = panel;
    this.autosave = new Autosave(panel, contents);
    this.position = new Position(id, panel);
    const { sessionContext } = panel;
    // The stock factory hands the translator to the notebook, but not to its panel.
    Object.assign(panel, { _trans: words.load('jupyterlab') });
    const tell = () => this.#changed.emit();
    sessionContext.statusChanged.connect(tell);
    sessionContext.connectionStatusChanged.connect(tell);
    sessionContext.kernelChanged.connect(tell);
    sessionContext.iopubMessage.connect((_, { header, parent_header }) => {
      if (header.msg_type !== 'status') return;
      const asked = 'msg_type' in parent_header ? parent_header.msg_type : 'execute_request';
      this.#onlyHelps = asked !== 'execute_request';
      tell();
    });
    NotebookActions.executed.connect(tell);
    this.autosave.changed.connect(tell);
    this.position.changed.connect(tell);
    void panel.context.ready.then(() => {
      panel.context.model.contentChanged.connect(() => this.outlineLater());
      this.readOutline();
    });
    panel.disposed.connect(() => {
      NotebookActions.executed.disconnect(tell);
      window.clearTimeout(this.#timer);
    });
  }

  get changed(): ISignal<this, void> {
    return this.#changed;
  }

  get headings(): readonly Heading[] {
    return this.#headings;
  }

  /**
   * Between two cells of a run the kernel is idle for a moment; to the reader it still runs. While
   * it looks for type errors or completes a name it says busy; to the reader nothing runs.
   */
  get kernel(): KernelState {
    const state = kernelState(this.panel.sessionContext.kernelDisplayStatus);
    if (state === 'ready') return this.running ? 'busy' : 'ready';
    if (state === 'busy' && this.#onlyHelps && !this.running) return 'ready';
    return state;
  }

  private get running(): boolean {
    return this.panel.content.widgets.some(
      (cell) => cell instanceof CodeCell && cell.model.executionState === 'running',
    );
  }

  private outlineLater(): void {
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.readOutline(), OUTLINE_QUIET_MS);
  }

  private readOutline(): void {
    const cells = [...(this.panel.content.model?.cells ?? [])];
    const found = outline(
      cells.map(({ id, type, sharedModel }) => ({ id, type, source: sharedModel.getSource() })),
    );
    if (JSON.stringify(found) === JSON.stringify(this.#headings)) return;
    this.#headings = found;
    this.#changed.emit();
  }

  readonly id: string;
  readonly panel: NotebookPanel;
  readonly autosave: Autosave;
  readonly position: Position;
  #headings: Heading[] = [];
  /** What the kernel last was busy with was no code of the reader's. */
  #onlyHelps = false;
  #timer = 0;
  readonly #changed = new Signal<this, void>(this);
}
