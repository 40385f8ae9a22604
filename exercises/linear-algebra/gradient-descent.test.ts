import { describe, expect, it } from 'vitest';
import { descend } from './gradient-descent.ts';

describe('descend', () => {
  it('halves x in every step on x² with rate 0.25', async () => {
    expect(await descend(([x]) => [2 * x!], [8], 0.25, 3)).toEqual([[8], [4], [2], [1]]);
  });

  it('moves both entries by the slopes of the old place', async () => {
    expect(await descend(([x, y]) => [y!, x!], [1, 3], 1, 1)).toEqual([
      [1, 3],
      [-2, 2],
    ]);
  });
});
