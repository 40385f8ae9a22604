/**
 * The shapes are right, the numbers are not: `reshape` reads them in the order in which they lie
 * in memory, and so your head 0 got all of the first token, head 1 all of the second. Splitting
 * and merging undo each other, which is why that alone looks fine. Dimensions that change places
 * have to be *moved*.
 */
import type { Tensor } from '@lectern/lib';

export function splitHeads(x: Tensor, heads: number): Tensor {
  const [batch, time, width] = x.shape as [number, number, number];
  return x.reshape([batch, heads, time, width / heads]);
}

export function mergeHeads(x: Tensor): Tensor {
  const [batch, heads, time, dHead] = x.shape as [number, number, number, number];
  return x.reshape([batch, time, heads * dHead]);
}
