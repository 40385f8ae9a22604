/**
 * You replaced −∞ by 0, but a *score* of 0 is an ordinary score: e⁰ = 1. It is the weight that
 * must be 0. What does `exp` make of −∞ if you leave it alone?
 */
import { type Tensor, where } from '@lectern/lib';

export function softmaxWeights(scores: Tensor): Tensor {
  const seen = where(scores.eq(-Infinity), 0, scores);
  const parts = seen.sub(seen.max(-1, { keepdim: true })).exp();
  return parts.div(parts.sum(-1, { keepdim: true }));
}
