/**
 * You moved one dimension too many: your slices lie as `[dHead, time]`, with each token in a
 * column. Tokens are rows throughout this chapter.
 */
import type { Tensor } from '@lectern/lib';

export function splitHeads(x: Tensor, heads: number): Tensor {
  const [batch, time, width] = x.shape as [number, number, number];
  return x.reshape([batch, time, heads, width / heads]).permute([0, 2, 3, 1]);
}

export function mergeHeads(x: Tensor): Tensor {
  const [batch, heads, dHead, time] = x.shape as [number, number, number, number];
  return x.permute([0, 3, 1, 2]).reshape([batch, time, heads * dHead]);
}
