/** How other parts ask for a grade. The tests and solutions stay in the grader's own process. */
export type {
  AnswerError,
  ExerciseReport,
  ExerciseStatus,
  Report,
  SandboxLevel,
  TestReport,
  TestStatus,
} from './report.ts';
export {
  type GradeRequest,
  type Grader,
  GraderError,
  type GraderOptions,
  startGrader,
} from './start.ts';
