/** Decoding for models that keep nothing: everything is read again for each token. */

import { compile } from '../backend/compile.ts';
import { tensor } from '../tensor/create.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Decoding } from './decoding.ts';
import { rowsOf } from './pieces.ts';

/** `[batch, length]` to logits after each place, `[batch, length, vocabularySize]`. */
type Forward = (ids: Tensor) => Tensor;

/** So many tokens are read at once, or a multiple; what is too many is of no consequence. */
const chunk = 16;

/**
 * Reads the last `window` tokens through `forward`, in which no place may see what comes after it.
 */
export function rereading(forward: Forward, batch: number, window = Infinity): Decoding {
  const lastLogits = compile((ids: Tensor, last: Tensor) => forward(ids).indexSelect(1, last));
  let sequences: number[][] = Array.from({ length: batch }, () => []);
  return {
    async read(ids) {
      sequences = sequences.map((tokens, i) => [...tokens, ...ids[i]!].slice(-window));
      const length = sequences[0]!.length;
      const room = Math.min(window, chunk * Math.ceil(length / chunk));
      const padded = sequences.map((tokens) => [...tokens, ...Array(room - length).fill(0)]);
      const last = tensor([length - 1], { dtype: 'int64' });
      return rowsOf(await lastLogits(tensor(padded, { dtype: 'int64' }), last));
    },
    select(kept) {
      sequences = kept.map((i) => sequences[i]!);
    },
  };
}
