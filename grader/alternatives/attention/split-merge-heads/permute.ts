import type { Tensor } from '@lectern/lib';

/** The size of a slice is left to `reshape`, which refuses what does not divide. */
export function splitHeads(x: Tensor, heads: number): Tensor {
  const [batch, time, width] = x.shape as [number, number, number];
  const dHead = width / heads;
  if (!Number.isInteger(dHead)) throw new Error('uneven slices');
  return x.reshape([batch, time, heads, -1]).permute([0, 2, 1, 3]);
}

export function mergeHeads(x: Tensor): Tensor {
  return x.permute([0, 2, 1, 3]).flatten(2, 3);
}
