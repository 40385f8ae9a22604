import path from 'node:path';
import type { Chapter, Course, Exercise } from '@lectern/grader/catalogue';
import { RequestError } from '../errors.ts';
import type { Settings } from '../options.ts';
import type { Position, ProgressStore } from '../progress/types.ts';
import { LearnerCopies } from './copies.ts';

/** An exercise as the page may know it: public parts, and the learner's record. */
export interface ExerciseState {
  id: string;
  version: number;
  title: string;
  points: number;
  difficulty: number;
  importance: number;
  minutes: number;
  /** The starter as the notebook's cell holds it. */
  starter: string;
  /** The rungs revealed so far. */
  hints: string[];
  hintsTotal: number;
  /** What each hint costs that is looked at before the exercise is passed, in points. */
  hintPrice: number;
  attempts: number;
  bestPoints: number;
  passed: boolean;
  gaveUp: boolean;
}

export interface ChapterState {
  id: string;
  title: string;
  summary: string;
  /** Of the learner's copy, under the content root. */
  path: string;
  minutes: number;
  exercises: string[];
  /** How many of them are passed. */
  done: number;
  points: number;
  maxPoints: number;
  opened: boolean;
}

export interface CourseState {
  id: string;
  title: string;
  description: string;
  version: string;
  chapters: ChapterState[];
  last: Position | null;
}

/** The course as this learner sees it. */
export class CourseService {
  readonly #settings: Settings;
  readonly #progress: ProgressStore;
  readonly #copies: LearnerCopies;

  constructor(settings: Settings, progress: ProgressStore) {
    this.#settings = settings;
    this.#progress = progress;
    this.#copies = new LearnerCopies(path.join(settings.root, 'notebooks'), settings.contentRoot);
  }

  async state(): Promise<CourseState> {
    const { id, title, description, version, chapters } = await this.#course();
    const opened = this.#progress.openedChapters();
    const states = chapters.map((chapter) => this.#chapterState(chapter, opened));
    const last = this.#progress.lastPosition();
    return { id, title, description, version, chapters: await Promise.all(states), last };
  }

  /** Puts the learner's copy in place and answers its path under the content root. */
  async open(chapterId: string): Promise<{ path: string }> {
    const chapter = await this.#chapter(chapterId);
    if (!this.#settings.author) {
      const done = await this.#copies.open(chapter.file);
      if (done !== 'unchanged') this.#settings.logger.info(`${chapter.file}: ${done}`);
    }
    this.#progress.openChapter(chapter.id);
    return { path: this.#pathOf(chapter) };
  }

  async exercises(chapterId: string): Promise<ExerciseState[]> {
    const chapter = await this.#chapter(chapterId);
    return Promise.all(chapter.exercises.map((id) => this.exercise(id)));
  }

  async exercise(id: string): Promise<ExerciseState> {
    return this.#exerciseState(await this.definition(id));
  }

  /** What the catalogue says. @throws RequestError no-such-exercise */
  async definition(id: string): Promise<Exercise> {
    const { loadExercise } = await import('@lectern/grader/catalogue');
    const { chapters } = await this.#course();
    if (!chapters.some((chapter) => chapter.exercises.includes(id))) {
      throw new RequestError('no-such-exercise', `The course has no exercise ${id}.`);
    }
    return loadExercise(this.#settings.root, id);
  }

  /** One hint more, as long as there are any. */
  async revealHint(id: string): Promise<ExerciseState> {
    const { hints, hintsTotal } = await this.exercise(id);
    if (hints.length < hintsTotal) this.#progress.revealHints(id, hints.length + 1);
    return this.exercise(id);
  }

  /** Exercise → hints looked at before it was passed, of all chapters; only those that had any. */
  async hintsUsed(): Promise<Record<string, number>> {
    const { loadExercise } = await import('@lectern/grader/catalogue');
    const { chapters } = await this.#course();
    const counted = chapters
      .flatMap(({ exercises }) => exercises)
      .map((id): [string, number] => {
        const { version } = loadExercise(this.#settings.root, id);
        return [id, this.#progress.exercise(id, version).hintsUsed];
      });
    return Object.fromEntries(counted.filter(([, count]) => count > 0));
  }

  async setPosition(position: Position): Promise<void> {
    await this.#chapter(position.chapter);
    this.#progress.setPosition(position);
  }

  async #course(): Promise<Course> {
    const { loadCourse } = await import('@lectern/grader/catalogue');
    return loadCourse(this.#settings.root);
  }

  async #chapter(id: string): Promise<Chapter> {
    const { chapters } = await this.#course();
    const chapter = chapters.find((candidate) => candidate.id === id);
    if (!chapter) throw new RequestError('no-such-chapter', `The course has no chapter “${id}”.`);
    return chapter;
  }

  async #chapterState(chapter: Chapter, opened: Set<string>): Promise<ChapterState> {
    const { id, title, summary, minutes, exercises } = chapter;
    const { loadExercise } = await import('@lectern/grader/catalogue');
    const states = exercises.map((exercise) =>
      this.#exerciseState(loadExercise(this.#settings.root, exercise)),
    );
    const sum = (of: (state: ExerciseState) => number) =>
      states.reduce((total, state) => total + of(state), 0);
    return {
      id,
      title,
      summary,
      path: this.#pathOf(chapter),
      minutes,
      exercises,
      done: sum((state) => (state.passed ? 1 : 0)),
      points: sum((state) => state.bestPoints),
      maxPoints: sum((state) => state.points),
      opened: opened.has(id),
    };
  }

  #exerciseState(exercise: Exercise): ExerciseState {
    const { id, version, title, points, difficulty, importance, minutes, hints } = exercise;
    const { hintsRevealed, hintsUsed: _, ...record } = this.#progress.exercise(id, version);
    return {
      ...{ id, version, title, points, difficulty, importance, minutes },
      starter: exercise.cellSource,
      hints: hints.slice(0, hintsRevealed),
      hintsTotal: hints.length,
      hintPrice: exercise.hintPrice,
      ...record,
    };
  }

  #pathOf(chapter: Chapter): string {
    return this.#settings.author ? `notebooks/${chapter.file}` : chapter.file;
  }
}
