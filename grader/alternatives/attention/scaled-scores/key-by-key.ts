import { stack, type Tensor } from '@lectern/lib';

/** One column at a time: a matrix times a vector for each key. */
export function scaledScores(q: Tensor, k: Tensor): Tensor {
  const root = Math.sqrt(q.shape.at(-1)!);
  const columns: Tensor[] = [];
  for (let j = 0; j < k.shape.at(-2)!; j++) {
    const key = k.narrow(-2, j, 1); // [..., 1, d]
    columns.push(q.mul(key).sum(-1).div(root)); // [..., queries]
  }
  return stack(columns, -1);
}
