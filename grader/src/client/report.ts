/** The report of one grading run (`schemaVersion` 1). Every text in it is ready to be shown. */
export type Report = {
  schemaVersion: 1;
  /** Version of the course. */
  course: string;
  /** Path of the notebook as the caller named it. */
  notebook: string;
  /** The run's seed; the same seed gives the same random inputs. */
  seed: number;
  /** How far the student's code was shut away. */
  sandbox: SandboxLevel;
  /** False where an exercise is `ungradable`: the points are not final. */
  complete: boolean;
  points: number;
  maxPoints: number;
  ms: number;
  exercises: ExerciseReport[];
};

/**
 * `bubblewrap` and `namespaces`: no network, no files, own process space. `permissions`: Node's
 * permission model alone, enough for one's own answers and for nobody else's.
 */
export type SandboxLevel = 'bubblewrap' | 'namespaces' | 'permissions';

/**
 * `unanswered`: still the starter. `missing`: its cell is gone. `error`: does not compile, or throws
 * while loading. `ungradable`: our failure, not the student's; points are null.
 */
export type ExerciseStatus =
  | 'passed'
  | 'failed'
  | 'unanswered'
  | 'missing'
  | 'error'
  | 'timeout'
  | 'ungradable';

export type ExerciseReport = {
  /** `<chapter>/<slug>` */
  id: string;
  version: number;
  title: string;
  status: ExerciseStatus;
  points: number | null;
  maxPoints: number;
  hintsUsed: number;
  penalty: number;
  ms: number;
  /** What the answer printed while the public tests ran, cut at 16 KB. */
  output: string;
  /** One sentence where the status needs one: where the cell is, what to do. */
  message?: string;
  /** Where status is `error`: the student's own error and the line (from 1) in their cell. */
  error?: AnswerError;
  tests: TestReport[];
  /** A well-known mistake that behaves exactly like this answer; `feedback` is Markdown. */
  mistake: { name: string; feedback: string } | null;
};

export type AnswerError = { name: string; message: string; line: number | null };

export type TestStatus = 'passed' | 'failed' | 'timeout' | 'crashed' | 'not-run';

export type TestReport = {
  name: string;
  visibility: 'public' | 'hidden';
  status: TestStatus;
  points: number;
  maxPoints: number;
  /** For a public test what went wrong; for a hidden one its hint and nothing else. */
  message: string | null;
  ms: number;
  /** Public tests only. Places that differ stand between ‹ and › in both texts. */
  detail?: { call: string; expected: string; actual: string };
  /** Where the answer threw: the line in the student's cell; for a hidden test without a message. */
  thrown?: { name: string; line: number | null };
};
