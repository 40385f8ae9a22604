/**
 * Learning byte-pair merges: again and again, the two neighbours that occur together most often
 * become one token (Sennrich, Haddow and Birch 2016, algorithm 1), until the vocabulary is full.
 *
 * Counting all pairs anew for every merge would take hours on a novel. Three things make it a
 * fraction of a second: equal words are one word with a count; a merge changes only the counts of
 * the pairs around it; and a queue knows the most frequent pair. A count in the queue may be out of
 * date; it can only be too high, so it is set right when its turn comes.
 *
 * Ties go to the pair with the smaller ids, and everything else too is decided as in Hugging Face's
 * trainer, so that both learn the same merges (tests/lib/text/bpe.test.ts).
 */

import { publicOp } from '../forbid.ts';
import { LibraryError } from '../tensor/errors.ts';
import { BpeTokenizer } from './bpe.ts';
import { byteSpelling, utf8 } from './bytes.ts';
import { Heap } from './heap.ts';
import { PairTable } from './pair-table.ts';
import { checkedPattern, cutIntoWords, gpt2Pattern } from './patterns.ts';

export interface BpeTrainOptions {
  /** How many tokens there will be: special tokens, the 256 bytes, then merges. */
  vocabularySize: number;
  /** They get the first ids. The texts should not contain them: give documents as a list. */
  specialTokens?: readonly string[];
  /** Pairs that occur less often are not merged; 2 where left out. */
  minFrequency?: number;
  /** How text is cut into words, which no token spans; GPT-2's way where left out. */
  pattern?: RegExp;
}

/** A pair that waits for its turn, with its count when it was put into the queue. */
interface Candidate {
  pair: number;
  left: number;
  right: number;
  count: number;
  /** The words to look through. */
  words: number[];
}

/**
 * Learns a byte-level tokenizer from texts. It has fewer than `vocabularySize` tokens where the
 * texts run out of pairs.
 *
 * @example
 * const tokenizer = text.trainBpe(corpus('moby-dick'), { vocabularySize: 4096 });
 */
export const trainBpe = publicOp(
  'text.trainBpe',
  (texts: string | Iterable<string>, options: BpeTrainOptions): BpeTokenizer => {
    const { specialTokens = [], minFrequency = 2, pattern = gpt2Pattern } = options;
    const vocabulary = [...new Set([...specialTokens, ...[...byteSpelling].sort()])];
    checkSize(options.vocabularySize, vocabulary.length);
    const ids = new Map(vocabulary.map((token, id) => [token, id]));
    const words = new Words(countWords(texts, checkedPattern(pattern)), ids);
    const pairs = new Pairs();
    words.countPairs(pairs);

    const merges: [string, string][] = [];
    while (vocabulary.length < options.vocabularySize) {
      const best = pairs.mostFrequent();
      if (best === undefined || best.count < Math.max(1, minFrequency)) break;
      const merge: [string, string] = [vocabulary[best.left]!, vocabulary[best.right]!];
      const token = merge.join('');
      // two ways may lead to one token: ab + c and a + bc
      const id = ids.get(token) ?? vocabulary.push(token) - 1;
      ids.set(token, id);
      merges.push(merge);
      for (const word of best.words) words.merge(word, best.left, best.right, id, pairs);
      pairs.enqueue();
    }
    return new BpeTokenizer({ vocabulary, merges, specialTokens, pattern });
  },
);

/** How often each word occurs. */
function countWords(texts: string | Iterable<string>, pattern: RegExp): Map<string, number> {
  const counts = new Map<string, number>();
  for (const text of typeof texts === 'string' ? [texts] : texts) {
    for (const word of cutIntoWords(text, pattern)) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return counts;
}

/** The distinct words as rows of token ids, one after the other in one array. */
class Words {
  readonly #counts: readonly number[];
  readonly #starts: Int32Array;
  readonly #lengths: Int32Array;
  readonly #tokens: Int32Array;

  constructor(counts: ReadonlyMap<string, number>, ids: ReadonlyMap<string, number>) {
    const byteIds = byteSpelling.map((character) => ids.get(character)!);
    const tokens: number[] = [];
    this.#counts = [...counts.values()];
    this.#starts = new Int32Array(counts.size);
    this.#lengths = new Int32Array(counts.size);
    let word = 0;
    for (const spelled of counts.keys()) {
      this.#starts[word] = tokens.length;
      for (const byte of utf8(spelled)) tokens.push(byteIds[byte]!);
      this.#lengths[word] = tokens.length - this.#starts[word]!;
      word++;
    }
    this.#tokens = Int32Array.from(tokens);
  }

  countPairs(pairs: Pairs): void {
    for (let word = 0; word < this.#counts.length; word++) {
      const start = this.#starts[word]!;
      const end = start + this.#lengths[word]!;
      for (let i = start + 1; i < end; i++) {
        pairs.add(this.#tokens[i - 1]!, this.#tokens[i]!, this.#counts[word]!, word);
      }
    }
    pairs.enqueue();
  }

  /** Joins `left` and `right` wherever they are neighbours in `word`, and tells `pairs`. */
  merge(word: number, left: number, right: number, joined: number, pairs: Pairs): void {
    const tokens = this.#tokens;
    const count = this.#counts[word]!;
    const start = this.#starts[word]!;
    const end = start + this.#lengths[word]!;
    let written = start;
    for (let i = start; i < end; i++, written++) {
      if (tokens[i] !== left || i + 1 >= end || tokens[i + 1] !== right) {
        tokens[written] = tokens[i]!;
        continue;
      }
      i++;
      tokens[written] = joined;
      if (written > start) {
        pairs.add(tokens[written - 1]!, left, -count, word);
        pairs.add(tokens[written - 1]!, joined, count, word);
      }
      if (i + 1 < end) {
        pairs.add(right, tokens[i + 1]!, -count, word);
        pairs.add(joined, tokens[i + 1]!, count, word);
      }
    }
    this.#lengths[word] = written - start;
  }
}

/** All pairs of neighbours with their counts, and the queue of those that can be merged. */
class Pairs {
  readonly #table = new PairTable();
  readonly #lefts: number[] = [];
  readonly #rights: number[] = [];
  readonly #counts: number[] = [];
  /** The words in which a pair has come up since it was put into the queue. */
  readonly #words: number[][] = [];
  #fresh: number[] = [];
  readonly #queue = new Heap<Candidate>((a, b) => {
    if (a.count !== b.count) return a.count > b.count;
    return a.left !== b.left ? a.left < b.left : a.right < b.right;
  });

  /** Counts `change` more occurrences of a pair, all of them in `word`. */
  add(left: number, right: number, change: number, word: number): void {
    const pair = this.#pair(left, right);
    this.#counts[pair]! += change;
    if (change < 0) return;
    const words = this.#words[pair]!;
    if (words.length === 0) this.#fresh.push(pair);
    if (words.at(-1) !== word) words.push(word);
  }

  /** Puts the pairs that have come up into the queue. */
  enqueue(): void {
    for (const pair of this.#fresh) {
      const count = this.#counts[pair]!;
      const [left, right, words] = [this.#lefts[pair]!, this.#rights[pair]!, this.#words[pair]!];
      if (count > 0) this.#queue.push({ pair, left, right, count, words });
      this.#words[pair] = [];
    }
    this.#fresh = [];
  }

  /** Takes the most frequent pair out of the queue. */
  mostFrequent(): Candidate | undefined {
    for (let top = this.#queue.pop(); top !== undefined; top = this.#queue.pop()) {
      const count = this.#counts[top.pair]!;
      if (top.count === count) return top;
      if (count > 0) this.#queue.push({ ...top, count });
    }
    return undefined;
  }

  #pair(left: number, right: number): number {
    const known = this.#table.get(left, right);
    if (known >= 0) return known;
    this.#table.set(left, right, this.#lefts.length);
    this.#lefts.push(left);
    this.#rights.push(right);
    this.#words.push([]);
    return this.#counts.push(0) - 1;
  }
}

function checkSize(wanted: number, least: number): void {
  if (Number.isInteger(wanted) && wanted >= least) return;
  throw new LibraryError(
    `trainBpe: a vocabulary of ${wanted} tokens cannot be had; ` +
      `the bytes and the special tokens alone are ${least}`,
  );
}
