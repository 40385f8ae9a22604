import { cat, type Tensor, where } from '@lectern/lib';

/** A loop over heads, each with its own columns of the three matrices. */
export function multiHeadAttention(
  x: Tensor,
  weights: { wq: Tensor; wk: Tensor; wv: Tensor; wo: Tensor },
  heads: number,
  mask?: Tensor,
): Tensor {
  const [batch, time, dModel] = x.shape as [number, number, number];
  const dHead = dModel / heads;
  const full = mask?.expand([batch, heads, time, time]);
  const outputs: Tensor[] = [];
  for (let h = 0; h < heads; h++) {
    const own = (w: Tensor) => x.matmul(w.narrow(1, h * dHead, dHead)); // [batch, time, dHead]
    const scores = own(weights.wq).matmul(own(weights.wk).transpose(-1, -2)).div(Math.sqrt(dHead));
    const seen = full === undefined ? scores : where(full.select(1, h), scores, -Infinity);
    outputs.push(seen.softmax(-1).matmul(own(weights.wv)));
  }
  return cat(outputs, -1).matmul(weights.wo);
}
