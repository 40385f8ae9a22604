/**
 * Random numbers that come out the same everywhere: a generator in plain TypeScript, started from a
 * seed.
 *
 * The generator is xoshiro128** (Blackman and Vigna 2018, arXiv:1805.01407), its state filled by
 * splitmix32.
 */

import { type CreateOptions, tensor, zeros } from './create.ts';
import { allocate, checkDType, checkFits, type DType, toStorage } from './dtype.ts';
import { DTypeError, LibraryError } from './errors.ts';
import { checkShape, numelOf } from './shape.ts';
import { Tensor } from './tensor.ts';
import { isTracing } from './tracing.ts';

/** Where a generator stands in its stream, as plain data. */
export interface GeneratorState {
  words: number[];
  /** The second of two normal numbers, which come in pairs. */
  spare: number | null;
}

/** A stream of random numbers; the same seed gives the same stream. */
export class Generator {
  readonly #state: Uint32Array;
  #spare: number | null = null;

  constructor(seed: number) {
    if (!Number.isFinite(seed))
      throw new LibraryError(`Generator: a seed is a number, not ${seed}`);
    this.#state = stateFrom(seed);
  }

  /** Where the stream stands. */
  state(): GeneratorState {
    return { words: [...this.#state], spare: this.#spare };
  }

  /** Goes on from where a stream stood. */
  restore({ words, spare }: GeneratorState): void {
    if (!Array.isArray(words) || words.length !== 4 || !words.every(Number.isInteger)) {
      throw new LibraryError('Generator: restore needs what state() gave');
    }
    this.#state.set(words);
    this.#spare = spare;
  }

  /** 32 random bits. */
  bits(): number {
    const s = this.#state;
    const result = Math.imul(rotate(Math.imul(s[1]!, 5), 7), 9) >>> 0;
    const shifted = s[1]! << 9;
    s[2]! ^= s[0]!;
    s[3]! ^= s[1]!;
    s[1]! ^= s[2]!;
    s[0]! ^= s[3]!;
    s[2]! ^= shifted;
    s[3] = rotate(s[3]!, 11);
    return result;
  }

  /** Uniform from 0 up to but without 1, in steps of 2⁻²⁴, which float32 holds exactly. */
  uniform(): number {
    return (this.bits() >>> 8) / 2 ** 24;
  }

  /** From the normal distribution with mean 0 and deviation 1 (Box and Muller 1958). */
  normal(): number {
    if (this.#spare !== null) {
      const spare = this.#spare;
      this.#spare = null;
      return spare;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform())); // 1 − u is never 0
    const angle = 2 * Math.PI * this.uniform();
    this.#spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  /** A whole number from 0 up to but without `n`, at most 2⁵³, each equally likely. */
  below(n: number): number {
    const isWide = n > 2 ** 32;
    const all = isWide ? 2 ** 53 : 2 ** 32;
    const fair = all - (all % n); // the last, incomplete round would favour small numbers
    const draw = () => (isWide ? (this.bits() >>> 11) * 2 ** 32 + this.bits() : this.bits());
    let bits = draw();
    while (bits >= fair) bits = draw();
    return bits % n;
  }
}

/** Where random numbers come from: a seed, or a generator that goes on where it stopped. */
export interface RandomOptions {
  seed: number | Generator;
}

/**
 * @internal In place of a generator where all values are replaced anyway, as when a model is
 * loaded: what is drawn from it is zeros, and takes neither time nor memory.
 */
export const undrawn = new Generator(0);

/** Uniform random numbers from 0 up to but without 1. */
export function rand(shape: readonly number[], options: RandomOptions): Tensor {
  const generator = generatorFrom('rand', options);
  return filled('rand', shape, 'float32', options, () => generator.uniform());
}

/** Random numbers from the normal distribution with mean 0 and deviation 1. */
export function randn(shape: readonly number[], options: RandomOptions): Tensor {
  const generator = generatorFrom('randn', options);
  return filled('randn', shape, 'float32', options, () => generator.normal());
}

/** As {@link rand}, in the shape of `x`. */
export function randLike(x: Tensor, options: RandomOptions): Tensor {
  return rand(x.shape, options);
}

/** As {@link randn}, in the shape of `x`. */
export function randnLike(x: Tensor, options: RandomOptions): Tensor {
  return randn(x.shape, options);
}

/** @internal Uniform random numbers between ±`bound`, to start weights from. */
export function uniform(shape: readonly number[], bound: number, generator: Generator): Tensor {
  const options = { seed: generator };
  return filled('rand', shape, 'float32', options, () => (2 * generator.uniform() - 1) * bound);
}

/** Random whole numbers from `low` up to but without `high`, int64. */
export function randint(
  low: number,
  high: number,
  shape: readonly number[],
  options: RandomOptions & CreateOptions,
): Tensor {
  const generator = generatorFrom('randint', options);
  if (!(Number.isInteger(low) && Number.isInteger(high) && low < high)) {
    throw new LibraryError(
      `randint: there is no whole number from ${low} up to but without ${high}`,
    );
  }
  const { dtype = 'int64' } = options;
  checkDType('randint', dtype);
  for (const end of [low, high - 1]) checkFits('randint', end, dtype);
  if (dtype === 'bool' && (low < 0 || high > 2)) {
    throw new DTypeError(`randint: bool holds 0 and 1, not ${low} to ${high - 1}`);
  }
  if (high - low > 2 ** 53) throw new LibraryError('randint: a range is at most 2⁵³ numbers wide');
  return filled('randint', shape, dtype, options, () => low + generator.below(high - low));
}

/** The numbers 0 … n − 1 in random order, int64. */
export function permutation(n: number, options: RandomOptions): Tensor {
  const generator = generatorFrom('permutation', options);
  const order = Float64Array.from({ length: checkShape('permutation', [n])[0]! }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = generator.below(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return tensor(order, { dtype: 'int64' });
}

/** The generator that the options name. */
export function generatorFrom(op: string, options: RandomOptions | undefined): Generator {
  const seed = options?.seed;
  if (seed instanceof Generator) return seed;
  if (typeof seed === 'number') return new Generator(seed);
  throw new LibraryError(
    `${op}: random numbers need a seed, so that they can be had again: { seed: 7 }`,
  );
}

/** In a function that will be run again, a generator goes on at each run; a seed starts afresh. */
function filled(
  op: string,
  shape: readonly number[],
  dtype: DType,
  { seed }: RandomOptions,
  next: () => number,
): Tensor {
  const size = numelOf(checkShape(op, shape));
  if (seed === undrawn) return zeros(shape, { dtype });
  const draw = () => {
    const values = allocate(dtype, size);
    for (let i = 0; i < size; i++) values[i] = next();
    return toStorage(values);
  };
  const isDrawnAnew = isTracing() && seed instanceof Generator;
  return new Tensor(
    shape,
    dtype,
    isDrawnAnew ? { op: null, feed: draw } : { op: null, data: draw() },
  );
}

function rotate(x: number, by: number): number {
  return (x << by) | (x >>> (32 - by));
}

/** Spreads a seed over 128 bits with splitmix32. */
function stateFrom(seed: number): Uint32Array {
  const low = seed | 0;
  const high = Math.floor(seed / 2 ** 32) | 0;
  // fractions count too, so that seeds such as Math.random() differ
  const fraction = Math.floor((seed - Math.floor(seed)) * 2 ** 32) | 0;
  let z = low ^ Math.imul(high, 0x9e3779b1) ^ fraction;
  return Uint32Array.from({ length: 4 }, () => {
    z = (z + 0x9e3779b9) | 0;
    let x = z ^ (z >>> 16);
    x = Math.imul(x, 0x21f0aaad);
    x ^= x >>> 15;
    x = Math.imul(x, 0x735a2d97);
    return x ^ (x >>> 15);
  });
}
