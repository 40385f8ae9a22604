import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { Token } from '@lumino/coreutils';
import { ApiError, api } from '../course/api.ts';
import { ICourseStore, type Verdict } from '../course/store.ts';
import { exerciseCells } from '../notebook/finding.ts';

/** The grader answers within seconds even where an answer never ends; this is for its own death. */
const PATIENCE_MS = 90_000;

export interface IChecker {
  /** Grades exercises of a notebook as it stands in the page; all of them by default. */
  check(panel: NotebookPanel, exercises?: string[]): Promise<void>;
}

export const IChecker = new Token<IChecker>('lectern:IChecker', 'Grades exercises.');

class Checker implements IChecker {
  constructor(store: ICourseStore) {
    this.#store = store;
  }

  async check(panel: NotebookPanel, exercises?: string[]): Promise<void> {
    const ids = exercises ?? [...new Set(exerciseCells(panel).map(({ id }) => id))];
    const asked = ids.filter((id) => this.#store.verdict(id)?.kind !== 'running');
    if (asked.length === 0) return;
    const before = new Map(asked.map((id) => [id, this.#store.verdict(id)]));
    for (const id of asked) this.#store.setVerdict(id, { kind: 'running', since: Date.now() });
    const verdicts = await this.ask(panel, exercises ? asked : undefined);
    for (const id of asked) {
      const verdict = typeof verdicts === 'string' ? trouble(verdicts) : verdicts.get(id);
      this.#store.setVerdict(id, verdict ?? before.get(id));
    }
    if (typeof verdicts !== 'string') await this.refresh(asked);
  }

  /** The verdicts by exercise, or in words why there are none. */
  private async ask(
    panel: NotebookPanel,
    exercises: string[] | undefined,
  ): Promise<Map<string, Verdict> | string> {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    try {
      const notebook = panel.content.model?.toJSON();
      const report = await api.check(panel.context.path, notebook, exercises, signal);
      return new Map(report.exercises.map((each) => [each.id, { kind: 'report', report: each }]));
    } catch (error) {
      if (signal.aborted) {
        const seconds = PATIENCE_MS / 1000;
        return `The grader gave no answer for ${seconds} s. Check again; if that does not help, restart the server.`;
      }
      if (error instanceof ApiError && error.code === 'unreachable') {
        return `${error.message} Your answer is still in this page.`;
      }
      return `Checking failed: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  /** Points and attempts have changed on the server. */
  private async refresh(ids: string[]): Promise<void> {
    try {
      const states = await Promise.all(ids.map((id) => api.exercise(id)));
      for (const state of states) this.#store.setExercise(state);
      await this.#store.refresh();
    } catch {
      // The verdict is shown; the counts catch up with the next one.
    }
  }

  readonly #store: ICourseStore;
}

const trouble = (message: string): Verdict => ({ kind: 'trouble', message });

export const checkerPlugin: JupyterFrontEndPlugin<IChecker> = {
  id: 'lectern:checker',
  description: 'Grades exercises as they stand in the page.',
  autoStart: true,
  provides: IChecker,
  requires: [ICourseStore],
  activate: (_app, store: ICourseStore) => new Checker(store),
};
