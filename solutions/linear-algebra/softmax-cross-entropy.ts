import type { Tensor } from '@lectern/lib';

export function softmaxCrossEntropy(
  scores: Tensor,
  targets: Tensor,
): { probabilities: Tensor; loss: Tensor } {
  const z = scores.sub(scores.max(-1, { keepdim: true })); // [n, classes], the highest is 0
  const logP = z.sub(z.exp().sum(-1, { keepdim: true }).log()); // ln of each probability
  const loss = targets.mul(logP).sum(-1).neg().mean(); // [n], then one number
  return { probabilities: logP.exp(), loss };
}
