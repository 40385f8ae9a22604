/** Writing tokenizer.json, so that the Python library and transformers.js read our tokenizers. */

import { publicOp } from '../../forbid.ts';
import { LibraryError } from '../../tensor/errors.ts';
import { BpeTokenizer } from '../bpe.ts';
import { CharacterTokenizer } from '../characters.ts';
import { gpt2Pattern } from '../patterns.ts';
import type { Tokenizer } from '../tokenizer.ts';
import { Json } from './json.ts';
import { translate } from './regex.ts';
import { HuggingFaceTokenizer } from './tokenizer.ts';

/**
 * The contents of a tokenizer.json for a tokenizer; `JSON.stringify` makes the file.
 *
 * A character the vocabulary lacks, which is an error here, is left out by other readers.
 *
 * @throws LibraryError for tokenizers that the format cannot hold: those of words, and of Llama
 */
export const tokenizerToJson = publicOp('text.tokenizerToJson', (tokenizer: Tokenizer): object => {
  if (tokenizer instanceof HuggingFaceTokenizer) return tokenizer.toJSON() as object;
  if (tokenizer instanceof BpeTokenizer) return byteLevel(tokenizer);
  if (tokenizer instanceof CharacterTokenizer) return characters(tokenizer);
  throw new LibraryError('tokenizerToJson: this tokenizer cannot be written as tokenizer.json');
});

function byteLevel(tokenizer: BpeTokenizer): object {
  const { vocabulary, merges } = tokenizer;
  const own = tokenizer.pattern.source === gpt2Pattern.source;
  const bytes = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: own };
  return {
    ...common(tokenizer),
    pre_tokenizer: own ? bytes : { type: 'Sequence', pretokenizers: [cut(tokenizer), bytes] },
    decoder: bytes,
    model: bpe(vocabulary, merges, null),
  };
}

function characters(tokenizer: CharacterTokenizer): object {
  const { vocabulary, unknownId } = tokenizer;
  const unknown = unknownId === null ? null : tokenizer.token(unknownId);
  return {
    ...common(tokenizer),
    pre_tokenizer: null,
    decoder: { type: 'Fuse' },
    model: bpe(vocabulary, [], unknown),
  };
}

function common(tokenizer: Tokenizer): object {
  const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false };
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: Array.from(tokenizer.specialTokens, ([content, id]) => {
      return { id, content, ...flags, special: true };
    }),
    normalizer: null,
    post_processor: null,
  };
}

function bpe(
  vocabulary: readonly string[],
  merges: readonly (readonly [string, string])[],
  unknown: string | null,
): object {
  return {
    type: 'BPE',
    dropout: null,
    unk_token: unknown,
    continuing_subword_prefix: null,
    end_of_word_suffix: null,
    fuse_unk: false,
    byte_fallback: false,
    ignore_merges: false,
    // a vocabulary may have the word __proto__, which an object literal would not keep
    vocab: Object.fromEntries(vocabulary.map((token, id) => [token, id])),
    merges,
  };
}

/** The pattern in the other dialect; it must come back from there as it was. */
function cut({ pattern }: BpeTokenizer): object {
  const written = pattern.source
    .replaceAll('\\p{White_Space}', '\\s')
    .replaceAll('\\P{White_Space}', '\\S');
  const back = translate(new Json(written, 'the pattern'));
  if (back.source !== pattern.source || back.flags !== pattern.flags) {
    throw new LibraryError(`tokenizerToJson: the pattern cannot be written there: ${pattern}`);
  }
  return { type: 'Split', pattern: { Regex: written }, behavior: 'Isolated', invert: false };
}
