import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { INotebookTracker, NotebookActions } from '@jupyterlab/notebook';
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
import type { Route } from './route.ts';
import { TitleBar } from './titlebar.tsx';

const COMMAND_MODE = '.jp-Notebook.jp-mod-commandMode:not(.jp-mod-readWrite) :focus';

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
    const home = new Home(services);
    const problem = new ChapterProblem();
    shell.add(home, 'main', { activate: false });
    shell.add(problem, 'main', { activate: false });

    const showChapter = async (id: string) => {
      problem.wait();
      if (chapters.current?.id !== id) shell.activateById(problem.id);
      try {
        // The course tells where the reader was.
        if (!store.course) await store.refresh();
        await chapters.open(id);
      } catch (error) {
        problem.say(error, () => void showChapter(id));
        shell.activateById(problem.id);
      }
    };
    const show = (route: Route) => {
      shell.node.dataset.page = route.page;
      const chapter =
        route.page === 'chapter' ? store.course?.chapters.find(({ id }) => id === route.id) : null;
      document.title = [chapter?.title, store.course?.title, 'Lectern'].filter(Boolean).join(' · ');
      if (route.page === 'chapter') return void showChapter(route.id);
      shell.activateById(home.id);
      void store.refresh();
    };
    navigation.changed.connect((_, route) => show(route));
    store.changed.connect(() => {
      const { route } = navigation;
      const chapter =
        route.page === 'chapter' ? store.course?.chapters.find(({ id }) => id === route.id) : null;
      document.title = [chapter?.title, store.course?.title, 'Lectern'].filter(Boolean).join(' · ');
    });
    commands.addCommand(OPEN_PATH, {
      label: 'Open a file of the course',
      execute: ({ path }) => {
        const found = store.course?.chapters.find((chapter) => chapter.path === path);
        if (found) navigation.go({ page: 'chapter', id: found.id });
      },
    });
    void app.started.then(() => show(navigation.route));
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
