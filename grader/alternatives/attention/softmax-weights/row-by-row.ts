import { stack, type Tensor } from '@lectern/lib';

/** A loop over the rows of a flattened tensor. */
export function softmaxWeights(scores: Tensor): Tensor {
  const keys = scores.shape.at(-1)!;
  const table = scores.reshape([-1, keys]);
  const rows: Tensor[] = [];
  for (let i = 0; i < table.shape[0]!; i++) {
    const row = table.select(0, i); // [keys]
    const parts = row.sub(row.max()).exp();
    rows.push(parts.div(parts.sum()));
  }
  return stack(rows, 0).reshape(scores.shape);
}
