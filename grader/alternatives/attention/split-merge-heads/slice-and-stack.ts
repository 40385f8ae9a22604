import { cat, stack, type Tensor } from '@lectern/lib';

/** Takes the words of the statement literally: cut slices, stack them; unstack, join them. */
export function splitHeads(x: Tensor, heads: number): Tensor {
  const width = x.shape.at(-1)!;
  if (width % heads !== 0) throw new RangeError('heads must divide the width');
  return stack(x.split(width / heads, -1), 1);
}

export function mergeHeads(x: Tensor): Tensor {
  const heads = Array.from({ length: x.shape[1]! }, (_, h) => x.select(1, h));
  return cat(heads, -1);
}
