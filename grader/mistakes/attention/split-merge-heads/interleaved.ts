/**
 * Your head 0 takes every `heads`-th entry instead of the first slice: you dealt the entries out
 * like cards. Consistent, but not the layout asked for, and weights trained elsewhere would be cut
 * wrongly. Within a token, which of the two new dimensions changes fastest?
 */
import type { Tensor } from '@lectern/lib';

export function splitHeads(x: Tensor, heads: number): Tensor {
  const [batch, time, width] = x.shape as [number, number, number];
  return x.reshape([batch, time, width / heads, heads]).permute([0, 3, 1, 2]);
}

export function mergeHeads(x: Tensor): Tensor {
  const [batch, heads, time, dHead] = x.shape as [number, number, number, number];
  return x.permute([0, 2, 3, 1]).reshape([batch, time, heads * dHead]);
}
