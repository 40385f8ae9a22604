/**
 * Finding copies: equal documents by a table, nearly equal ones by MinHash (Broder 1997, *On the
 * Resemblance and Containment of Documents*) and banding (Leskovec, Rajaraman and Ullman, *Mining
 * of Massive Datasets*, chapter 3).
 *
 * Two documents are alike as far as they share shingles, runs of a few words: the Jaccard similarity is
 * the shingles in both over the shingles in either. A random order of all shingles has the same
 * first one in both documents with just this probability; so the share of positions in which two
 * signatures (the first shingles under many random orders) agree estimates it. To compare all pairs
 * would still take n² steps; so signatures are cut into bands, and only documents that agree in a
 * whole band are compared.
 */

import { publicOp } from '../forbid.ts';
import { LibraryError } from '../tensor/errors.ts';
import { generatorFrom, type RandomOptions } from '../tensor/random.ts';
import { splitWords } from '../text/words.ts';

/** The items without those that are equal to an earlier one, by `key` where it is given. */
export const deduplicate = publicOp(
  'data.deduplicate',
  <Item>(items: Iterable<Item>, key: (item: Item) => unknown = (item) => item): Item[] => {
    const seen = new Set<unknown>();
    return [...items].filter((item) => {
      const own = key(item);
      return !seen.has(own) && seen.add(own);
    });
  },
);

/**
 * The runs of `size` words of a text, in lower case, as a set of 32-bit hashes. A text of fewer
 * words is one shingle.
 */
export const shingles = publicOp(
  'data.shingles',
  (text: string, { size = 5 }: { size?: number } = {}): Set<number> => {
    const words = splitWords(text.toLowerCase());
    const found = new Set<number>();
    const last = Math.max(0, words.length - size);
    for (let i = 0; i <= last; i++) found.add(hash(words.slice(i, i + size).join(' ')));
    return found;
  },
);

/** How alike two sets are: what is in both over what is in either; 1 for two empty ones. */
export const jaccard = publicOp(
  'data.jaccard',
  (a: ReadonlySet<unknown>, b: ReadonlySet<unknown>): number => {
    if (a.size + b.size === 0) return 1;
    let both = 0;
    for (const item of a) if (b.has(item)) both++;
    return both / (a.size + b.size - both);
  },
);

/**
 * A signature: for each of `count` random orders the shingle that comes first. Two signatures agree
 * in a share of their positions that estimates the Jaccard similarity J, with a standard error of
 * √(J(1 − J) / count).
 */
export const minHash = publicOp(
  'data.minHash',
  (shingles: ReadonlySet<number>, { count = 128, ...random }: MinHashOptions): Uint32Array => {
    const generator = generatorFrom('minHash', random);
    return signature(
      shingles,
      Uint32Array.from({ length: count }, () => generator.bits()),
    );
  },
);

export interface MinHashOptions extends RandomOptions {
  /** How many random orders; 128 where left out. */
  count?: number;
}

export interface NearDuplicateOptions extends RandomOptions {
  /** Documents at least so alike (Jaccard similarity) are copies; 0.8 where left out. */
  threshold?: number;
  /** Words in a shingle; 5 where left out. */
  size?: number;
  /** Positions of a signature; 128 where left out. */
  count?: number;
}

/** A document that nearly equals an earlier one. */
export interface NearDuplicate {
  index: number;
  /** The earlier document. */
  of: number;
  similarity: number;
}

export interface NearDuplicates {
  /** Indices of the documents to keep. */
  kept: number[];
  duplicates: NearDuplicate[];
}

/**
 * Which documents are nearly equal to an earlier one that is kept.
 *
 * Candidates are compared by their shingles, so what is found is never less alike than `threshold`. A pair
 * of similarity s is overlooked with probability (1 − sʳ)ᵇ, for b bands of r rows; r is the largest
 * for which a pair right at the threshold is overlooked less than once in a hundred times (0.8 and
 * 128 positions: 21 bands of 6 rows, 0.2 %; a pair of 0.9 once in 10⁷ times).
 */
export const nearDuplicates = publicOp(
  'data.nearDuplicates',
  (documents: Iterable<string>, options: NearDuplicateOptions): NearDuplicates => {
    const { threshold = 0.8, size = 5, count = 128 } = options;
    const rows = rowsFor(threshold, count);
    const generator = generatorFrom('nearDuplicates', options);
    const seeds = Uint32Array.from({ length: count }, () => generator.bits());
    const buckets = new Map<string, number[]>();
    const sets: Set<number>[] = [];
    const result: NearDuplicates = { kept: [], duplicates: [] };
    for (const document of documents) {
      const index = sets.length;
      const set = shingles(document, { size });
      sets.push(set);
      const bands = bandsOf(signature(set, seeds), rows);
      const candidates = new Set(bands.flatMap((band) => buckets.get(band) ?? []));
      let best: NearDuplicate | null = null;
      for (const of of candidates) {
        const similarity = jaccard(sets[of]!, set);
        if (similarity >= threshold && similarity > (best?.similarity ?? 0)) {
          best = { index, of, similarity };
        }
      }
      if (best !== null) result.duplicates.push(best);
      else {
        result.kept.push(index);
        for (const band of bands) {
          const bucket = buckets.get(band);
          if (bucket === undefined) buckets.set(band, [index]);
          else bucket.push(index);
        }
      }
    }
    return result;
  },
);

/** The most rows of a band for which a pair at the threshold is overlooked once in 100 at most. */
function rowsFor(threshold: number, count: number): number {
  if (!(threshold > 0 && threshold <= 1 && Number.isInteger(count) && count > 0)) {
    throw new LibraryError(
      `nearDuplicates: needs a threshold above 0 and up to 1, and a count from 1 on; ` +
        `got ${threshold} and ${count}`,
    );
  }
  let rows = 1;
  const overlooked = (r: number) => (1 - threshold ** r) ** Math.floor(count / r);
  while (rows < count && overlooked(rows + 1) <= 0.01) rows++;
  return rows;
}

/** The bands of a signature, as keys; what fills no band is left out. */
function bandsOf(signature: Uint32Array, rows: number): string[] {
  return Array.from({ length: Math.floor(signature.length / rows) }, (_, band) => {
    return `${band}:${signature.subarray(band * rows, (band + 1) * rows).join(',')}`;
  });
}

/** An order is drawn by mixing its seed into every shingle: the first is the smallest then. */
function signature(shingles: ReadonlySet<number>, seeds: Uint32Array): Uint32Array {
  const smallest = new Uint32Array(seeds.length).fill(0xffffffff);
  for (const shingle of shingles) {
    for (let i = 0; i < seeds.length; i++) {
      const mixed = mix(shingle ^ seeds[i]!);
      if (mixed < smallest[i]!) smallest[i] = mixed;
    }
  }
  return smallest;
}

/** FNV-1a (Fowler, Noll and Vo) over UTF-16 units, then mixed. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return mix(h);
}

/** MurmurHash3's last step (Appleby): every bit of the input changes half of the bits. */
function mix(x: number): number {
  let h = x;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
