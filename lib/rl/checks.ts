/** Sizes that have to agree. Broadcasting would hide a mistake here, and training go wrong. */

import { checkTensor } from '../tensor/apply.ts';
import { LibraryError, ShapeError } from '../tensor/errors.ts';
import { sameShape, show } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** Throws where not all tensors have the shape of the first. */
export function checkShapes(op: string, tensors: Readonly<Record<string, Tensor | undefined>>) {
  const given = Object.entries(tensors).filter((entry) => entry[1] !== undefined);
  const [first] = given as [string, Tensor][];
  for (const [name, x] of given as [string, Tensor][]) {
    checkTensor(op, x);
    if (sameShape(x.shape, first![1].shape)) continue;
    throw new ShapeError(
      `${op}: ${first![0]} ${show(first![1].shape)} and ${name} ${show(x.shape)} must have one shape`,
    );
  }
}

/** Throws where a factor is outside of what makes sense. */
export function checkBetween(op: string, name: string, x: number, low: number, high: number): void {
  if (x >= low && x <= high) return;
  const range = high === Infinity ? `at least ${low}` : `from ${low} to ${high}`;
  throw new LibraryError(`${op}: ${name} must be ${range}, got ${x}`);
}

/** Throws where a count is no whole number of at least 1. */
export function checkCounts(op: string, counts: Readonly<Record<string, number>>): void {
  for (const [name, count] of Object.entries(counts)) {
    if (Number.isInteger(count) && count > 0) continue;
    throw new LibraryError(`${op}: ${name} must be a whole number above 0, got ${count}`);
  }
}
