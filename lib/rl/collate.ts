/** From answers as lists of tokens to tensors of one size. */

import { tensor } from '../tensor/create.ts';
import { LibraryError } from '../tensor/errors.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Answer, WrittenAnswer } from './policy.ts';

/** A better and a worse answer to the same prompt. */
export interface PreferencePair {
  readonly prompt: readonly number[];
  readonly chosen: readonly number[];
  readonly rejected: readonly number[];
}

export interface Texts {
  /** Prompt and answer, then zeros, `[n, length]`, int64. */
  ids: Tensor;
  /** 1 where the token that comes next belongs to the answer, `[n, length − 1]`. */
  mask: Tensor;
}

/** Texts of one length: what comes before the answer or after it is not counted. */
export function collateTexts(answers: readonly Answer[], length: number): Texts {
  const ids = new BigInt64Array(answers.length * length);
  for (const [i, { prompt, answer }] of answers.entries()) {
    const size = prompt.length + answer.length;
    if (size > length || prompt.length === 0) {
      throw new LibraryError(
        `rl: a prompt of ${prompt.length} and an answer of ${answer.length} tokens do not fit; ` +
          `there must be a prompt, and ${length} tokens at most`,
      );
    }
    ids.set([...prompt, ...answer].map(BigInt), i * length);
  }
  const ones = answers.map(({ answer }) => answer.map(() => 1));
  return {
    ids: tensor(ids, { shape: [answers.length, length] }),
    mask: spread(answers, ones, length),
  };
}

/** Texts with what their writer thought of their tokens, `[n, length − 1]`. */
export function collateWritten(answers: readonly WrittenAnswer[], length: number) {
  const logs = answers.map(({ logProbabilities }) => logProbabilities);
  return { ...collateTexts(answers, length), old: spread(answers, logs, length) };
}

/** A number for each answer, at the place of its last token, `[n, length − 1]`. */
export function atTheEnd(answers: readonly Answer[], values: readonly number[], length: number) {
  const rows = answers.map(({ answer }, i) => answer.map(() => 0).with(-1, values[i]!));
  return spread(answers, rows, length);
}

/** The preferred answers, then the others: `2 n` texts. */
export function collatePairs(pairs: readonly PreferencePair[], length: number): Texts {
  const chosen = pairs.map(({ prompt, chosen: answer }) => ({ prompt, answer }));
  const rejected = pairs.map(({ prompt, rejected: answer }) => ({ prompt, answer }));
  return collateTexts([...chosen, ...rejected], length);
}

/** Numbers for the tokens of answers, each where the token is to be chosen. */
function spread(
  answers: readonly Answer[],
  numbers: readonly (readonly number[])[],
  length: number,
): Tensor {
  const values = new Float32Array(answers.length * (length - 1));
  for (const [i, { prompt }] of answers.entries()) {
    values.set(numbers[i]!, i * (length - 1) + prompt.length - 1);
  }
  return tensor(values, { shape: [answers.length, length - 1] });
}
