/** Training: single steps, whole runs, and their checkpoints. */

export { type BatchSource, type MeanLossOptions, meanLoss } from './batches.ts';
export type { Checkpoint } from './checkpoint.ts';
export { DivergedError, type StepOptions, type StepResult, trainStep } from './step.ts';
export { type Progress, type RunOptions, Trainer, type TrainerOptions } from './trainer.ts';
