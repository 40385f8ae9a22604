/**
 * Splitting is right. Merging shuffles the slices like cards: first entry of every head, second
 * entry of every head … The slice of head 0 must stay in one piece, then comes that of head 1.
 */
import type { Tensor } from '@lectern/lib';

export function splitHeads(x: Tensor, heads: number): Tensor {
  const [batch, time, width] = x.shape as [number, number, number];
  return x.reshape([batch, time, heads, width / heads]).transpose(1, 2);
}

export function mergeHeads(x: Tensor): Tensor {
  const [batch, heads, time, dHead] = x.shape as [number, number, number, number];
  return x.permute([0, 2, 3, 1]).reshape([batch, time, heads * dHead]);
}
