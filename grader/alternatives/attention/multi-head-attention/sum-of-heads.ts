import { type Tensor, where } from '@lectern/lib';

/** Nothing is concatenated: each head is mixed by its own rows of wo, and all are added. */
export function multiHeadAttention(
  x: Tensor,
  weights: { wq: Tensor; wk: Tensor; wv: Tensor; wo: Tensor },
  heads: number,
  mask?: Tensor,
): Tensor {
  const dModel = x.shape.at(-1)!;
  const dHead = dModel / heads;
  const columns = (w: Tensor) => w.reshape([dModel, heads, dHead]).permute([1, 0, 2]);
  const tokens = x.unsqueeze(1); // [batch, 1, time, dModel]
  const q = tokens.matmul(columns(weights.wq)).mul(dHead ** -0.5); // [batch, heads, time, dHead]
  const k = tokens.matmul(columns(weights.wk));
  const v = tokens.matmul(columns(weights.wv));
  const scores = q.matmul(k.transpose(2, 3));
  const share = mask === undefined ? scores : scores.add(where(mask, 0, -Infinity));
  const rows = weights.wo.reshape([heads, dHead, dModel]);
  return share.softmax(3).matmul(v).matmul(rows).sum(1);
}
