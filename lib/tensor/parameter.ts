/** A tensor that is learned: a name for values that change while it stays. */

import { apply } from './apply.ts';
import type { TypedArray } from './dtype.ts';
import { DTypeError, ShapeError } from './errors.ts';
import { sameShape, show } from './shape.ts';
import { type Origin, Tensor } from './tensor.ts';
import { isTracing } from './tracing.ts';

/**
 * What a layer learns. An operation on a parameter uses the values that it has at that moment;
 * `assign` and optimizers give it others. The type and the shape stay.
 */
export class Parameter extends Tensor {
  // a cell of its own, since tensors are frozen
  readonly #current: { value: Tensor; learned: boolean };

  /** Starts with the values of `start`, float32. */
  constructor(start: Tensor) {
    if (start.dtype !== 'float32') {
      throw new DTypeError(`Parameter: needs float32, got ${start.dtype}; cast('float32')`);
    }
    super(start.shape, start.dtype, { op: null, requiresGrad: true });
    this.#current = { value: start, learned: true };
    this.#current.value = this.#snapshotOf(start);
  }

  /** Whether it is learned; set it to false to freeze it: then gradients pass it by. */
  override get requiresGrad(): boolean {
    return this.#current.learned;
  }

  override set requiresGrad(learned: boolean) {
    this.#current.learned = learned;
    this.#current.value.origin.requiresGrad = learned;
  }

  /** Gives the parameter other values, of the same shape. What was computed from it stays. */
  assign(value: Tensor): void {
    if (!sameShape(value.shape, this.shape) || value.dtype !== this.dtype) {
      throw new ShapeError(`assign: a parameter ${show(this.shape)} cannot take ${value}`);
    }
    this.#current.value = this.#snapshotOf(value);
  }

  /** The present values as a tensor that stays as it is. */
  copy(): Tensor {
    const { data } = this.origin;
    if (data === null) return apply('detach', [this], {});
    return new Tensor(this.shape, this.dtype, { op: null, data: data.slice() });
  }

  /**
   * @internal Gives the parameter the values in `data`, which the caller goes on writing to. What
   * was built on earlier values in the same memory, and is not computed yet, can no longer be.
   */
  adopt(data: TypedArray): void {
    const { origin } = this.#current.value;
    if (origin.data === data) Object.assign(origin, { data: null, gone });
    this.#current.value = this.#leaf(data);
  }

  override get origin(): Origin {
    return this.#current.value.origin;
  }

  override get snapshot(): Tensor {
    return this.#current.value;
  }

  /** Values that are known are shared, others come to be known when they are needed. */
  #snapshotOf(value: Tensor): Tensor {
    const { data } = value.origin;
    if (data !== null) return this.#leaf(value instanceof Parameter ? data.slice() : data);
    const named = apply('alias', [value], {});
    const { op, inputs, attributes } = named.origin;
    return new Tensor(this.shape, this.dtype, { op, inputs, attributes, ...this.#marks });
  }

  #leaf(data: TypedArray): Tensor {
    return new Tensor(this.shape, this.dtype, { op: null, data, ...this.#marks });
  }

  /** What exists only while a function is traced has no values of its own at each run. */
  get #marks(): Pick<Origin, 'requiresGrad' | 'owner'> {
    return { requiresGrad: this.#current.learned, owner: isTracing() ? null : this };
  }
}

const gone =
  'it was computed from parameters that an optimizer has changed since; await it before step()';
