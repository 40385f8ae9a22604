import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { NotebookPanel } from '@jupyterlab/notebook';
import { Token } from '@lumino/coreutils';
import { type ISignal, Signal } from '@lumino/signaling';
import { api } from '../course/api.ts';
import { ICourseStore } from '../course/store.ts';
import { ChapterView } from './chapter-view.ts';
import { reviveKernel } from './kernel-revival.ts';

const KERNEL = 'typescript';

/** The chapter that is open in the page. */
export interface IChapters {
  readonly current: ChapterView | null;
  /** Emitted when another chapter is open, and whenever something about it changes. */
  readonly changed: ISignal<IChapters, void>;
  /** Opens a chapter where it was left. @throws when the server refuses or is away */
  open(id: string): Promise<ChapterView>;
}

export const IChapters = new Token<IChapters>('lectern:IChapters', 'The open chapter.');

class Chapters implements IChapters {
  constructor(app: JupyterFrontEnd, documents: IDocumentManager, store: ICourseStore) {
    this.#app = app;
    this.#documents = documents;
    this.#store = store;
  }

  get current(): ChapterView | null {
    return this.#current;
  }

  get changed(): ISignal<IChapters, void> {
    return this.#changed;
  }

  async open(id: string): Promise<ChapterView> {
    const known = this.#current;
    if (known?.id === id && !known.panel.isDisposed) {
      this.#app.shell.activateById(known.panel.id);
      return known;
    }
    const { path } = await api.openChapter(id);
    await this.close();
    const panel = this.#documents.openOrReveal(path, 'Notebook', { name: KERNEL });
    if (!(panel instanceof NotebookPanel)) throw new Error(`${path} is not a notebook.`);
    const view = new ChapterView(id, panel, this.#app.serviceManager.contents);
    this.#current = view;
    reviveKernel(panel, this.#app.serviceManager.sessions, KERNEL);
    view.changed.connect(() => this.#changed.emit());
    panel.disposed.connect(() => {
      if (this.#current === view) this.#current = null;
    });
    this.#changed.emit();
    await Promise.all([panel.revealed, this.#store.loadExercises(id)]);
    const last = this.#store.course?.last;
    if (last?.chapter === id) await view.position.restore(last.cellId);
    else panel.content.activeCellIndex = 0;
    view.position.follow();
    return view;
  }

  /** One chapter at a time: what another one holds is saved first. */
  private async close(): Promise<void> {
    const known = this.#current;
    if (!known || known.panel.isDisposed) return;
    await known.autosave.save();
    await this.#documents.closeFile(known.panel.context.path);
  }

  #current: ChapterView | null = null;
  readonly #app: JupyterFrontEnd;
  readonly #documents: IDocumentManager;
  readonly #store: ICourseStore;
  readonly #changed = new Signal<IChapters, void>(this);
}

export const chaptersPlugin: JupyterFrontEndPlugin<IChapters> = {
  id: 'lectern:chapters',
  description: 'Opens chapters as notebooks.',
  autoStart: true,
  provides: IChapters,
  requires: [IDocumentManager, ICourseStore],
  activate: (app, documents: IDocumentManager, store: ICourseStore) =>
    new Chapters(app, documents, store),
};
