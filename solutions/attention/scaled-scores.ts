import type { Tensor } from '@lectern/lib';

export function scaledScores(q: Tensor, k: Tensor): Tensor {
  const d = q.shape.at(-1)!;
  const dots = q.matmul(k.transpose(-1, -2)); // [..., queries, d] · [..., d, keys]
  return dots.div(Math.sqrt(d)); // [..., queries, keys]
}
