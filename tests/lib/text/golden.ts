/** What Hugging Face's library gives, written by generate.py. */

import { readFileSync } from 'node:fs';

export interface Golden {
  strings: string[];
  training: {
    novel: { merges: string; count: number; ids: string; strings: [string, number[]][] };
    ties: { texts: string[]; merges: string[]; mergesThrice: string[] };
  };
  pipelines: Record<
    string,
    {
      tokenizer: Record<string, unknown>;
      vocabularySize: number;
      cases: [ids: number[], bare: number[], texts: [string, string] | null][];
    }
  >;
  steps: {
    preTokenizers: [unknown, string[][]][];
    normalizers: [unknown, string[]][];
    decoders: [unknown, string[]][];
    tokens: string[][];
  };
}

export const golden = JSON.parse(
  readFileSync(new URL('golden.generated.json', import.meta.url), 'utf8'),
) as Golden;
