import type { Tensor } from '@lectern/lib';

/** Scales the queries before the product: fewer numbers to divide when there are many keys. */
export function scaledScores(q: Tensor, k: Tensor): Tensor {
  const axes = k.shape.map((_, i) => i);
  axes.push(axes.splice(-2, 1)[0]!); // [..., keys, d] → [..., d, keys]
  return q.mul(q.shape.at(-1)! ** -0.5).matmul(k.permute(axes));
}
