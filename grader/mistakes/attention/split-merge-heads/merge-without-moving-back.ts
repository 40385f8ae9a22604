/**
 * Splitting is right. On the way back you only reshaped: with the heads still in front of the
 * tokens, neighbours in memory are *tokens of one head*, so a token gets pieces of others. Undo
 * both steps of the splitting, the last one first.
 */
import type { Tensor } from '@lectern/lib';

export function splitHeads(x: Tensor, heads: number): Tensor {
  const [batch, time, width] = x.shape as [number, number, number];
  return x.reshape([batch, time, heads, width / heads]).transpose(1, 2);
}

export function mergeHeads(x: Tensor): Tensor {
  const [batch, heads, time, dHead] = x.shape as [number, number, number, number];
  return x.reshape([batch, time, heads * dHead]);
}
