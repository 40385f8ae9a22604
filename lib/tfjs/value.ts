/** A computed tensor that lives in an array, in TensorFlow.js, or in both. */

import type { Dense, Spec } from '../ops/record.ts';
import type { DType, NumberArray } from '../tensor/dtype.ts';
import type { Runtime, Tfjs } from './runtime.ts';

/** The types that TensorFlow.js has; the others stay in arrays. */
const types: Partial<Record<DType, 'float32' | 'int32' | 'bool'>> = {
  float32: 'float32',
  int32: 'int32',
  bool: 'bool',
};

/** TensorFlow.js' name of the type, if it has it. */
export function typeOf(dtype: DType): 'float32' | 'int32' | 'bool' | undefined {
  return types[dtype];
}

/** Copied from one place to the other when it is needed there first. */
export class Value implements Dense {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly #runtime: Runtime;
  #array: NumberArray | null;
  #tensor: Tfjs.Tensor | null;

  constructor(runtime: Runtime, { shape, dtype }: Spec, computed: NumberArray | Tfjs.Tensor) {
    this.#runtime = runtime;
    this.shape = shape;
    this.dtype = dtype;
    const isArray = ArrayBuffer.isView(computed);
    this.#array = isArray ? computed : null;
    this.#tensor = isArray ? null : computed;
  }

  get values(): NumberArray {
    this.#array ??= this.#download();
    return this.#array;
  }

  get tensor(): Tfjs.Tensor {
    const { tf } = this.#runtime;
    const type = types[this.dtype]!;
    this.#tensor ??= tf.tensor(this.#array as Float32Array, [...this.shape], type);
    return this.#tensor;
  }

  /** Gives its memory in TensorFlow.js back. */
  dispose(): void {
    this.#tensor?.dispose();
  }

  #download(): NumberArray {
    const array = this.#tensor!.dataSync();
    // plain JavaScript hands out its own memory, which may be the reader's array
    return this.#runtime.engine === 'cpu' ? array.slice() : array;
  }
}
