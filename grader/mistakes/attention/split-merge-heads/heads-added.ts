/**
 * You added the heads up. Then nobody can tell afterwards which head said what, and the vector has
 * only the width of one head. Concatenating keeps what every head found; mixing it is the job of a
 * learned matrix later.
 */
import type { Tensor } from '@lectern/lib';

export function splitHeads(x: Tensor, heads: number): Tensor {
  const [batch, time, width] = x.shape as [number, number, number];
  return x.reshape([batch, time, heads, width / heads]).transpose(1, 2);
}

export function mergeHeads(x: Tensor): Tensor {
  return x.sum(1);
}
