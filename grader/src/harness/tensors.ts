import * as library from '@lectern/lib/browser';
import { graphOf } from '../../../lib/backend/graph.ts';
import { evaluate } from '../../../lib/backend/reference.ts';
import { ownRealm, type Receiver } from '../channel/decode.ts';
import type { DescribedTensor } from '../channel/encode.ts';
import type { TensorData } from '../channel/values.ts';

/** The elements of a tensor, computed at once by the reference back end. */
export function dataOf(tensor: library.Tensor): TensorData {
  return tensor.origin.data ?? evaluate(graphOf([tensor]))[0]!;
}

/** A tensor as the encoder wants it; null for anything else. */
export function describeTensor(value: object): DescribedTensor | null {
  if (!(value instanceof library.Tensor)) return null;
  return { dtype: value.dtype, shape: value.shape, data: () => dataOf(value) };
}

/** Decodes into values of this process and tensors of its library. */
export function receiver(remote: Receiver['remote']): Receiver {
  return {
    ...ownRealm,
    tensor: (dtype, shape, data) => library.tensor(data, { dtype, shape }),
    remote,
  };
}
