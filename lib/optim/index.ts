/** Optimizers, schedules of their learning rate, and bounds for gradients. */

export { Adam, type AdamOptions, AdamW } from './adam.ts';
export { clipGradNorm, clipGradValue } from './clip.ts';
export { type CommonOptions, type Group, type GroupInput, Optimizer } from './optimizer.ts';
export {
  constant,
  cosine,
  type DecayOptions,
  exponential,
  linearDecay,
  linearWarmup,
  type Schedule,
  stepwise,
  type WarmupOptions,
} from './schedules.ts';
export { SGD, type SgdOptions } from './sgd.ts';
export type { OptimizerState } from './state.ts';
