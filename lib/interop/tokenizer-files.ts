/** The files beside a model that tell other programs about its tokenizer. */

import type { GPT } from '../models/gpt.ts';
import { LibraryError } from '../tensor/errors.ts';
import { tokenizerToJson } from '../text/hugging-face/write.ts';
import type { Tokenizer } from '../text/tokenizer.ts';
import type { TokenIds } from './gpt-config.ts';

/** How texts begin and end. */
export interface EndTokens {
  /** The spelling of the special token in front of texts; none where left out. */
  bosToken?: string;
  /** Of the one behind them, with which generating ends; none where left out. */
  eosToken?: string;
}

/** The contents of the files by name, and the ids of the end tokens. */
export function tokenizerFiles(
  tokenizer: Tokenizer | undefined,
  { vocabularySize, contextLength }: GPT['config'],
  { bosToken, eosToken }: EndTokens,
): { files: Record<string, unknown>; ids: TokenIds } {
  if (tokenizer === undefined) return { files: {}, ids: {} };
  if (tokenizer.vocabularySize > vocabularySize) {
    throw new LibraryError(
      `saving a model: its tokenizer has ${tokenizer.vocabularySize} tokens, it knows only ` +
        `${vocabularySize}; do they belong together?`,
    );
  }
  const idOf = (token: string): number => {
    const id = tokenizer.specialTokens.get(token);
    if (id !== undefined) return id;
    const known = [...tokenizer.specialTokens.keys()]
      .map((name) => JSON.stringify(name))
      .join(', ');
    throw new LibraryError(
      `saving a model: ${JSON.stringify(token)} is no special token of its tokenizer; ` +
        `those are: ${known || 'none'}`,
    );
  };
  const ids = {
    ...(bosToken !== undefined && { bos_token_id: idOf(bosToken) }),
    ...(eosToken !== undefined && { eos_token_id: idOf(eosToken) }),
  };
  const tokens = {
    ...(bosToken !== undefined && { bos_token: bosToken }),
    ...(eosToken !== undefined && { eos_token: eosToken }),
  };
  const files = {
    'tokenizer.json': tokenizerToJson(tokenizer),
    'tokenizer_config.json': {
      tokenizer_class: 'PreTrainedTokenizerFast',
      model_max_length: contextLength,
      clean_up_tokenization_spaces: false,
      ...tokens,
    },
    'special_tokens_map.json': tokens,
    'generation_config.json': ids,
  };
  return { files, ids };
}
