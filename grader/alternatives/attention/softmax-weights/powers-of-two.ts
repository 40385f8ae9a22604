import { full, ones, type Tensor } from '@lectern/lib';

/** e^x = 2^(x · log₂ e), and a row is summed by a product with a column of ones. */
export function softmaxWeights(scores: Tensor): Tensor {
  const highest = scores.max(-1, { keepdim: true });
  const parts = full([1], 2).pow(scores.sub(highest).mul(Math.LOG2E));
  return parts.div(parts.matmul(ones([scores.shape.at(-1)!, 1])));
}
