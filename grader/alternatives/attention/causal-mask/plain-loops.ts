import { type Tensor, tensor } from '@lectern/lib';

/** Writes the mask out as numbers to add: 0 or −∞. */
export function causalMask(scores: Tensor): Tensor {
  const [queries, keys] = scores.shape.slice(-2) as [number, number];
  const offset = keys - queries;
  const mask: number[][] = [];
  for (let i = 0; i < queries; i++) {
    const row: number[] = [];
    for (let j = 0; j < keys; j++) row.push(j > offset + i ? -Infinity : 0);
    mask.push(row);
  }
  return scores.add(tensor(mask));
}
