import { stack, type Tensor, where } from '@lectern/lib';

/** One query at a time, as the story is told: compare, share out, collect. */
export function attention(q: Tensor, k: Tensor, v: Tensor, mask?: Tensor): Tensor {
  const [queries, d] = q.shape.slice(-2) as [number, number];
  const outputs: Tensor[] = [];
  for (let i = 0; i < queries; i++) {
    const query = q.narrow(-2, i, 1); // [..., 1, d]
    const scores = k.mul(query).sum(-1, { keepdim: true }).div(Math.sqrt(d)); // [..., keys, 1]
    let weights = scores.softmax(-2);
    if (mask !== undefined) {
      const column = mask.narrow(-2, mask.shape.at(-2) === 1 ? 0 : i, 1).transpose(-1, -2);
      weights = where(column, where(column, scores, -Infinity).softmax(-2), 0);
    }
    outputs.push(weights.mul(v).sum(-2)); // [..., dValue]
  }
  return stack(outputs, -2);
}
