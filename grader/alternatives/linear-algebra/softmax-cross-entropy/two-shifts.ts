import type { Tensor } from '@lectern/lib';

/** Probabilities and loss apart: the loss is ln Σe^z minus the score of the target. */
export function softmaxCrossEntropy(
  scores: Tensor,
  targets: Tensor,
): { probabilities: Tensor; loss: Tensor } {
  const highest = scores.max(-1, { keepdim: true });
  const parts = scores.sub(highest).exp();
  const sums = parts.sum(-1, { keepdim: true });
  const wanted = scores.sub(highest).mul(targets).sum(-1);
  return { probabilities: parts.div(sums), loss: sums.log().squeeze(-1).sub(wanted).mean() };
}
