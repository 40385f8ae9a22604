import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import type { Cell } from '@jupyterlab/cells';
import { IEditorServices } from '@jupyterlab/codeeditor';
import { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { Widget } from '@lumino/widgets';
import { commandIds } from '../chapter/commands.ts';
import { api } from '../course/api.ts';
import { ICourseStore } from '../course/store.ts';
import { ContentFactory, type ICardParts } from '../notebook/content-factory.ts';
import { cellOf, exerciseCells, exerciseOf } from '../notebook/finding.ts';
import { say } from '../platform/notice.ts';
import { CardFoot } from './card-foot.tsx';
import { CardHead } from './card-head.tsx';
import { IChecker } from './checker.ts';
import { foldStatement } from './fold-statement.ts';
import { checkedAll } from './words.ts';

const CHECK = 'lectern:check';
const CHECK_ALL = commandIds.checkAll;
const FOLDED = 'lectern-mod-folded';
const MAC = /mac/i.test(navigator.platform);
const SHORTCUT = MAC ? '⌘ Shift Enter' : 'Ctrl+Shift+Enter';

/** Makes the parts of cards; a card knows its cell once it is attached to it. */
class Cards implements ICardParts {
  constructor(app: JupyterFrontEnd, store: ICourseStore, rendermime: IRenderMimeRegistry) {
    this.#app = app;
    this.#store = store;
    this.#rendermime = rendermime;
  }

  head(exercise: string): Widget {
    const head: Widget = new CardHead({
      exercise,
      store: this.#store,
      rendermime: this.#rendermime,
      onUnfold: () => cellOf(head)?.removeClass(FOLDED),
    });
    return head;
  }

  foot(exercise: string): Widget {
    const cell = () => cellOf(foot);
    const foot: Widget = new CardFoot({
      exercise,
      store: this.#store,
      rendermime: this.#rendermime,
      actions: {
        check: () => void this.#app.commands.execute(CHECK, { exercise }),
        source: () => cell()?.model.sharedModel.getSource() ?? '',
        reset: () => {
          const starter = this.#store.exercise(exercise)?.starter;
          const own = cell();
          if (starter === undefined || !own) return;
          own.model.sharedModel.setSource(starter);
          foldStatement(own);
        },
        undo: () => cell()?.editor?.undo(),
        fold: () => cell()?.addClass(FOLDED),
        shortcut: SHORTCUT,
      },
    });
    return foot;
  }

  readonly #app: JupyterFrontEnd;
  readonly #store: ICourseStore;
  readonly #rendermime: IRenderMimeRegistry;
}

/** An exercise passed on an earlier day is one line until it is opened again. */
function foldPassed(cells: readonly Cell[], store: ICourseStore): void {
  for (const cell of cells) {
    const id = exerciseOf(cell);
    const passed = id !== null && store.exercise(id)?.passed === true;
    if (passed && !store.verdict(id)) cell.addClass(FOLDED);
  }
}

export const cardsPlugin: JupyterFrontEndPlugin<NotebookPanel.IContentFactory> = {
  id: 'lectern:cells',
  description: "The course's cells: run state in words, toolbars, exercise cards.",
  autoStart: true,
  provides: NotebookPanel.IContentFactory,
  requires: [IEditorServices, IRenderMimeRegistry, ICourseStore],
  activate: (app, editors: IEditorServices, rendermime: IRenderMimeRegistry, store: ICourseStore) =>
    new ContentFactory(editors, app.commands, new Cards(app, store, rendermime)),
};

export const exercisesPlugin: JupyterFrontEndPlugin<void> = {
  id: 'lectern:exercises',
  description: 'The commands that check exercises.',
  autoStart: true,
  requires: [INotebookTracker, ICourseStore, IChecker],
  activate: (app, notebooks: INotebookTracker, store: ICourseStore, checker: IChecker) => {
    app.commands.addCommand(CHECK, {
      label: 'Check this exercise',
      execute: async ({ exercise }) => {
        const panel = notebooks.currentWidget;
        const active = panel?.content.activeCell;
        const id = typeof exercise === 'string' ? exercise : active && exerciseOf(active);
        if (panel && id) await checker.check(panel, [id]);
      },
    });
    app.commands.addCommand(CHECK_ALL, {
      label: 'Check all exercises',
      execute: async () => {
        const panel = notebooks.currentWidget;
        if (!panel) return;
        say('Checking all exercises…');
        await checker.check(panel);
        say(allInWords(panel, store));
      },
    });
    app.commands.addCommand(commandIds.submit, {
      label: 'Submit this chapter',
      execute: async () => {
        const panel = notebooks.currentWidget;
        if (panel) say(await handIn(panel));
      },
    });
    app.commands.addKeyBinding({
      command: CHECK,
      keys: ['Accel Shift Enter'],
      selector: '.jp-Notebook',
    });
    notebooks.widgetAdded.connect((_, panel) => {
      const once = () => {
        if (store.exercise(exerciseOfFirst(panel)) === undefined) return;
        store.changed.disconnect(once);
        foldPassed(panel.content.widgets, store);
      };
      void panel.revealed.then(() => {
        for (const { cell } of exerciseCells(panel))
          void cell.ready.then(() => foldStatement(cell));
        store.changed.connect(once);
        once();
      });
      panel.disposed.connect(() => store.changed.disconnect(once));
    });
  },
};

/** One sentence on all exercises of the chapter; each card tells the rest. */
function allInWords(panel: NotebookPanel, store: ICourseStore): string {
  const present = new Set(exerciseCells(panel).map(({ id }) => id));
  const chapter = store.course?.chapters.find(({ path }) => path === panel.context.path);
  const verdicts = [...present].map((id) => store.verdict(id));
  const trouble = verdicts.find((verdict) => verdict?.kind === 'trouble');
  if (trouble) return trouble.message;
  const results = (chapter?.exercises ?? [...present]).map((id) => {
    const verdict = store.verdict(id);
    const graded = verdict?.kind === 'report' ? verdict.report.status : null;
    const title = store.exercise(id)?.title ?? id;
    return { title, status: present.has(id) ? graded : ('missing' as const) };
  });
  return checkedAll(results);
}

/** Saves the notebook and hands in what was saved; the outcome in words. */
async function handIn(panel: NotebookPanel): Promise<string> {
  try {
    await panel.context.save();
    const { receipt, student, file } = await api.submit(panel.context.path);
    return `Handed in as ${student}. Receipt ${receipt.slice(0, 16)}…, kept beside the copy: ${file}`;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return `Nothing was handed in. ${reason}`;
  }
}

function exerciseOfFirst(panel: NotebookPanel): string {
  for (const cell of panel.content.widgets) {
    const id = exerciseOf(cell);
    if (id !== null) return id;
  }
  return '';
}
