/** Making tensors: from values, and from an operation on other tensors. */

import { Mode } from '../interrupts.ts';
import type { Attributes, OpName } from '../ops/record.ts';
import { recordOf } from '../ops/records.ts';
import {
  allocate,
  checkFits,
  computeType,
  convert,
  type DType,
  isFloat,
  resultType,
  toStorage,
} from './dtype.ts';
import { DTypeError } from './errors.ts';
import { Tensor } from './tensor.ts';

/**
 * What operations take: a tensor, or a number or boolean that stands for a tensor filled with it.
 */
export type Operand = Tensor | number | boolean;

/** Operations that compute nothing with the elements they move, so that any type will do. */
const movesAnyType: ReadonlySet<OpName> = new Set<OpName>([
  ...(['alias', 'detach', 'cast', 'reshape', 'permute', 'expand', 'narrow', 'flip'] as const),
  ...(['cat', 'gather', 'indexSelect'] as const),
]);

/**
 * The tensor that `op` would compute; checks shapes and types at once. Types that are not computed
 * in (float16, int8, uint8) are converted there and back.
 */
export function apply<K extends OpName>(
  op: K,
  inputs: readonly Tensor[],
  attributes: Attributes[K],
): Tensor {
  const small = inputs.find((x) => computeType(x.dtype) !== x.dtype);
  if (small !== undefined && !movesAnyType.has(op)) {
    const wide = inputs.map((x) => castTo(x, computeType(x.dtype)));
    const result = apply(op, wide, attributes);
    const wasWidened = result.dtype === computeType(small.dtype);
    return wasWidened ? castTo(result, small.dtype) : result;
  }
  const { shape, dtype } = recordOf(op).infer(inputs, attributes);
  const requiresGrad =
    !unrecorded.isOn && op !== 'detach' && isFloat(dtype) && inputs.some((x) => x.requiresGrad);
  const snapshots = inputs.map((x) => x.snapshot);
  return new Tensor(shape, dtype, { op, inputs: snapshots, attributes, requiresGrad });
}

const unrecorded = new Mode();

/** Whether what is done now may be asked for a gradient by `backward`; not within noGrad. */
export const isRecording = (): boolean => !unrecorded.isOn;

/**
 * Runs `f`, in which nothing is remembered for `backward`: for using a model rather than training
 * it.
 */
export function noGrad<R>(f: () => R): R {
  const result = unrecorded.during(f);
  if (isPromise(result)) {
    throw new DTypeError('noGrad: the function must not be async; await its tensors outside of it');
  }
  return result;
}

/** A number that belongs to a formula of the library, so that it may be built into what is compiled. */
export function constant(value: number, dtype: DType = 'float32'): Tensor {
  return apply('constant', [], { value, dtype });
}

/** A tensor of shape `[]`. */
export function scalar(value: number | boolean, dtype: DType): Tensor {
  const values = allocate(dtype, 1);
  values[0] = convert(Number(value), dtype);
  return new Tensor([], dtype, { op: null, data: toStorage(values) });
}

/** As {@link scalar}; throws where the type is one of integers and cannot hold the value. */
export function element(op: string, value: number | boolean, dtype: DType): Tensor {
  checkFits(op, Number(value), dtype);
  return scalar(value, dtype);
}

/**
 * What `f` makes of x; of a scalar what it makes of a vector of one element, since PyTorch lets
 * dimensions 0 and −1 of a scalar be named.
 */
export function asVector(x: Tensor, f: (x: Tensor) => Tensor): Tensor {
  if (x.ndim > 0) return f(x);
  return apply('reshape', [f(apply('reshape', [x], { shape: [1] }))], { shape: [] });
}

/** Throws a helpful DTypeError where something else was given than a tensor. */
export function checkTensor(op: string, value: unknown): asserts value is Tensor {
  if (!(value instanceof Tensor))
    throw new DTypeError(`${op}: needs a tensor, got ${describe(value)}`);
}

/** Operands as tensors of one type, by PyTorch's rules ({@link resultType}). */
export function unify(op: string, operands: readonly Operand[]): Tensor[] {
  const tensors = operands.filter((x) => x instanceof Tensor);
  if (tensors.length === 0 || operands.some((x) => !isOperand(x))) {
    const kinds = operands.map(describe).join(' and ');
    throw new DTypeError(`${op}: needs tensors or numbers, at least one a tensor, got ${kinds}`);
  }
  const dtype = commonType(operands);
  return operands.map((x) => (x instanceof Tensor ? castTo(x, dtype) : scalar(x, dtype)));
}

/** The type of an operation on these operands. */
function commonType(operands: readonly Operand[]): DType {
  const tensors = operands.filter((x) => x instanceof Tensor);
  return resultType(
    tensors.filter((x) => x.ndim > 0).map((x) => x.dtype),
    tensors.filter((x) => x.ndim === 0).map((x) => x.dtype),
    operands.filter((x) => typeof x !== 'object'),
  );
}

/** `x` with elements of type `dtype`; `x` itself where it has that type already. */
export function castTo(x: Tensor, dtype: DType): Tensor {
  return x.dtype === dtype ? x : apply('cast', [x], { dtype });
}

/** `x` if its type is a floating-point one, else as float32. */
export function asFloat(x: Tensor): Tensor {
  return isFloat(x.dtype) ? x : castTo(x, 'float32');
}

function isOperand(value: unknown): value is Operand {
  return value instanceof Tensor || typeof value === 'number' || typeof value === 'boolean';
}

/** Whether `value` is a promise, of whatever realm. */
export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | null | undefined)?.then === 'function';
}

function describe(value: unknown): string {
  if (value instanceof Tensor) return `${value}`;
  if (isPromise(value)) return 'a promise (await it first)';
  if (Array.isArray(value)) return 'a list (make it a tensor: tensor([…]))';
  if (value === null || value === undefined) return String(value);
  const isForeign = typeof value === 'object' && 'shape' in value && 'dtype' in value;
  return isForeign ? 'a tensor of another copy of the library' : `a ${typeof value}`;
}
