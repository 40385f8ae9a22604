/** Functions of single float elements. */

import { isFloat } from '../tensor/dtype.ts';
import { DTypeError } from '../tensor/errors.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { erf } from './erf.ts';
import { lowerExpm1, lowerLog1p, lowerSign, roundHalfToEven } from './exact.ts';
import { mapOne } from './loops.ts';
import type { GradientContext, None, OpName, OpRecord, Records } from './record.ts';

type Gradient = (g: Tensor, context: GradientContext<None>) => (Tensor | null)[];

/** An operation on one float tensor, such as exp. */
function unary(
  name: OpName,
  onnx: string,
  f: (x: number) => number,
  gradient: Gradient,
): OpRecord<None> {
  return {
    infer: ([x]) => {
      if (!isFloat(x!.dtype)) throw new DTypeError(`${name}: needs float32, got ${x!.dtype}`);
      return x!;
    },
    gradient,
    lower: (emit, { names }) => emit.node(onnx, names),
    evaluate: ([x], _, output) => mapOne(x!, output, f),
  };
}

/** neg and abs: the type stays, integers too. */
function signed(
  name: OpName,
  onnx: string,
  f: (x: number) => number,
  gradient: Gradient,
): OpRecord<None> {
  return {
    ...unary(name, onnx, f, gradient),
    infer: ([x]) => {
      if (x!.dtype === 'bool') throw new DTypeError(`${name}: needs numbers, got bool`);
      return x!;
    },
  };
}

/** A function that jumps from level to level: its slope is 0 wherever it has one. */
function step(name: OpName, onnx: string, f: (x: number) => number): OpRecord<None> {
  return unary(name, onnx, f, (_, { inputs: [x] }) => [x!.zerosLike()]);
}

export const unaries: Records<
  | 'neg'
  | 'exp'
  | 'log'
  | 'expm1'
  | 'log1p'
  | 'sqrt'
  | 'abs'
  | 'sin'
  | 'cos'
  | 'tanh'
  | 'sigmoid'
  | 'erf'
  | 'relu'
  | 'floor'
  | 'ceil'
  | 'round'
  | 'sign'
> = {
  neg: signed(
    'neg',
    'Neg',
    (x) => -x,
    (g) => [g.neg()],
  ),
  exp: unary('exp', 'Exp', Math.exp, (g, { output }) => [g.mul(output)]),
  log: unary('log', 'Log', Math.log, (g, { inputs: [x] }) => [g.div(x!)]),
  expm1: {
    ...unary('expm1', '', Math.expm1, (g, { output }) => [g.mul(output.add(1))]),
    lower: lowerExpm1,
  },
  log1p: {
    ...unary('log1p', '', Math.log1p, (g, { inputs: [x] }) => [g.div(x!.add(1))]),
    lower: lowerLog1p,
  },
  sqrt: unary('sqrt', 'Sqrt', Math.sqrt, (g, { output }) => [g.div(output.mul(2))]),
  // the slope of |x| is −1 or 1, and 0 at 0
  abs: signed('abs', 'Abs', Math.abs, (g, { inputs: [x] }) => [
    g.mul(x!.gt(0).cast('float32').sub(x!.lt(0).cast('float32'))),
  ]),
  sin: unary('sin', 'Sin', Math.sin, (g, { inputs: [x] }) => [g.mul(x!.cos())]),
  cos: unary('cos', 'Cos', Math.cos, (g, { inputs: [x] }) => [g.mul(x!.sin()).neg()]),
  tanh: unary('tanh', 'Tanh', Math.tanh, (g, { output: y }) => [g.sub(g.mul(y).mul(y))]),
  sigmoid: unary(
    'sigmoid',
    'Sigmoid',
    (x) => 1 / (1 + Math.exp(-x)),
    (g, { output: y }) => [g.mul(y).sub(g.mul(y).mul(y))],
  ),
  erf: unary('erf', 'Erf', erf, (g, { inputs: [x] }) => [
    g.mul(x!.mul(x!).neg().exp()).mul(2 / Math.sqrt(Math.PI)),
  ]),
  relu: unary(
    'relu',
    'Relu',
    (x) => Math.max(x, 0),
    (g, { inputs: [x] }) => [g.mul(x!.gt(0).cast('float32'))],
  ),
  floor: step('floor', 'Floor', Math.floor),
  ceil: step('ceil', 'Ceil', Math.ceil),
  round: step('round', 'Round', roundHalfToEven),
  sign: {
    ...step('sign', '', (x) => (x > 0 ? 1 : x < 0 ? -1 : 0)),
    lower: lowerSign,
  },
};
