/** The texts that come with the course are there, and whole. */

import { corpus } from '@lectern/lib';
import { expect, it } from 'vitest';

it('has the novel from the first chapter to the epilogue', () => {
  const novel = corpus('moby-dick');
  expect(novel.startsWith('CHAPTER 1. Loomings.\n\nCall me Ishmael.')).toBe(true);
  expect(novel.match(/^CHAPTER \d+\./gm)).toHaveLength(135);
  expect(novel.trimEnd().endsWith('only found another orphan.')).toBe(true);
  expect(novel).not.toContain('\r');
});

it('has names, moods and speeches', () => {
  expect(corpus('male-first-names')).toHaveLength(3898);
  expect(corpus('female-first-names')).toHaveLength(4951);
  expect(Object.fromEntries(corpus('afinn-111'))).toMatchObject({ abandon: -2, zealous: 2 });
  const speeches = corpus('sotu');
  expect(speeches).toHaveLength(233);
  expect([speeches[0]?.year, speeches.at(-1)?.year]).toEqual([1790, 2021]);
});

it('names what there is instead', () => {
  for (const name of ['moby', '__proto__', 'constructor']) {
    expect(() => corpus(name as 'sotu')).toThrow(
      `no '${name}'; there are moby-dick, male-first-names`,
    );
  }
});
