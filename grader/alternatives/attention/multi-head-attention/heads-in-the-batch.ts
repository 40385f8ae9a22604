import { cat, type Tensor, where } from '@lectern/lib';

/** One projection for all three; heads are stacked into the batch dimension while attending. */
export function multiHeadAttention(
  x: Tensor,
  weights: { wq: Tensor; wk: Tensor; wv: Tensor; wo: Tensor },
  heads: number,
  mask?: Tensor,
): Tensor {
  const [batch, time, dModel] = x.shape as [number, number, number];
  const [first, second, third] = x
    .matmul(cat([weights.wq, weights.wk, weights.wv], 1)) // [batch, time, 3 · dModel]
    .chunk(3, -1) as [Tensor, Tensor, Tensor];
  const fold = (t: Tensor) => cat(t.chunk(heads, -1), 0); // [heads · batch, time, dHead]
  const [q, k, v] = [fold(first), fold(second), fold(third)];

  let scores = q.matmul(k.transpose(1, 2)).div(Math.sqrt(dModel / heads));
  if (mask !== undefined) {
    const own = mask.expand([batch, heads, time, time]).transpose(0, 1);
    scores = where(own.reshape([heads * batch, time, time]), scores, -Infinity);
  }
  const highest = scores.max(-1, { keepdim: true });
  const parts = scores.sub(highest).exp();
  const found = parts.matmul(v).div(parts.sum(-1, { keepdim: true }));
  return cat(found.chunk(heads, 0), -1).matmul(weights.wo);
}
