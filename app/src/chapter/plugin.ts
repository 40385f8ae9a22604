import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { INotebookTracker, NotebookActions } from '@jupyterlab/notebook';
import type { CommandRegistry } from '@lumino/commands';
import { ICourseStore } from '../course/store.ts';
import { Home } from '../home/home.tsx';
import type { LecternShell } from '../platform/shell.ts';
import { IThemes } from '../platform/theme.ts';
import { OPEN_PATH } from '../rendering/registry.ts';
import { ChapterProblem } from './chapter-problem.tsx';
import { IChapters } from './chapters.ts';
import { commandIds } from './commands.ts';
import { INavigation } from './navigation.ts';
import { Rail } from './rail.tsx';
import { runAll } from './run-all.ts';
import { TitleBar } from './titlebar.tsx';

const COMMAND_MODE = '.jp-Notebook.jp-mod-commandMode:not(.jp-mod-readWrite) :focus';

type Services = {
  shell: LecternShell;
  commands: CommandRegistry;
  store: ICourseStore;
  chapters: IChapters;
  navigation: INavigation;
  themes: IThemes;
};

/** Shows in the middle of the page what the address asks for. */
class Pages {
  constructor(services: Services) {
    this.#services = services;
    this.#home = new Home(services);
    const { shell, store, navigation } = services;
    shell.add(this.#home, 'main', { activate: false });
    shell.add(this.#problem, 'main', { activate: false });
    navigation.changed.connect(() => this.show());
    store.changed.connect(() => this.entitle());
  }

  show(): void {
    const { shell, store, navigation } = this.#services;
    const { route } = navigation;
    shell.node.dataset.page = route.page;
    this.entitle();
    if (route.page === 'chapter') {
      void this.showChapter(route.id);
      return;
    }
    shell.activateById(this.#home.id);
    void store.refresh();
  }

  private async showChapter(id: string): Promise<void> {
    const { shell, store, chapters } = this.#services;
    this.#problem.wait();
    if (chapters.current?.id !== id) shell.activateById(this.#problem.id);
    try {
      // The course tells where the reader was.
      if (!store.course) await store.refresh();
      await chapters.open(id);
    } catch (error) {
      this.#problem.say(error, () => void this.showChapter(id));
      shell.activateById(this.#problem.id);
    }
  }

  /** The name of the browser's tab. */
  private entitle(): void {
    const { store, navigation } = this.#services;
    const { route } = navigation;
    const id = route.page === 'chapter' ? route.id : null;
    const chapter = store.course?.chapters.find((each) => each.id === id);
    document.title = [chapter?.title, store.course?.title, 'Lectern'].filter(Boolean).join(' · ');
  }

  readonly #services: Services;
  readonly #home: Home;
  readonly #problem = new ChapterProblem();
}

export const framePlugin: JupyterFrontEndPlugin<void> = {
  id: 'lectern:frame',
  description: 'Title bar, rail and home; shows what the address asks for.',
  autoStart: true,
  requires: [ICourseStore, IChapters, INavigation, IThemes],
  activate: (
    app: JupyterFrontEnd,
    store: ICourseStore,
    chapters: IChapters,
    navigation: INavigation,
    themes: IThemes,
  ) => {
    const shell = app.shell as JupyterFrontEnd.IShell as LecternShell;
    const { commands } = app;
    const services = { shell, commands, store, chapters, navigation, themes };
    shell.add(new TitleBar(services), 'top');
    shell.add(new Rail(services), 'left');
    const pages = new Pages(services);
    commands.addCommand(OPEN_PATH, {
      label: 'Open a file of the course',
      execute: ({ path, href }) => {
        const found = store.course?.chapters.find((chapter) => chapter.path === path);
        if (found) navigation.go({ page: 'chapter', id: found.id });
        else if (typeof href === 'string' && href !== '') window.open(href, '_blank', 'noopener');
      },
    });
    commands.addCommand(commandIds.runAll, {
      label: 'Run all cells from the top',
      execute: async () => {
        if (chapters.current) await runAll(chapters.current);
      },
    });
    void app.started.then(() => pages.show());
  },
};

export const keysPlugin: JupyterFrontEndPlugin<void> = {
  id: 'lectern:keys',
  description: 'Commands on cells, and the keys of JupyterLab that its menus would bring.',
  autoStart: true,
  requires: [INotebookTracker],
  activate: ({ commands }, notebooks: INotebookTracker) => {
    const insert = (type: 'code' | 'markdown') => () => {
      const notebook = notebooks.currentWidget?.content;
      if (!notebook) return;
      NotebookActions.insertBelow(notebook);
      NotebookActions.changeCellType(notebook, type);
      notebook.mode = 'edit';
    };
    commands.addCommand(commandIds.addCode, { label: 'Add code below', execute: insert('code') });
    commands.addCommand(commandIds.addText, {
      label: 'Add text below',
      execute: insert('markdown'),
    });
    const keys: [command: string, keys: string[]][] = [
      [commandIds.interrupt, ['I', 'I']],
      [commandIds.restart, ['0', '0']],
    ];
    for (const [command, pressed] of keys) {
      commands.addKeyBinding({ command, keys: pressed, selector: COMMAND_MODE });
    }
  },
};
