/** Characters, words, bags of words and n-grams: small enough to check by hand. */

import { text } from '@lectern/lib';
import { describe, expect, it } from 'vitest';

describe('CharacterTokenizer', () => {
  const tokenizer = new text.CharacterTokenizer(['anna', 'nan🦙'], { specialTokens: ['.'] });

  it('numbers special tokens, then characters in order', () => {
    expect(tokenizer.vocabulary).toEqual(['.', 'a', 'n', '🦙']);
    expect(tokenizer.vocabularySize).toBe(4);
    expect(tokenizer.encode('nan.')).toEqual([2, 1, 2, 0]);
    expect(tokenizer.decode([0, 3, 1])).toBe('.🦙a');
    expect(tokenizer.decode([0, 3, 1], { skipSpecialTokens: true })).toBe('🦙a');
  });

  it('names a character that it does not know, or has a token for it', () => {
    expect(() => tokenizer.encode('box')).toThrow('lacks "b"');
    expect(() => tokenizer.decode([4])).toThrow('no token 4; this vocabulary has ids from 0 to 3');
    const open = new text.CharacterTokenizer('ab', { unknown: '<?>' });
    expect(open.encode('abc__proto__')).toHaveLength(12);
    expect(open.decode(open.encode('abc'))).toBe('ab<?>');
  });
});

describe('words', () => {
  it('counts the sentence of the chapter', () => {
    const tokens = text.splitWords('Ada has a cat, but John has a dragon.');
    expect(tokens).toHaveLength(11);
    expect(tokens.filter((token) => /\w/.test(token))).toHaveLength(9);
  });

  it('keeps apostrophes and hyphens within words', () => {
    expect(text.splitWords("Don't stop—the rock-'n'-roll zażółć 3.5!")).toEqual(
      "Don't stop — the rock - ' n ' - roll zażółć 3 . 5 !".split(' '),
    );
    expect(text.splitWords('')).toEqual([]);
  });

  it('orders a vocabulary by frequency and cuts it', () => {
    const tokenizer = new text.WordTokenizer(['b a b, c', 'b a'], { vocabularySize: 4 });
    expect(tokenizer.vocabulary).toEqual(['<unk>', 'b', 'a', ',']);
    expect(tokenizer.encode('a b c, d')).toEqual([2, 1, 0, 3, 0]);
    expect(tokenizer.decode([2, 3, 1, 0])).toBe('a, b <unk>');
  });
});

describe('BagOfWords', () => {
  const documents = [
    'The cat sat on the mat.',
    'A dog and a cat ran home.',
    'My bird sings at dawn.',
  ];

  it('has 15 words, and 14 without the conjunction', () => {
    expect(new text.BagOfWords(documents).vocabulary).toHaveLength(15);
    const bag = new text.BagOfWords(documents, { ignore: ['and'] });
    expect(bag.vocabulary).toHaveLength(14);
    expect(bag.presence(documents[0]!)).toHaveLength(14);
    expect(bag.presence(documents[0]!).reduce((a, b) => a + b)).toBe(5);
    expect(bag.counts(documents[0]!)[bag.vocabulary.indexOf('the')]).toBe(2);
    expect(bag.presence(documents[0]!)[bag.vocabulary.indexOf('the')]).toBe(1);
  });

  it('does not see order, or words of other documents', () => {
    const bag = new text.BagOfWords(['dog bites man']);
    expect(bag.counts('man bites dog')).toEqual(bag.counts('dog bites man'));
    expect(bag.counts('__proto__ constructor')).toEqual([0, 0, 0]);
  });
});

describe('NGramModel', () => {
  const options = { n: 2, vocabularySize: 3, begin: 0, end: 0 };
  const sequences = [[1, 2], [1, 1], [2]];

  it('turns counts into probabilities', () => {
    const bare = new text.NGramModel(sequences, { ...options, smoothing: 0 });
    expect(bare.counts([0])).toEqual([0, 2, 1]);
    expect(bare.probabilities([0])).toEqual([0, 2 / 3, 1 / 3]);
    expect(bare.probabilities([1])).toEqual([1 / 3, 1 / 3, 1 / 3]);
    const smooth = new text.NGramModel(sequences, options);
    expect(smooth.probabilities([0])).toEqual([1 / 6, 3 / 6, 2 / 6]);
  });

  it('measures perplexity', () => {
    const bare = new text.NGramModel(sequences, { ...options, smoothing: 0 });
    expect(bare.perplexity([[1, 2]])).toBeCloseTo(((2 / 3) * (1 / 3) * 1) ** (-1 / 3), 10);
    expect(bare.perplexity([[2, 1]])).toBe(Number.POSITIVE_INFINITY);
    const uniform = new text.NGramModel([], { n: 3, vocabularySize: 7 });
    expect(uniform.perplexity([[1, 2, 3, 4]])).toBeCloseTo(7, 10);
    expect(() => uniform.perplexity([[1, 2]])).toThrow('no token to foretell');
  });

  it('looks further back with a larger n', () => {
    const model = new text.NGramModel([[0, 1, 2, 0, 2, 1]], {
      n: 3,
      vocabularySize: 3,
      smoothing: 0,
    });
    expect(model.probabilities([9, 9, 0, 1])).toEqual([0, 0, 1]);
    expect(model.probabilities([1, 1])).toEqual([1 / 3, 1 / 3, 1 / 3]);
    const unigrams = new text.NGramModel([[0, 1, 1]], { n: 1, vocabularySize: 2, smoothing: 0 });
    expect(unigrams.probabilities([])).toEqual([1 / 3, 2 / 3]);
  });

  it('draws the same from the same seed, and only what is possible', () => {
    const model = new text.NGramModel(sequences, { ...options, smoothing: 0 });
    const drawn = model.sample({ seed: 3 });
    expect(model.sample({ seed: 3 })).toEqual(drawn);
    expect(drawn).not.toContain(0);
    expect(model.sample({ seed: 1, start: [1, 2] })).toEqual([]); // 2 always ends
    const endless = new text.NGramModel([[1, 1, 1]], { n: 2, vocabularySize: 2, smoothing: 0 });
    expect(endless.sample({ seed: 1, start: [1], maxTokens: 5 })).toEqual([1, 1, 1, 1, 1]);
  });

  it('refuses tokens beyond its vocabulary', () => {
    expect(() => new text.NGramModel([[3]], options)).toThrow('token 3 is not below');
    expect(() => new text.NGramModel([], { n: 0, vocabularySize: 3 })).toThrow('from 1 on');
  });
});
