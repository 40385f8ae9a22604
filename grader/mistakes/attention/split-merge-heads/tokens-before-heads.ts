/**
 * The slices are cut correctly but lie as `[batch, time, heads, dHead]`. A head is to attend over
 * all tokens, and a matrix product works on the *last two* dimensions: these must be time and
 * dHead.
 */
import type { Tensor } from '@lectern/lib';

export function splitHeads(x: Tensor, heads: number): Tensor {
  const [batch, time, width] = x.shape as [number, number, number];
  return x.reshape([batch, time, heads, width / heads]);
}

export function mergeHeads(x: Tensor): Tensor {
  return x.flatten(-2, -1);
}
