/**
 * Tensor: an immutable node of a graph.
 *
 * An operation makes a new tensor that knows its shape, its type and how it would be computed, and
 * computes nothing. Asking for values (`data`, `array`, `item`, `realize`) computes the graph
 * behind the tensor, once.
 */

import { backward } from '../autograd/backward.ts';
import { realize } from '../backend/realize.ts';
import type { Work } from '../interrupts.ts';
import type { Attributes, OpName } from '../ops/record.ts';
import type { MimeBundle } from '../viz/mime.ts';
import { displayTensor } from '../viz/tensor-display.ts';
import { type DType, type TypedArray, toNumbers } from './dtype.ts';
import { DTypeError, ShapeError } from './errors.ts';
import { NeuralMethods } from './methods/neural.ts';
import { numelOf, show } from './shape.ts';

/** How a tensor is computed, or, once it has been, its values. */
export interface Origin {
  /** The operation, or null where there are only values. */
  op: OpName | null;
  attributes: Attributes[OpName] | null;
  inputs: readonly Tensor[];
  /** The values, where known. */
  data: TypedArray | null;
  /** Gives the values anew for each run of a compiled function; null for all other tensors. */
  feed: (() => TypedArray) | null;
  /** Ends when the values that are being computed are there. */
  pending: Work<void> | null;
  /** Whether `backward` of what is computed from this is to reach this. */
  requiresGrad: boolean;
  /** The parameter whose values these are, if they are a parameter's. */
  owner: Tensor | null;
  /** Why the values are no longer to be had: an optimizer has written over them. */
  gone: string | null;
}

export class Tensor extends NeuralMethods {
  /** The sizes, outermost dimension first; `[]` for a single number. */
  readonly shape: number[];
  /** The type of the elements. */
  readonly dtype: DType;
  readonly #origin: Origin;
  #grad: Tensor | null = null;

  /** @internal Use `tensor(…)` and operations to make tensors. */
  constructor(
    shape: readonly number[],
    dtype: DType,
    origin: Pick<Origin, 'op'> & Partial<Origin>,
  ) {
    super();
    this.shape = Object.freeze([...shape]) as number[];
    this.dtype = dtype;
    this.#origin = {
      op: origin.op,
      attributes: origin.attributes ?? null,
      inputs: origin.inputs ?? [],
      data: origin.data ?? null,
      feed: origin.feed ?? null,
      pending: null,
      requiresGrad: origin.requiresGrad ?? false,
      owner: origin.owner ?? null,
      gone: null,
    };
    Object.freeze(this);
  }

  /** @internal The graph's side of this tensor. */
  get origin(): Origin {
    return this.#origin;
  }

  /** @internal The values that operations use: a parameter's present ones, else the tensor itself. */
  get snapshot(): Tensor {
    return this;
  }

  /** Whether `backward` gives a gradient by this tensor, or passes through it. */
  get requiresGrad(): boolean {
    return this.origin.requiresGrad;
  }

  /** What `backward` found: the gradient by this tensor, summed over all calls; null before. */
  get grad(): Tensor | null {
    return this.#grad;
  }

  set grad(gradient: Tensor | null) {
    this.#grad = gradient;
  }

  /**
   * Adds the gradient of this number by every tensor and parameter that it was computed from, and
   * that requires one, to that tensor's `grad`. Nothing is computed yet; await this number after,
   * not before, so that both share the work.
   *
   * @param gradient where this is not a single number: how much each element counts
   * @throws ShapeError where this has several elements and no `gradient` is given
   */
  backward(gradient?: Tensor): void {
    backward(this, gradient);
  }

  /** The number of dimensions. */
  get ndim(): number {
    return this.shape.length;
  }

  /** The number of elements. */
  get numel(): number {
    return numelOf(this.shape);
  }

  /** The transposed matrix; for two dimensions only. */
  get T(): Tensor {
    if (this.ndim !== 2) {
      throw new ShapeError(
        `T: needs two dimensions, got ${show(this.shape)}; use transpose or permute`,
      );
    }
    return this.transpose(0, 1);
  }

  /**
   * Computes the values now, so that whatever is built on this tensor starts from them. Returns the
   * tensor itself.
   */
  async realize(): Promise<this> {
    await realize(this);
    return this;
  }

  /**
   * The values as a fresh typed array, in the order of the last dimension first; int64 as
   * BigInt64Array.
   */
  async data(): Promise<TypedArray> {
    await realize(this);
    return this.origin.data!.slice();
  }

  /**
   * The values as nested lists of numbers (booleans for bool); of a scalar the number itself. An
   * int64 beyond 2^53, which no JavaScript number holds, is rounded; `data` has it exactly.
   * The depth of the nesting is the number of dimensions, which the type does not know: hence `any`
   * unless you say.
   */
  // biome-ignore lint/suspicious/noExplicitAny: nested lists of a depth known only at run time
  async array<T = any>(): Promise<T> {
    await realize(this);
    return nest(plainValues(this), this.shape) as T;
  }

  /** The one number of a tensor with one element. */
  async item(): Promise<number> {
    if (this.numel !== 1) {
      throw new ShapeError(
        `item: needs exactly one element, ${show(this.shape)} has ${this.numel}`,
      );
    }
    await realize(this);
    return Number(this.origin.data![0]);
  }

  /** What this tensor is, without computing it. */
  override toString(): string {
    return `Tensor ${this.dtype} ${show(this.shape)}`;
  }

  /**
   * JavaScript's own operators know no tensors: `x * 2` would silently be NaN. In text it is its
   * description.
   */
  [Symbol.toPrimitive](hint: string): string {
    if (hint !== 'number') return this.toString();
    throw new DTypeError(
      'a tensor is not a number: instead of operators write x.mul(2), x.add(y), x.gt(0) …; ' +
        'its value is await x.item()',
    );
  }

  /** A cell's last expression shows its values. */
  async [Symbol.for('Jupyter.display')](): Promise<MimeBundle> {
    await realize(this);
    return displayTensor(this, toNumbers(this.origin.data!));
  }

  /** What Node's console shows: the values where they are known. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    if (this.origin.data === null) return `${this} (not computed yet: await its array() or data())`;
    return displayTensor(this, toNumbers(this.origin.data))['text/plain'];
  }
}

/** Numbers, or booleans for bool, of a tensor that has its values. */
function plainValues(t: Tensor): (number | boolean)[] {
  const numbers = Array.from(toNumbers(t.origin.data!));
  return t.dtype === 'bool' ? numbers.map((value) => value !== 0) : numbers;
}

type Nested = number | boolean | Nested[];

function nest(values: (number | boolean)[], shape: readonly number[]): Nested {
  let level: Nested[] = values;
  for (let dim = shape.length - 1; dim >= 0; dim--) {
    const size = shape[dim]!;
    const count = numelOf(shape.slice(0, dim));
    level = Array.from({ length: count }, (_, i) => level.slice(i * size, (i + 1) * size));
  }
  return level[0]!;
}
