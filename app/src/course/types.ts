// What the server's `/lectern/api/` answers; docs/contributors/architecture.md is the contract.

export type ChapterSummary = {
  id: string;
  title: string;
  summary: string;
  path: string;
  minutes: number;
  exercises: string[];
  done: number;
  points: number;
  maxPoints: number;
  opened: boolean;
};

export type Course = {
  id: string;
  title: string;
  description: string;
  version: string;
  chapters: ChapterSummary[];
  last: Position | null;
};

export type Position = { chapter: string; cellId: string };

export type ExerciseState = {
  id: string;
  version: number;
  title: string;
  points: number;
  difficulty: number;
  importance: number;
  minutes: number;
  starter: string;
  hints: string[];
  hintsTotal: number;
  hintPrice: number;
  attempts: number;
  bestPoints: number;
  passed: boolean;
  gaveUp: boolean;
};

/** What was handed in, and where the copy is. */
export type Receipt = { receipt: string; student: string; submittedAt: string; file: string };

export type TestResult = {
  name: string;
  visibility: 'public' | 'hidden';
  status: 'passed' | 'failed' | 'timeout' | 'crashed' | 'not-run';
  points: number;
  maxPoints: number;
  message: string | null;
  detail?: { call?: string; expected?: string; actual?: string };
  ms: number;
};

type ExerciseStatus =
  | 'passed'
  | 'failed'
  | 'unanswered'
  | 'missing'
  | 'error'
  | 'timeout'
  | 'ungradable';

export type ExerciseReport = {
  id: string;
  version: number;
  title: string;
  status: ExerciseStatus;
  points: number | null;
  maxPoints: number;
  ms: number;
  output: string;
  tests: TestResult[];
  mistake: { name: string; feedback: string } | null;
  error?: { name: string; message: string; line: number | null };
};

export type Report = {
  complete: boolean;
  points: number | null;
  maxPoints: number;
  ms: number;
  exercises: ExerciseReport[];
};
