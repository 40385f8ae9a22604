/** Byte-pair encoding: the same merges and ids as Hugging Face's library, and every text back. */

import { createHash } from 'node:crypto';
import { corpus, Generator, text } from '@lectern/lib';
import { describe, expect, it } from 'vitest';
import { golden } from './golden.ts';

const { novel, ties } = golden.training;
const digest = (values: readonly unknown[]): string =>
  createHash('sha256').update(values.join('\n')).digest('hex');
const spelled = (tokenizer: text.BpeTokenizer): string[] =>
  tokenizer.merges.map((pair) => pair.join(' '));

const book = corpus('moby-dick');
const tokenizer = text.trainBpe(book, { vocabularySize: 4096, specialTokens: ['<|endoftext|>'] });

describe('trainBpe', () => {
  it('learns from the novel what Hugging Face learns', () => {
    expect(tokenizer.vocabularySize).toBe(4096);
    expect(tokenizer.merges.length).toBe(novel.count);
    expect(digest(spelled(tokenizer))).toBe(novel.merges);
  });

  it('breaks ties alike, and finds tokens that two ways lead to', () => {
    const small = text.trainBpe(ties.texts, {
      vocabularySize: 400,
      minFrequency: 0,
      specialTokens: ['<s>', 'ab'],
    });
    expect(spelled(small)).toEqual(ties.merges);
    const thrice = text.trainBpe(ties.texts, { vocabularySize: 400, minFrequency: 3 });
    expect(spelled(thrice)).toEqual(ties.mergesThrice);
  });

  it('learns nothing from nothing', () => {
    expect(text.trainBpe('', { vocabularySize: 300 }).vocabularySize).toBe(256);
    expect(text.trainBpe([], { vocabularySize: 256 }).encode('é')).toHaveLength(2);
  });

  it('refuses a vocabulary smaller than its bytes', () => {
    const options = { vocabularySize: 256, specialTokens: ['<s>'] };
    expect(() => text.trainBpe('a', options)).toThrow(
      'the bytes and the special tokens alone are 257',
    );
    expect(() => text.trainBpe('a', { vocabularySize: Number.NaN })).toThrow('NaN tokens');
  });

  it('refuses a pattern that would find the first word only', () => {
    expect(() => text.trainBpe('a', { vocabularySize: 300, pattern: /\w+/ })).toThrow('flag g');
  });
});

describe('BpeTokenizer', () => {
  it('encodes as Hugging Face does', () => {
    expect(digest(tokenizer.encode(book))).toBe(novel.ids);
    for (const [string, ids] of novel.strings) expect(tokenizer.encode(string)).toEqual(ids);
  });

  it('gives every text back', () => {
    for (const string of golden.strings) {
      expect(tokenizer.decode(tokenizer.encode(string))).toBe(string);
    }
    const generator = new Generator(7);
    for (let i = 0; i < 300; i++) {
      const points = Array.from({ length: generator.below(20) }, () => {
        const plane = [0x80, 0x800, 0xd800, 0x110000][generator.below(4)]!;
        const point = generator.below(plane);
        return point >= 0xd800 && point < 0xe000 ? 0x20 : point;
      });
      const string = String.fromCodePoint(...points);
      expect(tokenizer.decode(tokenizer.encode(string))).toBe(string);
    }
  });

  it('loses nothing between the matches of a pattern', () => {
    const letters = text.trainBpe('one two', { vocabularySize: 300, pattern: /[a-z]+|(?=9)/g });
    for (const string of [...golden.strings, '-one--two- 9', '12']) {
      expect(letters.decode(letters.encode(string))).toBe(string);
    }
  });

  it('reads half a surrogate pair as �', () => {
    expect(tokenizer.decode(tokenizer.encode('a\ud83e b\udd99'))).toBe('a\ufffd b\ufffd');
  });

  it('shows half a character as �', () => {
    const ids = tokenizer.encode('é');
    expect(tokenizer.decode(ids)).toBe('é');
    expect(text.trainBpe('', { vocabularySize: 256 }).decode([0xc3])).toHaveLength(1);
  });

  it('keeps special tokens whole, and leaves them out when asked', () => {
    const end = tokenizer.specialTokens.get('<|endoftext|>')!;
    const ids = tokenizer.encode('one<|endoftext|><|endoftext|>two');
    expect(ids.filter((id) => id === end)).toHaveLength(2);
    expect(tokenizer.decode(ids)).toBe('one<|endoftext|><|endoftext|>two');
    expect(tokenizer.decode(ids, { skipSpecialTokens: true })).toBe('onetwo');
  });

  it('prefers the longer of two special tokens', () => {
    const specialTokens = ['<a', '<a>', '[.*'];
    const special = text.trainBpe('', { vocabularySize: 259, specialTokens });
    expect(special.encode('<a><a[.*')).toEqual([1, 0, 2]);
  });

  it('takes a long word in little time, for which n² steps would be too many', () => {
    const long = 'ab'.repeat(50_000);
    expect(tokenizer.decode(tokenizer.encode(long))).toBe(long);
  });

  it('names an id that no token has', () => {
    for (const id of [4096, -1, 0.5, Number.NaN, 1e12]) {
      expect(() => tokenizer.decode([id])).toThrow(
        `no token ${id}; this vocabulary has ids from 0 to 4095`,
      );
    }
  });

  it('refuses what does not fit together', () => {
    const { vocabulary, merges } = tokenizer;
    expect(() => new text.BpeTokenizer({ vocabulary: ['a'], merges: [] })).toThrow('lacks');
    expect(() => new text.BpeTokenizer({ vocabulary: [...vocabulary, 'a'], merges })).toThrow(
      'twice',
    );
    expect(() => new text.BpeTokenizer({ vocabulary, merges: [['q', 'q']] })).toThrow('lacks "qq"');
  });
});
