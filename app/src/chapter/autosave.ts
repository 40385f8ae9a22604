import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { type Contents, ServerConnection } from '@jupyterlab/services';
import { type ISignal, Signal } from '@lumino/signaling';

export type SaveState = 'saved' | 'saving' | 'unsaved';

const QUIET_MS = 1000;
const LONGEST_MS = 2000;
const RETRY_MS = 3000;

/** Why a save failed, for the reader. */
function inWords(error: unknown): string {
  if (error instanceof ServerConnection.NetworkError) return 'The course server does not answer.';
  const message = error instanceof Error ? error.message : String(error);
  return isDecision(error) ? 'The chapter was changed elsewhere.' : `${message}.`;
}

/** JupyterLab's errors for a conflict that the reader left undecided. */
function isDecision(error: unknown): boolean {
  const { name } = error as Error;
  return name === 'ModalCancelError' || name === 'ModalDuplicateError';
}

/**
 * Saves a notebook shortly after each change, and says whether it is saved. JupyterLab's own
 * autosave waits two minutes, and a change made while a save is under way would count as saved.
 */
export class Autosave {
  constructor(panel: NotebookPanel, contents: Contents.IManager) {
    this.#context = panel.context;
    this.#contents = contents;
    const { context } = panel;
    void context.ready.then(() => {
      context.model.contentChanged.connect(this.onEdit, this);
      context.saveState.connect(this.onSaveState, this);
      this.draw();
    });
    panel.node.addEventListener('focusout', this.#now);
    document.addEventListener('visibilitychange', this.#now);
    window.addEventListener('pagehide', this.#now);
    window.addEventListener('beforeunload', this.#leaving);
    panel.disposed.connect(() => this.dispose());
  }

  get state(): SaveState {
    return this.#state;
  }

  /** Why the last save failed, in words; empty otherwise. */
  get reason(): string {
    return this.#reason;
  }

  get changed(): ISignal<this, SaveState> {
    return this.#changed;
  }

  /** Saves what is not saved yet. Does not throw: the state says how it went. */
  async save(): Promise<void> {
    this.clearTimers();
    if (this.#saving) return this.#saving;
    if (this.#version === this.#savedVersion && !this.#context.model.dirty) return;
    this.#saving = this.write().finally(() => {
      this.#saving = null;
      if (this.#version !== this.#savedVersion && this.#state !== 'unsaved') this.later();
      this.draw();
    });
    this.draw();
    return this.#saving;
  }

  private async write(): Promise<void> {
    const version = this.#version;
    const { path } = this.#context;
    try {
      // JupyterLab opens a dialog for every save that fails; a server that is away is no news
      // every few seconds, so it is asked first.
      await this.#contents.get(path, { content: false });
      await this.#context.save();
      this.#savedVersion = version;
      this.#failed = false;
      // The context counts everything as saved now, also what was typed meanwhile.
      if (this.#version !== version) this.#context.model.dirty = true;
    } catch (error) {
      this.#failed = true;
      this.#reason = inWords(error);
      // One who has closed the dialog of a conflict is asked again after the next edit.
      if (!isDecision(error)) this.#retry = window.setTimeout(() => void this.save(), RETRY_MS);
    }
  }

  private onEdit(): void {
    this.#version += 1;
    this.later();
    this.draw();
  }

  private onSaveState(_: unknown, state: DocumentRegistry.SaveState): void {
    // Someone else saved (Ctrl+S) or loaded the file anew.
    if (state === 'completed' && !this.#saving) {
      this.#savedVersion = this.#version;
      this.#failed = false;
      this.draw();
    }
  }

  private later(): void {
    window.clearTimeout(this.#quiet);
    this.#quiet = window.setTimeout(() => void this.save(), QUIET_MS);
    this.#longest ||= window.setTimeout(() => void this.save(), LONGEST_MS);
  }

  private clearTimers(): void {
    window.clearTimeout(this.#quiet);
    window.clearTimeout(this.#longest);
    window.clearTimeout(this.#retry);
    this.#longest = 0;
  }

  private draw(): void {
    const dirty = this.#version !== this.#savedVersion || this.#context.model.dirty;
    let state: SaveState = 'saved';
    if (dirty || this.#saving) state = this.#failed && !this.#saving ? 'unsaved' : 'saving';
    if (state === this.#state) return;
    this.#state = state;
    this.#changed.emit(state);
  }

  private dispose(): void {
    this.clearTimers();
    document.removeEventListener('visibilitychange', this.#now);
    window.removeEventListener('pagehide', this.#now);
    window.removeEventListener('beforeunload', this.#leaving);
  }

  readonly #now = () => void this.save();
  readonly #leaving = (event: BeforeUnloadEvent) => {
    if (this.#version === this.#savedVersion) return;
    void this.save();
    event.preventDefault();
  };
  #state: SaveState = 'saved';
  #reason = '';
  #saving: Promise<void> | null = null;
  #failed = false;
  #version = 0;
  #savedVersion = 0;
  #quiet = 0;
  #longest = 0;
  #retry = 0;
  readonly #context: DocumentRegistry.IContext<DocumentRegistry.IModel>;
  readonly #contents: Contents.IManager;
  readonly #changed = new Signal<this, SaveState>(this);
}
