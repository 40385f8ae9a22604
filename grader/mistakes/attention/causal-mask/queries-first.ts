/**
 * Right where there are as many queries as keys. With more keys your queries stand at the
 * *beginning* of the sequence; they are its last tokens, and have all earlier keys behind them. By
 * how many positions are they off?
 */
import { arange, type Tensor, where } from '@lectern/lib';

export function causalMask(scores: Tensor): Tensor {
  const [queries, keys] = scores.shape.slice(-2) as [number, number];
  return where(arange(keys).le(arange(queries).unsqueeze(-1)), scores, -Infinity);
}
