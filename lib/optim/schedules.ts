/**
 * How the learning rate changes over a run: functions from the number of steps done to a factor,
 * by which the learning rate is multiplied.
 *
 * @example optimizer.scaleLr(schedule(step)) // before each step
 */

import { publicOp } from '../forbid.ts';
import { LibraryError } from '../tensor/errors.ts';

/** The factor of the learning rate after `step` steps have been done; the first step has 0. */
export type Schedule = (step: number) => number;

/** Always the same. */
export const constant: Schedule = () => 1;

export interface WarmupOptions {
  /** How many steps the factor rises for, in a straight line; none where left out. */
  warmup?: number;
}

export interface DecayOptions extends WarmupOptions {
  /** After how many steps the floor is reached. */
  steps: number;
  /** The factor at the end, and after it; 0 where left out. */
  floor?: number;
}

/** Rises in a straight line over the first `steps` steps, then stays. */
export const linearWarmup = publicOp('optim.linearWarmup', (steps: number): Schedule => {
  checkWhole('linearWarmup', steps);
  // the first step already moves
  return (step) => Math.min(1, (step + 1) / steps);
});

/** Falls in a straight line. */
export const linearDecay = publicOp(
  'optim.linearDecay',
  (options: DecayOptions): Schedule => decay('linearDecay', options, (part) => 1 - part),
);

/** Falls as half a wave of the cosine (Loshchilov and Hutter 2016, arXiv:1608.03983). */
export const cosine = publicOp(
  'optim.cosine',
  (options: DecayOptions): Schedule =>
    decay('cosine', options, (part) => (1 + Math.cos(Math.PI * part)) / 2),
);

/** Multiplied by `rate` at each step. */
export function exponential(rate: number): Schedule {
  return (step) => rate ** step;
}

/** Multiplied by `rate` after every `every` steps. */
export function stepwise(every: number, rate: number): Schedule {
  checkWhole('stepwise', every);
  return (step) => rate ** Math.floor(step / every);
}

/** A warm-up, then from 1 to the floor along `shape`, which goes from 1 to 0 over 0 … 1. */
function decay(
  name: string,
  { steps, warmup = 0, floor = 0 }: DecayOptions,
  shape: (part: number) => number,
): Schedule {
  checkWhole(name, steps);
  if (!(warmup >= 0 && warmup < steps)) {
    throw new LibraryError(`${name}: a warm-up of ${warmup} leaves nothing of ${steps} steps`);
  }
  return (step) => {
    if (step < warmup) return (step + 1) / warmup;
    const part = Math.min(1, (step - warmup) / (steps - warmup));
    return floor + (1 - floor) * shape(part);
  };
}

function checkWhole(name: string, steps: number): void {
  if (Number.isInteger(steps) && steps > 0) return;
  throw new LibraryError(`${name}: needs a number of steps above 0, got ${steps}`);
}
