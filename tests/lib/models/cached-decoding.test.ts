/** Reading with a cache gives what reading at once gives. */

import { tensor } from '@lectern/lib';
import { describe, expect, it } from 'vitest';
import { makeDecoder } from './support.ts';

function expectClose(found: Float32Array, wanted: readonly number[]): void {
  expect(found).toHaveLength(wanted.length);
  for (const [i, value] of found.entries()) expect(value).toBeCloseTo(wanted[i]!, 5);
}

describe('reading with a cache', () => {
  for (const [name, make] of Object.entries(makeDecoder)) {
    it(`gives the logits of reading at once, as ${name}`, async () => {
      const model = make();
      const rows = [
        [1, 4, 7, 10, 2, 5],
        [8, 3, 3, 0, 9, 6],
      ];
      const logits = await model.forward(tensor(rows, { dtype: 'int64' })).array<number[][][]>();
      const decoding = model.decode(2);
      let read = 0;
      for (const count of [3, 1, 2]) {
        const found = await decoding.read(rows.map((row) => row.slice(read, read + count)));
        read += count;
        for (const [b, values] of found.entries()) expectClose(values, logits[b]![read - 1]!);
      }
    });
  }

  it('starts afresh from the last half when the context is full', async () => {
    const model = makeDecoder.gpt2();
    const decoding = model.decode();
    await decoding.read([[1, 2, 3, 4, 5, 6]]);
    const [found] = await decoding.read([[7]]);
    const logits = await model.forward(tensor([[5, 6, 7]], { dtype: 'int64' })).array();
    expectClose(found!, logits[0][2]);
  });
});
