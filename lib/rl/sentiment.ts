/**
 * A task whose reward can be tricked: go on with a sentence in a good mood. A lexicon of words with
 * their valence judges, word by word (Nielsen 2011, AFINN): so `superb and superb and superb` earns
 * most, unless the reference holds the policy to sentences as people write them.
 */

import { publicOp } from '../forbid.ts';
import { LibraryError } from '../tensor/errors.ts';
import { generatorFrom, type RandomOptions } from '../tensor/random.ts';
import { splitWords, WordTokenizer } from '../text/words.ts';
import type { Answer, Environment } from './policy.ts';

/** Words and how they feel, from −5 to 5; `data.corpus('afinn-111')` has 2 477. */
export type Lexicon = Iterable<readonly [word: string, valence: number]>;

const things = [
  'film',
  'food',
  'music',
  'weather',
  'book',
  'city',
  'hotel',
  'game',
  'play',
  'trip',
];
const plain = ['long', 'short', 'new', 'old', 'loud', 'quiet', 'red', 'simple', 'slow', 'warm'];
const felt = [
  ...['good', 'great', 'nice', 'fun', 'superb', 'lovely', 'fine', 'amazing', 'perfect', 'happy'],
  ...['bad', 'awful', 'boring', 'terrible', 'poor', 'ugly', 'sad', 'horrible', 'dull', 'worst'],
];

/**
 * The sum of the valences of a text's words.
 *
 * @example valenceOf('a superb film', new Map([['superb', 5]])) // 5
 */
export const valenceOf = publicOp(
  'rl.valenceOf',
  (text: string, valences: ReadonlyMap<string, number>): number =>
    splitWords(text.toLowerCase()).reduce((sum, word) => sum + (valences.get(word) ?? 0), 0),
);

/** Sentences about films and food as a task: a tokenizer, an environment, examples to imitate. */
export class SentimentTask {
  readonly tokenizer: WordTokenizer;
  readonly environment: Environment;
  readonly #valences: ReadonlyMap<string, number>;

  /** @param lexicon has to have most of the words of mood that the sentences use */
  constructor(lexicon: Lexicon) {
    this.#valences = new Map(lexicon);
    const known = felt.filter((word) => this.#valences.has(word));
    if (known.length < felt.length / 2) {
      throw new LibraryError(
        `rl.SentimentTask: the lexicon has ${known.length} of ${felt.length} words such as ` +
          `'${felt[0]}'; data.corpus('afinn-111') has most`,
      );
    }
    const words = ['the', 'was', 'and', 'very', ...things, ...plain, ...felt];
    this.tokenizer = new WordTokenizer(words.join(' '), { specialTokens: ['.'] });
    this.environment = {
      length: 16,
      stop: this.tokenizer.id('.')!,
      prompt: (generator) => {
        return this.tokenizer.encode(`the ${things[generator.below(things.length)]!} was`);
      },
      judge: (answers) => answers.map(({ answer }) => this.valence(answer)),
    };
  }

  /** The sum of the valences of some tokens. */
  valence(answer: readonly number[]): number {
    return valenceOf(this.tokenizer.decode(answer), this.#valences);
  }

  /** Sentences as people write them, good and bad: `the film was long and very dull.` */
  examples(count: number, random: RandomOptions): Answer[] {
    const generator = generatorFrom('rl.SentimentTask', random);
    const one = (words: readonly string[]) => words[generator.below(words.length)]!;
    const judgement = () => {
      const word = one(generator.below(2) === 0 ? felt : plain);
      return generator.below(4) === 0 ? `very ${word}` : word;
    };
    return Array.from({ length: count }, () => {
      const parts = [judgement()];
      while (parts.length < 4 && generator.below(2) === 0) parts.push(judgement());
      return {
        prompt: this.tokenizer.encode(`the ${one(things)} was`),
        answer: this.tokenizer.encode(`${parts.join(' and ')}.`),
      };
    });
  }
}
