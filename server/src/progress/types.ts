/** One graded answer, as it is recorded for good. */
export interface Attempt {
  /** `<chapter>/<slug>` */
  exercise: string;
  /** Version of the exercise. */
  version: number;
  status: 'passed' | 'failed' | 'error' | 'timeout';
  points: number;
  maxPoints: number;
  seed: number;
  /** The answer's cell as it stood. */
  source: string;
  /** The exercise's part of the grader's report. */
  report: unknown;
}

/** What the record says about one exercise. Attempts at older versions do not count. */
export interface ExerciseProgress {
  attempts: number;
  bestPoints: number;
  passed: boolean;
  gaveUp: boolean;
  hintsRevealed: number;
  /** Those that were revealed before the exercise was passed; the others cost nothing. */
  hintsUsed: number;
}

export interface Position {
  chapter: string;
  cellId: string;
}

/**
 * The learner's record. Every method that changes it returns when the change is on the disk.
 * Small on purpose: a class will keep the same record in another database.
 */
export interface ProgressStore {
  record(attempts: Attempt[]): void;
  exercise(id: string, version: number): ExerciseProgress;
  /** Remembers that the first `count` hints were shown. */
  revealHints(exercise: string, count: number): void;
  giveUp(exercise: string): void;
  openChapter(chapter: string): void;
  openedChapters(): Set<string>;
  setPosition(position: Position): void;
  lastPosition(): Position | null;
  close(): void;
}
