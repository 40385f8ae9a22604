import { arange, type Tensor, where } from '@lectern/lib';

export function causalMask(scores: Tensor): Tensor {
  const [queries, keys] = scores.shape.slice(-2) as [number, number];
  const keyAt = arange(keys); // [keys]: position of each key
  const queryAt = arange(keys - queries, keys).unsqueeze(-1); // [queries, 1]: the last positions
  return where(keyAt.le(queryAt), scores, -Infinity); // [queries, keys] meets [..., queries, keys]
}
