/** Writing tokenizer.json, and reading files that are cut short, lie, or attack. */

import { corpus, text } from '@lectern/lib';
import { describe, expect, it } from 'vitest';
import { Json } from '../../../lib/text/hugging-face/json.ts';
import { preTokenizer } from '../../../lib/text/hugging-face/pre-tokenizers.ts';
import { golden } from './golden.ts';

const small = { vocabularySize: 400, specialTokens: ['<s>'] };
const sample = corpus('moby-dick').slice(0, 20_000);

describe('tokenizerToJson', () => {
  it.each([
    ['GPT-2', text.gpt2Pattern],
    ['Llama 3', text.llama3Pattern],
    ['own', / ?[a-z]+|[^a-z]/gu],
  ])('writes a byte-level tokenizer with the pattern: %s', (_, pattern) => {
    const tokenizer = text.trainBpe(sample, { ...small, pattern });
    const again = text.tokenizerFromJson(JSON.stringify(text.tokenizerToJson(tokenizer)));
    for (const string of golden.strings) {
      expect(again.encode(string)).toEqual(tokenizer.encode(string));
      expect(again.decode(tokenizer.encode(string))).toBe(string);
    }
    expect(again.specialTokens).toEqual(tokenizer.specialTokens);
  });

  it('writes characters', () => {
    const tokenizer = new text.CharacterTokenizer(golden.strings, { specialTokens: ['<s>'] });
    const again = text.tokenizerFromJson(JSON.stringify(text.tokenizerToJson(tokenizer)));
    for (const string of golden.strings) {
      expect(again.encode(string)).toEqual(tokenizer.encode(string));
      expect(again.decode(again.encode(string))).toBe(string);
    }
  });

  it('says what it cannot write', () => {
    expect(() => text.tokenizerToJson(new text.WordTokenizer('a'))).toThrow('cannot be written');
    const pattern = /\d+|\D/gu; // other digits than Oniguruma's
    const tokenizer = text.trainBpe('a', { ...small, pattern });
    expect(() => text.tokenizerToJson(tokenizer)).toThrow('the pattern cannot be written there');
  });
});

/** The GPT-2-like tokenizer with a part of it replaced. */
function changed(path: string, value: unknown): () => unknown {
  const json = structuredClone(golden.pipelines.gpt2!.tokenizer);
  const keys = path.split('.');
  const last = keys.pop()!;
  const parent = keys.reduce<Record<string, unknown>>(
    (object, key) => object[key] as Record<string, unknown>,
    json,
  );
  parent[last] = value;
  return () => text.tokenizerFromJson(json);
}

const charsmap = (table: unknown) => ({ type: 'Precompiled', precompiled_charsmap: table });
const pair = ['a', -1];
const token = (id: unknown, content: unknown) => ({ id, content, special: true });
const { vocab } = golden.pipelines.gpt2!.tokenizer.model as { vocab: Record<string, number> };

describe('tokenizerFromJson', () => {
  it('says that a file is cut short, wherever it is cut', () => {
    const file = JSON.stringify(golden.pipelines.gpt2!.tokenizer);
    for (let length = 0; length < file.length; length += 97) {
      expect(() => text.tokenizerFromJson(file.slice(0, length))).toThrow(
        /tokenizer.json is not JSON/,
      );
    }
  });

  it.each([
    ['model', undefined, 'tokenizer.json.model must be an object, not missing'],
    ['model', 7, 'model must be an object, not 7'],
    ['model.type', 'Bigram', 'model is a Bigram, which is not supported'],
    ['model.type', 'Unigram', 'vocab must be a list'],
    ['model.type', '__proto__', 'model is a __proto__, which is not supported'],
    ['model.dropout', 0.1, 'dropout makes encoding random'],
    ['model.vocab', ['a'], 'vocab must be an object'],
    ['model.vocab', { a: 0, b: 0 }, 'gives the id 0 to both "a" and "b"'],
    ['model.vocab', { a: -1 }, 'must be a whole number'],
    ['model.vocab', { a: 1e300 }, 'must be a whole number from 0 to 16777215'],
    ['model.vocab', { a: 0.5 }, 'must be a whole number'],
    ['model.vocab', { a: '0' }, 'must be a whole number'],
    ['model.unk_token', 'nobody', 'is "nobody", which is not in the vocabulary'],
    ['model.byte_fallback', 'yes', 'byte_fallback must be true or false, not "yes"'],
    ['model.merges', {}, 'merges must be a list'],
    ['model.merges', ['a'], 'merges[0] must be a pair'],
    ['model.merges', [['', 'a']], 'merges[0] must be a pair'],
    ['model.merges', [['a', 'b', 'c']], 'merges[0] must be a pair'],
    ['model.merges', [['a', 5]], 'merges[0] must be a pair'],
    ['model.merges', ['q q'], 'needs "qq", not in the vocabulary'],
    ['model.merges', ['__proto__ x'], 'needs "__proto__", not in the vocabulary'],
    [
      'model',
      { type: 'Unigram', vocab: ['a'] },
      'vocab must have a token and its log probability at place 0',
    ],
    [
      'model',
      { type: 'Unigram', vocab: [['a', '-1']] },
      'vocab must have a token and its log probability at place 0',
    ],
    ['model', { type: 'Unigram', vocab: [pair, pair] }, 'vocab has "a" twice'],
    [
      'model',
      { type: 'Unigram', vocab: [pair], unk_id: 1 },
      'unk_id must be a whole number from 0',
    ],
    ['normalizer', charsmap(undefined), 'precompiled_charsmap must be a string, not missing'],
    ['normalizer', charsmap('?'), 'precompiled_charsmap must be base64'],
    ['normalizer', charsmap(''), 'has 0 bytes, which do not hold the trie'],
    ['normalizer', charsmap('/////wAAAAA='), 'has 8 bytes, which do not hold the trie'],
    ['normalizer', { type: 'constructor' }, 'is a constructor, which is not supported'],
    ['normalizer', {}, 'normalizer.type must be a string, not missing'],
    ['pre_tokenizer', { type: 'UnicodeScripts' }, 'pre_tokenizer is a UnicodeScripts'],
    ['decoder', { type: 'CTC' }, 'decoder is a CTC'],
    ['post_processor', { type: 'Unknown' }, 'post_processor is a Unknown'],
    ['post_processor', { type: 'BertProcessing', cls: ['x', 9999], sep: ['x', 0] }, 'the id 9999'],
    ['padding', { strategy: 'BatchLongest', pad_id: -1 }, 'pad_id must be a whole number'],
    ['padding', { strategy: { Fixed: 1e12 }, pad_id: 0 }, 'Fixed must be a whole number'],
    ['truncation', { strategy: 'OnlySecond', max_length: 3 }, 'strategy must be one of'],
    ['added_tokens', 'none', 'added_tokens must be a list'],
    ['added_tokens', [token(1, 'x')], 'has the id 1, which'],
    [
      'added_tokens',
      [token(900, '<x>'), token(900, '<y>')],
      'has the id 900, which "<x>" has already',
    ],
    ['added_tokens', [token(900, '<x>'), token(901, '<x>')], 'the same token has 900 elsewhere'],
    ['added_tokens', [token(900, 'A')], `the same token has ${vocab.A} elsewhere`],
    ['added_tokens', [token(2 ** 32, 'x')], 'must be a whole number'],
    ['added_tokens', [token(900, null)], 'content must be a string, not null'],
  ])('%s = %j: %s', (path, value, message) => {
    expect(changed(path, value)).toThrow(message);
  });

  it('is not led astray by names that objects have anyway', () => {
    const file =
      '{"model":{"type":"WordLevel","vocab":{"__proto__":0,"constructor":1},"unk_token":null}}';
    const tokenizer = text.tokenizerFromJson(file);
    expect(tokenizer.encode('__proto__')).toEqual([0]);
    expect(tokenizer.decode([1])).toBe('constructor');
    expect(() => tokenizer.encode('toString')).toThrow('no unknown token for "toString"');
    expect(() => text.tokenizerFromJson('{"__proto__":{"model":{}}}')).toThrow('must be an object');
  });

  it('does not run out of stack on endless nesting', () => {
    let normalizer: unknown = { type: 'NFC' };
    for (let i = 0; i < 50_000; i++) normalizer = { type: 'Sequence', normalizers: [normalizer] };
    expect(changed('normalizer', normalizer)).toThrow('is nested too deeply');
  });

  it.each([
    '(?<name>a)',
    '(a)++',
    'a{2}+',
    '[a[^b]]',
    '[a-[b]]',
    '[a[b]-c]',
    '[a&&b]',
    '(?>a)',
    '\\G',
    '[[:alpha:]]',
    '(',
    '\\',
  ])('refuses the regular expression %s', (Regex) => {
    const split = { type: 'Split', pattern: { Regex }, behavior: 'Isolated' };
    expect(changed('pre_tokenizer', split)).toThrow('uses what is not supported');
  });

  it('gives nothing back where a quantifier holds what it has', () => {
    const cut = (Regex: string, string: string) => {
      const split = { type: 'Split', pattern: { Regex }, behavior: 'Isolated' };
      return preTokenizer(new Json(split, 'x'))({ text: string, first: true }).map((x) => x.text);
    };
    expect(cut('🦙+🦙|x', 'a🦙🦙🦙x')).toEqual(['a', '🦙🦙🦙', 'x']);
    expect(cut('🦙++🦙|x', 'a🦙🦙🦙x')).toEqual(['a🦙🦙🦙', 'x']);
    expect(cut('[a-c]?+b', 'abb')).toEqual(['ab', 'b']);
  });

  it('reads files that leave out what has a default', () => {
    const { model } = golden.pipelines.gpt2!.tokenizer as { model: Record<string, unknown> };
    const { vocab, merges } = model;
    const tokenizer = text.tokenizerFromJson({ model: { vocab, merges } });
    expect(tokenizer.encode('whale')).toEqual(
      text.tokenizerFromJson(golden.pipelines.gpt2!.tokenizer).encode('whale'),
    );
  });

  it('makes nothing of nothing', () => {
    const { model } = golden.pipelines.roberta!.tokenizer;
    for (const type of ['ByteLevel', 'Metaspace']) {
      const json = { model, pre_tokenizer: { type, replacement: '_', add_prefix_space: true } };
      expect(text.tokenizerFromJson(json).encode('')).toEqual([]);
    }
  });

  it.each([null, 5, '5', '"x"', 'null', '[]', '{}'])('refuses %j', (json) => {
    expect(() => text.tokenizerFromJson(json)).toThrow('must be an object');
  });

  it('needs an unknown token for what a Unigram does not have', () => {
    const model = { type: 'Unigram', vocab: [pair, ['ab', -1.5]] };
    const tokenizer = text.tokenizerFromJson({ model });
    expect(tokenizer.encode('aab')).toEqual([0, 1]);
    expect(() => tokenizer.encode('axy')).toThrow('has no unk_id for "x"');
    const other = text.tokenizerFromJson({ model: { ...model, unk_id: 0 } });
    expect(other.encode('abxyab')).toEqual([1, 0, 1]);
  });

  it('goes nowhere with a table that leads out of itself', () => {
    const bytes = new Uint8Array(12).fill(255);
    new DataView(bytes.buffer).setUint32(0, 4, true);
    const normalizer = charsmap(Buffer.from(bytes).toString('base64'));
    const { model } = golden.pipelines.gpt2!.tokenizer;
    const plain = text.tokenizerFromJson({ model });
    expect(text.tokenizerFromJson({ model, normalizer }).encode('a\0é')).toEqual(
      plain.encode('a\0é'),
    );
  });

  it('says whose syllable a wrong id is', () => {
    const tokenizer = text.tokenizerFromJson(golden.pipelines.gpt2!.tokenizer);
    expect(() => tokenizer.decode([1, 400])).toThrow(
      'no token 400; this vocabulary has ids from 0',
    );
  });
});
