import { ones, type Tensor } from '@lectern/lib';

/** Cuts the future out of a table of ones. */
export function causalMask(scores: Tensor): Tensor {
  const [queries, keys] = scores.shape.slice(-2) as [number, number];
  const future = ones([queries, keys]).triu(keys - queries + 1);
  return scores.maskedFill(future.eq(1), -Infinity);
}
