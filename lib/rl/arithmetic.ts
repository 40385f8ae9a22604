/**
 * A task with a reward that can be verified: sums of one-digit numbers. `3+4+8=` is answered by
 * `15.`, or with the path to it, one total after another: `7,15.`.
 */

import { publicOp } from '../forbid.ts';
import { type Generator, generatorFrom, type RandomOptions } from '../tensor/random.ts';
import { CharacterTokenizer } from '../text/characters.ts';
import { checkBetween, checkCounts } from './checks.ts';
import type { Answer, Environment } from './policy.ts';

export interface SumsOptions {
  /** How many numbers are added; 2 where left out. */
  terms?: number;
  /** The largest of these numbers; 9 where left out. */
  largest?: number;
  /** Whether the totals on the way are to be written down. */
  steps?: boolean;
  /** What is rewarded: the right result, or the share of right totals on the way to it. */
  reward?: 'outcome' | 'process';
}

export interface ExampleOptions extends RandomOptions {
  /** The share of examples with a wrong result, as people make them; 0 where left out. */
  mistakes?: number;
}

/** What is right in an answer. */
export interface CheckedSum {
  /** 1 where the answer ends, and with the right result; else 0. */
  outcome: number;
  /** The share of the totals that are right, and in their place. */
  process: number;
}

/**
 * Judges an answer by computing the sum.
 *
 * @example checkSum('3+4+8=', '7,15.') // { outcome: 1, process: 1 }
 */
export const checkSum = publicOp('rl.checkSum', (problem: string, answer: string): CheckedSum => {
  const totals = totalsOf(problem);
  const ended = answer.endsWith('.');
  const written = answer.replace(/\.$/, '').split(',');
  const right = totals.filter((total, i) => written[i] === String(total)).length;
  return {
    outcome: Number(ended && written.at(-1) === String(totals.at(-1))),
    process: right / Math.max(totals.length, written.length),
  };
});

/** Sums as a task: a tokenizer, an environment, and examples to imitate. */
export class SumsTask {
  readonly tokenizer = new CharacterTokenizer('0123456789+=,', { specialTokens: ['.'] });
  readonly environment: Environment;
  readonly #options: Required<SumsOptions>;

  constructor(options: SumsOptions = {}) {
    const { terms = 2, largest = 9, steps = false, reward = 'outcome' } = options;
    checkCounts('rl.SumsTask', { 'terms - 1': terms - 1 });
    checkBetween('rl.SumsTask', 'largest', largest, 2, 9);
    this.#options = { terms, largest, steps, reward };
    const longest = totalsOf(`${Array(terms).fill(largest).join('+')}=`);
    const answer = steps ? longest.join() : `${longest.at(-1)}`;
    this.environment = {
      length: 2 * terms + answer.length + 1,
      stop: this.tokenizer.id('.')!,
      prompt: (generator) => this.tokenizer.encode(this.problem(generator)),
      judge: (answers) => answers.map((each) => this.check(each)[reward]),
    };
  }

  /** A problem, such as `3+4=`. */
  problem(generator: Generator): string {
    const { terms, largest } = this.#options;
    const numbers = Array.from({ length: terms }, () => generator.below(largest + 1));
    return `${numbers.join('+')}=`;
  }

  /** What is right in an answer given as tokens. */
  check({ prompt, answer }: Answer): CheckedSum {
    return checkSum(this.tokenizer.decode(prompt), this.tokenizer.decode(answer));
  }

  /** Solved problems, some of them wrongly: the result is 1, 2 or 3 too large. */
  examples(count: number, { mistakes = 0, ...random }: ExampleOptions): Answer[] {
    checkCounts('rl.SumsTask', { count });
    checkBetween('rl.SumsTask', 'mistakes', mistakes, 0, 1);
    const generator = generatorFrom('rl.SumsTask', random);
    const { terms, largest, steps } = this.#options;
    return Array.from({ length: count }, () => {
      const problem = this.problem(generator);
      const totals = totalsOf(problem);
      if (generator.uniform() < mistakes) {
        totals.push((totals.pop()! + 1 + generator.below(3)) % (terms * largest + 1));
      }
      const answer = steps ? totals.join() : `${totals.at(-1)}`;
      return {
        prompt: this.tokenizer.encode(problem),
        answer: this.tokenizer.encode(`${answer}.`),
      };
    });
  }
}

/** What the sum is after the second number, the third, … */
function totalsOf(problem: string): number[] {
  const numbers = problem.replace('=', '').split('+').map(Number);
  let total = numbers[0]!;
  return numbers.slice(1).map((number) => {
    total += number;
    return total;
  });
}
