import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Token } from '@lumino/coreutils';
import { type ISignal, Signal } from '@lumino/signaling';
import { api } from './api.ts';
import type { Course, ExerciseReport, ExerciseState } from './types.ts';

/** What *Check* last said about an exercise. */
export type Verdict =
  | { kind: 'running'; since: number }
  | { kind: 'report'; report: ExerciseReport }
  | { kind: 'trouble'; message: string };

/** What is known of the course, shared by home, rail, title bar and exercise cards. */
export interface ICourseStore {
  readonly course: Course | null;
  /** Why the course could not be loaded, in words for the reader. */
  readonly problem: string | null;
  readonly changed: ISignal<ICourseStore, void>;
  refresh(): Promise<void>;
  loadExercises(chapter: string): Promise<void>;
  exercise(id: string): ExerciseState | undefined;
  setExercise(state: ExerciseState): void;
  verdict(id: string): Verdict | undefined;
  setVerdict(id: string, verdict: Verdict | undefined): void;
}

export const ICourseStore = new Token<ICourseStore>(
  'lectern:ICourseStore',
  'The course, its exercises and what has been checked.',
);

class CourseStore implements ICourseStore {
  get course(): Course | null {
    return this.#course;
  }

  get problem(): string | null {
    return this.#problem;
  }

  get changed(): ISignal<ICourseStore, void> {
    return this.#changed;
  }

  async refresh(): Promise<void> {
    try {
      this.#course = await api.course();
      this.#problem = null;
    } catch (error) {
      this.#problem = error instanceof Error ? error.message : String(error);
    }
    this.#changed.emit();
  }

  async loadExercises(chapter: string): Promise<void> {
    for (const state of await api.exercises(chapter)) this.#exercises.set(state.id, state);
    this.#changed.emit();
  }

  exercise(id: string): ExerciseState | undefined {
    return this.#exercises.get(id);
  }

  setExercise(state: ExerciseState): void {
    this.#exercises.set(state.id, state);
    this.#changed.emit();
  }

  verdict(id: string): Verdict | undefined {
    return this.#verdicts.get(id);
  }

  setVerdict(id: string, verdict: Verdict | undefined): void {
    if (verdict) this.#verdicts.set(id, verdict);
    else this.#verdicts.delete(id);
    this.#changed.emit();
  }

  #course: Course | null = null;
  #problem: string | null = null;
  readonly #exercises = new Map<string, ExerciseState>();
  readonly #verdicts = new Map<string, Verdict>();
  readonly #changed = new Signal<ICourseStore, void>(this);
}

export const storePlugin: JupyterFrontEndPlugin<ICourseStore> = {
  id: 'lectern:course-store',
  description: 'What is known of the course.',
  autoStart: true,
  provides: ICourseStore,
  activate: () => new CourseStore(),
};
