/** tokenizer.json: the same as Hugging Face's library, and an answer to files that lie. */

import { text } from '@lectern/lib';
import { describe, expect, it } from 'vitest';
import { decoder } from '../../../lib/text/hugging-face/decoders.ts';
import { Json } from '../../../lib/text/hugging-face/json.ts';
import { normalizer } from '../../../lib/text/hugging-face/normalizers.ts';
import { preTokenizer } from '../../../lib/text/hugging-face/pre-tokenizers.ts';
import { golden } from './golden.ts';

const { strings, pipelines, steps } = golden;

describe.each(Object.entries(pipelines))('%s', (_, { tokenizer: json, vocabularySize, cases }) => {
  const tokenizer = text.tokenizerFromJson(json);

  it('encodes and decodes as Hugging Face does', () => {
    expect(tokenizer.vocabularySize).toBe(vocabularySize);
    for (const [i, [ids, bare, texts]] of cases.entries()) {
      const string = strings[i]!;
      expect([string, tokenizer.encode(string)]).toEqual([string, ids]);
      expect(tokenizer.encode(string, { addSpecialTokens: false })).toEqual(bare);
      if (texts === null) continue;
      expect(tokenizer.decode(ids, { skipSpecialTokens: true })).toBe(texts[0]);
      expect(tokenizer.decode(ids)).toBe(texts[1]);
    }
  });

  it('is written as it was read', () => {
    const again = text.tokenizerFromJson(JSON.stringify(tokenizer));
    expect(again.encode(strings[2]!)).toEqual(tokenizer.encode(strings[2]!));
    expect(tokenizer.toJSON()).toEqual(json);
  });
});

const label = (json: unknown): string => JSON.stringify(json).slice(0, 100);

describe('steps', () => {
  it.each(steps.preTokenizers.map(([json, pieces]) => [label(json), json, pieces] as const))(
    'cuts as %s does',
    (_, json, pieces) => {
      const cut = preTokenizer(new Json(json, 'pre_tokenizer'));
      for (const [i, string] of strings.entries()) {
        const found = string === '' ? [] : cut({ text: string, first: true });
        expect(found.map((piece) => piece.text)).toEqual(pieces[i]);
      }
    },
  );

  it.each(steps.normalizers.map(([json, texts]) => [label(json), json, texts] as const))(
    'normalizes as %s does',
    (_, json, texts) => {
      const normalize = normalizer(new Json(json, 'normalizer'));
      expect(strings.map(normalize)).toEqual(texts);
    },
  );

  it.each(steps.decoders.map(([json, texts]) => [label(json), json, texts] as const))(
    'decodes as %s does',
    (_, json, texts) => {
      const decode = decoder(new Json(json, 'decoder'));
      expect(steps.tokens.map((tokens) => decode(tokens).join(''))).toEqual(texts);
    },
  );
});
