/**
 * Each token sees one token too many: its successor. In training that is the very token it has to
 * predict, so the loss would fall to almost nothing and the model would have learnt to copy. Check
 * where your diagonal ends, in the first row.
 */
import { arange, type Tensor, where } from '@lectern/lib';

export function causalMask(scores: Tensor): Tensor {
  const [queries, keys] = scores.shape.slice(-2) as [number, number];
  const queryAt = arange(keys - queries, keys).unsqueeze(-1);
  return where(arange(keys).le(queryAt.add(1)), scores, -Infinity);
}
