/** Copies: equal ones, and nearly equal ones with the probabilities that are promised. */

import { corpus, data, Generator } from '@lectern/lib';
import { describe, expect, it } from 'vitest';

it('keeps the first of equal items', () => {
  expect(data.deduplicate(['b', 'a', 'b', 'a ', '__proto__', '__proto__'])).toEqual([
    'b',
    'a',
    'a ',
    '__proto__',
  ]);
  expect(data.deduplicate(['B', 'b', 'a'], (item) => item.toLowerCase())).toEqual(['B', 'a']);
});

it('takes runs of words, without case and white space', () => {
  expect(data.shingles('a b c d', { size: 3 }).size).toBe(2);
  expect(data.shingles('A  b\nC d', { size: 3 })).toEqual(data.shingles('a b c d', { size: 3 }));
  expect(data.shingles('a b').size).toBe(1);
  expect(
    data.jaccard(data.shingles('a b c', { size: 1 }), data.shingles('b c d', { size: 1 })),
  ).toBe(0.5);
});

describe('minHash', () => {
  it('estimates the Jaccard similarity as closely as its error says', () => {
    const count = 400;
    let worst = 0;
    for (const common of [0, 20, 50, 80, 100]) {
      const a = new Set(Array.from({ length: 100 }, (_, i) => i * 7919));
      const b = new Set(Array.from({ length: 100 }, (_, i) => (i < common ? i : i + 1000) * 7919));
      const [x, y] = [a, b].map((set) => data.minHash(set, { seed: 11, count }));
      const agree = x!.filter((value, i) => value === y![i]).length / count;
      const exact = data.jaccard(a, b);
      const error = Math.sqrt((exact * (1 - exact)) / count);
      worst = Math.max(worst, Math.abs(agree - exact) - 4 * error);
    }
    expect(worst).toBeLessThanOrEqual(1e-9);
  });
});

describe('nearDuplicates', () => {
  const paragraphs = corpus('moby-dick')
    .split('\n\n')
    .filter((paragraph) => paragraph.length > 500)
    .slice(0, 100);

  /** A paragraph with a few words replaced. */
  function altered(paragraph: string, changes: number, generator: Generator): string {
    const words = paragraph.split(' ');
    for (let i = 0; i < changes; i++) words[generator.below(words.length)] = `word${i}`;
    return words.join(' ');
  }

  it('finds altered copies, and nothing else', () => {
    const generator = new Generator(1);
    const copies = paragraphs.map((paragraph) => altered(paragraph, 1, generator));
    const { kept, duplicates } = data.nearDuplicates([...paragraphs, ...copies], { seed: 2 });
    const similar = paragraphs.filter(
      (paragraph, i) => data.jaccard(data.shingles(paragraph), data.shingles(copies[i]!)) >= 0.8,
    ).length;
    expect(similar).toBeGreaterThan(70);
    expect(duplicates.length).toBeGreaterThanOrEqual(Math.floor(0.99 * similar));
    expect(duplicates.length).toBeLessThanOrEqual(similar);
    for (const { index, of, similarity } of duplicates) {
      expect(index - of).toBe(100);
      expect(similarity).toBeGreaterThanOrEqual(0.8);
    }
    expect(kept.length + duplicates.length).toBe(200);
    expect(kept.slice(0, 100)).toEqual(paragraphs.map((_, i) => i));
  });

  it('is the same for the same seed, and finds equal documents of any length', () => {
    const documents = ['', 'one', 'two words', 'one', '', 'Two  words'];
    const found = data.nearDuplicates(documents, { seed: 4 });
    expect(found.kept).toEqual([0, 1, 2]);
    expect(found.duplicates.map(({ index, of }) => [index, of])).toEqual([
      [3, 1],
      [4, 0],
      [5, 2],
    ]);
    expect(data.nearDuplicates(documents, { seed: 4 })).toEqual(found);
  });

  it('refuses thresholds that mean nothing', () => {
    expect(() => data.nearDuplicates([], { seed: 1, threshold: 0 })).toThrow('above 0');
    expect(() => data.nearDuplicates([], { seed: 1, threshold: 1.5 })).toThrow('got 1.5');
  });
});
