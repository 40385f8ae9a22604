/** Operations that work element by element on inputs that broadcast, and changes of type. */

import { convert, isFloat } from '../tensor/dtype.ts';
import { DTypeError } from '../tensor/errors.ts';
import { broadcastShapes } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { lowerFmod, remainder, wholePower, wholeRemainder } from './exact.ts';
import { mapOne, mapTwo, pick } from './loops.ts';
import {
  type Emitter,
  type GradientContext,
  type LoweringContext,
  type None,
  type OpName,
  type OpRecord,
  onnxType,
  type Records,
  type Spec,
} from './record.ts';

type Gradient = (g: Tensor, context: GradientContext<None>) => (Tensor | null)[];
type Lowering = (emit: Emitter, context: LoweringContext<None>) => string;

const noGradient = (): null[] => [null, null, null];

/** An operation on two tensors of one type, such as add. */
function binary(
  name: OpName,
  lower: string | Lowering,
  f: (a: number, b: number) => number,
  gradient: Gradient,
): OpRecord<None> {
  return {
    infer: ([a, b]) => ({
      shape: broadcastShapes(name, a!.shape, b!.shape),
      dtype: sameType(name, a!, b!),
    }),
    gradient,
    lower: typeof lower === 'string' ? (emit, { names }) => emit.node(lower, names) : lower,
    evaluate: ([a, b], _, output) => mapTwo(a!, b!, output, f),
  };
}

/** A comparison or a logical operation: the result is bool. */
function predicate(
  name: OpName,
  lower: string | Lowering,
  f: (a: number, b: number) => boolean,
): OpRecord<None> {
  const record = binary(name, lower, (a, b) => (f(a, b) ? 1 : 0), noGradient);
  return { ...record, infer: (inputs, none) => ({ ...record.infer(inputs, none), dtype: 'bool' }) };
}

function sameType(name: string, a: Spec, b: Spec) {
  if (a.dtype !== b.dtype) {
    throw new DTypeError(`${name}: types ${a.dtype} and ${b.dtype} differ; cast one of them`);
  }
  return a.dtype;
}

/** x itself under another name; `detach` is the same without a gradient. */
const identity: OpRecord<None> = {
  infer: ([x]) => x!,
  gradient: (g) => [g],
  lower: (_, { names }) => names[0]!,
  evaluate: ([x]) => x!.values,
};

/** ONNX compares numbers only, so bools go through int32. */
const compareInOnnx =
  (type: string): Lowering =>
  (emit, { names, inputs }) =>
    emit.node(type, inputs[0]!.dtype === 'bool' ? names.map((n) => toInt32(emit, n)) : names);

const toInt32 = (emit: Emitter, name: string) => emit.node('Cast', [name], { to: onnxType.int32 });

/** ONNX Runtime chooses between numbers only; between bools it is logic. */
function whereBool(emit: Emitter, [condition, a, b]: readonly string[]): string {
  const ifTrue = emit.node('And', [condition!, a!]);
  const ifFalse = emit.node('And', [emit.node('Not', [condition!]), b!]);
  return emit.node('Or', [ifTrue, ifFalse]);
}

/** PyTorch's rule for ties: each side gets half. */
const pickGradient =
  (wins: (x: Tensor, y: Tensor) => Tensor): Gradient =>
  (g, { inputs: [a, b] }) => {
    const share = (x: Tensor, y: Tensor) =>
      x.eq(y).cast('float32').mul(0.5).add(wins(x, y).cast('float32')).mul(g);
    return [share(a!, b!).sumTo(a!.shape), share(b!, a!).sumTo(b!.shape)];
  };

/**
 * As C and PyTorch have it: 1 to any power is 1, where JavaScript says NaN for 1 ** NaN and for
 * (±1) ** ∞.
 */
const power = (a: number, b: number) =>
  a === 1 || (a === -1 && Math.abs(b) === Infinity) ? 1 : a ** b;

/** ONNX Runtime cuts powers of int32 off at its bounds; by way of int64 they wrap round. */
function lowerPower(emit: Emitter, { names, output }: LoweringContext<None>): string {
  if (output.dtype !== 'int32') return emit.node('Pow', names);
  const wide = names.map((name) => emit.node('Cast', [name], { to: onnxType.int64 }));
  return toInt32(emit, emit.node('Pow', wide));
}

export const elementwise: Records<
  | 'logicalNot'
  | 'cast'
  | 'alias'
  | 'detach'
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'pow'
  | 'fmod'
  | 'maximum'
  | 'minimum'
  | 'eq'
  | 'lt'
  | 'le'
  | 'logicalAnd'
  | 'logicalOr'
  | 'where'
> = {
  logicalNot: {
    infer: ([x]) => ({ shape: x!.shape, dtype: sameType('logicalNot', x!, boolLike) }),
    gradient: noGradient,
    lower: (emit, { names }) => emit.node('Not', names),
    evaluate: ([x], _, output) => mapOne(x!, output, (a) => 1 - a),
  },
  cast: {
    infer: ([x], { dtype }) => ({ shape: x!.shape, dtype }),
    gradient: (g, { inputs: [x] }) => [isFloat(x!.dtype) ? g.cast(x!.dtype) : null],
    lower: (emit, { names, inputs: [x], attributes: { dtype } }) => {
      // by way of int32, what does not fit a byte wraps round, as it does everywhere
      const isByte = dtype === 'int8' || dtype === 'uint8';
      const from = isByte && isFloat(x!.dtype) ? toInt32(emit, names[0]!) : names[0]!;
      return emit.node('Cast', [from], { to: onnxType[dtype] });
    },
    evaluate: ([x], { dtype }, output) => mapOne(x!, output, (a) => convert(a, dtype)),
  },
  alias: identity,
  detach: { ...identity, gradient: noGradient },
  add: binary(
    'add',
    'Add',
    (a, b) => a + b,
    (g, { inputs: [a, b] }) => [g.sumTo(a!.shape), g.sumTo(b!.shape)],
  ),
  sub: binary(
    'sub',
    'Sub',
    (a, b) => a - b,
    (g, { inputs: [a, b] }) => [g.sumTo(a!.shape), g.neg().sumTo(b!.shape)],
  ),
  mul: {
    ...binary(
      'mul',
      'Mul',
      (a, b) => a * b,
      (g, { inputs: [a, b] }) => [g.mul(b!).sumTo(a!.shape), g.mul(a!).sumTo(b!.shape)],
    ),
    // a product of int32 has more digits than a double; what does not fit wraps round
    evaluate: ([a, b], _, output) =>
      mapTwo(a!, b!, output, output.dtype === 'int32' ? Math.imul : (x, y) => x * y),
  },
  div: binary(
    'div',
    'Div',
    (a, b) => a / b,
    (g, { inputs: [a, b], output }) => [
      g.div(b!).sumTo(a!.shape),
      g.mul(output).div(b!).neg().sumTo(b!.shape),
    ],
  ),
  pow: {
    ...binary('pow', lowerPower, power, (g, { inputs: [a, b], output }) => {
      // x⁰ is flat, also at x = 0 where the rule below would give 0 · ∞
      const byBase = b!.mul(a!.pow(b!.sub(1))).maskedFill(b!.eq(0), 0);
      const isFlat = a!.eq(0).logicalAnd(b!.ge(0));
      const byExponent = output.mul(a!.log()).maskedFill(isFlat, 0);
      return [g.mul(byBase).sumTo(a!.shape), g.mul(byExponent).sumTo(b!.shape)];
    }),
    evaluate: ([a, b], _, output) =>
      mapTwo(a!, b!, output, output.dtype === 'int32' ? wholePower : power),
  },
  /** What a division towards zero leaves over; by 0 it is NaN, of integers 0. */
  fmod: {
    ...binary('fmod', lowerFmod, remainder, (g, { inputs: [a, b], output }) => [
      g.sumTo(a!.shape),
      g.mul(a!.sub(output).div(b!)).neg().sumTo(b!.shape),
    ]),
    evaluate: ([a, b], _, output) =>
      mapTwo(a!, b!, output, isFloat(output.dtype) ? remainder : wholeRemainder),
  },
  maximum: binary(
    'maximum',
    'Max',
    Math.max,
    pickGradient((x, y) => x.gt(y)),
  ),
  minimum: binary(
    'minimum',
    'Min',
    Math.min,
    pickGradient((x, y) => x.lt(y)),
  ),
  eq: predicate('eq', 'Equal', (a, b) => a === b),
  lt: predicate('lt', compareInOnnx('Less'), (a, b) => a < b),
  le: predicate('le', compareInOnnx('LessOrEqual'), (a, b) => a <= b),
  logicalAnd: predicate('logicalAnd', 'And', (a, b) => a !== 0 && b !== 0),
  logicalOr: predicate('logicalOr', 'Or', (a, b) => a !== 0 || b !== 0),
  where: {
    infer: ([condition, a, b]) => {
      sameType('where: the condition', condition!, boolLike);
      const shape = broadcastShapes('where', a!.shape, b!.shape);
      return {
        shape: broadcastShapes('where', condition!.shape, shape),
        dtype: sameType('where', a!, b!),
      };
    },
    gradient: (g, { inputs: [condition, a, b] }) => [
      null,
      g.maskedFill(condition!.logicalNot(), 0).sumTo(a!.shape),
      g.maskedFill(condition!, 0).sumTo(b!.shape),
    ],
    lower: (emit, { names, output }) =>
      output.dtype === 'bool' ? whereBool(emit, names) : emit.node('Where', names),
    evaluate: ([condition, a, b], _, output) => pick(condition!, a!, b!, output),
  },
};

const boolLike: Spec = { shape: [], dtype: 'bool' };
