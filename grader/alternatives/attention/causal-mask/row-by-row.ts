import { cat, full, type Tensor } from '@lectern/lib';

/** Cuts each row where its query stands and fills it up with −∞. */
export function causalMask(scores: Tensor): Tensor {
  const [queries, keys] = scores.shape.slice(-2) as [number, number];
  const rows: Tensor[] = [];
  for (let i = 0; i < queries; i++) {
    const seen = keys - queries + i + 1;
    const row = scores.narrow(-2, i, 1); // [..., 1, keys]
    const hole = full([...row.shape.slice(0, -1), keys - seen], -Infinity);
    rows.push(seen === keys ? row : cat([row.narrow(-1, 0, seen), hole], -1));
  }
  return cat(rows, -2);
}
