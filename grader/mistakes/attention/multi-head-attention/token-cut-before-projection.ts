/**
 * You cut the *token* into slices and projected each slice with its own block of the matrix. Then
 * a head knows only its part of the token. In multi-head attention every head sees the whole
 * token; it is the projected queries, keys and values that are cut.
 */
import { cat, type Tensor, where } from '@lectern/lib';

export function multiHeadAttention(
  x: Tensor,
  weights: { wq: Tensor; wk: Tensor; wv: Tensor; wo: Tensor },
  heads: number,
  mask?: Tensor,
): Tensor {
  const [batch, time, dModel] = x.shape as [number, number, number];
  const dHead = dModel / heads;
  const outputs = Array.from({ length: heads }, (_, h) => {
    const part = x.narrow(-1, h * dHead, dHead); // [batch, time, dHead]
    const block = (w: Tensor) => w.narrow(0, h * dHead, dHead).narrow(1, h * dHead, dHead);
    const [q, k, v] = [weights.wq, weights.wk, weights.wv].map((w) => part.matmul(block(w))) as [
      Tensor,
      Tensor,
      Tensor,
    ];
    let scores = q.matmul(k.transpose(-1, -2)).div(Math.sqrt(dHead));
    if (mask !== undefined) {
      const own = mask.expand([batch, heads, time, time]).select(1, h);
      scores = where(own, scores, -Infinity);
    }
    return scores.softmax(-1).matmul(v);
  });
  return cat(outputs, -1).matmul(weights.wo);
}
