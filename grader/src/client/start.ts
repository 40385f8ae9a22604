import { GraderProcess } from './process.ts';
import type { Report, SandboxLevel } from './report.ts';

export { GraderError } from './process.ts';

export type GraderOptions = {
  /** The course's directory. */
  root: string;
  /** Gradings that run side by side; each has its own process. */
  processes?: number;
  /** Sandboxed workers kept started ahead per process; one answers a check sooner. */
  warm?: number;
  /** Grades count: refuses the level `permissions`, which does not hold hostile code. */
  class?: boolean;
};

export type GradeRequest = {
  /** The notebook as nbformat JSON. */
  notebook: unknown;
  /** Its path, for the report. */
  path: string;
  /** Ids of the exercises to grade; all of the notebook's chapter where left out. */
  exercises?: string[];
  /** Seed of the tests' random inputs (a whole number); drawn where left out. */
  seed?: number;
  /** Exercise → hints that were looked at before it was solved; where hints are priced they cost points. */
  hints?: Record<string, number>;
  /** Insists on one level; where the machine cannot give it, the call fails. */
  sandbox?: SandboxLevel;
};

export type Grader = {
  /** Grades a notebook. @throws GraderError where the request is wrong or we failed */
  grade(request: GradeRequest): Promise<Report>;
  /** The reference answer of an exercise as a notebook cell would hold it. */
  solution(id: string): Promise<string>;
  close(): Promise<void>;
};

/** Starts the grader's process (or several); they start again by themselves after a crash. */
export function startGrader(options: GraderOptions): Grader {
  const count = Math.max(1, options.processes ?? 1);
  const processes = Array.from({ length: count }, () => new GraderProcess(options));
  const leastBusy = () => processes.reduce((a, b) => (b.waiting < a.waiting ? b : a));
  return {
    grade: (request) => leastBusy().ask('grade', request) as Promise<Report>,
    solution: (id) => leastBusy().ask('solution', id) as Promise<string>,
    close: async () => {
      await Promise.all(processes.map((process) => process.close()));
    },
  };
}
