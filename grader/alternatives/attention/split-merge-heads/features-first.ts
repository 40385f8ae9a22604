import type { Tensor } from '@lectern/lib';

/** Features in front of the tokens: then a head is a block of neighbouring rows. */
export function splitHeads(x: Tensor, heads: number): Tensor {
  const [batch, time, width] = x.shape as [number, number, number];
  if (width % heads) throw new Error(`${width} entries do not make ${heads} equal slices`);
  const columns = x.transpose(1, 2).reshape([batch, heads, width / heads, time]);
  return columns.transpose(-1, -2);
}

export function mergeHeads(x: Tensor): Tensor {
  const [batch, heads, time, dHead] = x.shape as [number, number, number, number];
  return x
    .transpose(-1, -2)
    .reshape([batch, heads * dHead, time])
    .transpose(1, 2);
}
