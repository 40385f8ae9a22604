import type { Tensor } from '@lectern/lib';

export function softmaxWeights(scores: Tensor): Tensor {
  const highest = scores.max(-1, { keepdim: true }); // [..., queries, 1]
  const parts = scores.sub(highest).exp(); // in [0, 1], the highest score gives exactly 1
  return parts.div(parts.sum(-1, { keepdim: true }));
}
