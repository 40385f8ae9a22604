/**
 * Right for one sequence. With more, you let the batch run into the tokens: tokens of different
 * sequences end up in one head's list. The first dimension takes no part in any of this; carry it
 * along.
 */
import type { Tensor } from '@lectern/lib';

export function splitHeads(x: Tensor, heads: number): Tensor {
  const width = x.shape.at(-1)!;
  return x
    .reshape([-1, heads, width / heads])
    .transpose(0, 1)
    .unsqueeze(0);
}

export function mergeHeads(x: Tensor): Tensor {
  const [, heads, time, dHead] = x.shape as [number, number, number, number];
  return x.transpose(1, 2).reshape([-1, time, heads * dHead]);
}
