import type { Tensor } from '@lectern/lib';

export function splitHeads(x: Tensor, heads: number): Tensor {
  const [batch, time, width] = x.shape as [number, number, number];
  if (width % heads !== 0) throw new Error(`${heads} heads cannot share ${width} entries evenly`);
  return x
    .reshape([batch, time, heads, width / heads]) // a token's vector becomes a table of slices
    .transpose(1, 2); // [batch, heads, time, dHead]
}

export function mergeHeads(x: Tensor): Tensor {
  const [batch, heads, time, dHead] = x.shape as [number, number, number, number];
  return x
    .transpose(1, 2) // [batch, time, heads, dHead]: the slices of a token are neighbours again
    .reshape([batch, time, heads * dHead]);
}
