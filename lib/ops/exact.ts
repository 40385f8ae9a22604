/** Functions that ONNX or JavaScript lack, or have with less precision or other edge cases. */

import { type Emitter, type LoweringContext, type None, onnxType } from './record.ts';

/** The nearest whole number; of two equally near the even one, as IEEE 754, PyTorch and ONNX do. */
export function roundHalfToEven(x: number): number {
  const rounded = Math.round(x); // halves go up
  return rounded - x === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

/** a to the power b, b ≥ 0, of int32: what does not fit wraps round. */
export function wholePower(a: number, b: number): number {
  let result = 1;
  for (let base = a, rest = b; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = Math.imul(result, base);
    base = Math.imul(base, base);
  }
  return result;
}

/** What a division towards zero leaves over: JavaScript's %, which is C's fmod. */
export const remainder = (a: number, b: number): number => a % b;

/** The same of integers, which know no NaN. */
export const wholeRemainder = (a: number, b: number): number => (b === 0 ? 0 : a % b);

/** ONNX Runtime's process dies of an integer division by 0. */
export function lowerFmod(emit: Emitter, { names, inputs }: LoweringContext<None>): string {
  const [a, b] = names as [string, string];
  const { dtype } = inputs[1]!;
  if (dtype === 'float32') return emit.node('Mod', [a, b], { fmod: 1 });
  const isZero = emit.node('Equal', [b, emit.scalar(0, dtype)]);
  const safe = emit.node('Where', [isZero, emit.scalar(1, dtype), b]);
  return emit.node('Mod', [a, safe], { fmod: 1 });
}

/**
 * log(1 + x) for small x too, where 1 + x has lost most of x: with u = 1 + x as it was rounded, the
 * relative error of x / (u − 1) and that of log(u) cancel.
 *
 * Source: W. Kahan's trick; Higham, Accuracy and Stability of Numerical Algorithms, 1.14.1.
 */
export function lowerLog1p(emit: Emitter, { names: [x] }: LoweringContext<None>): string {
  const one = emit.scalar(1, 'float32');
  const u = emit.node('Add', [x!, one]);
  const log = emit.node('Log', [u]);
  const corrected = emit.node('Mul', [log, emit.node('Div', [x!, emit.node('Sub', [u, one])])]);
  const isTiny = emit.node('Equal', [u, one]);
  const isInfinite = emit.node('Equal', [u, emit.scalar(Infinity, 'float32')]);
  return emit.node('Where', [isTiny, x!, emit.node('Where', [isInfinite, u, corrected])]);
}

/** eˣ − 1 for small x too; as {@link lowerLog1p} with u = eˣ. */
export function lowerExpm1(emit: Emitter, { names: [x] }: LoweringContext<None>): string {
  const one = emit.scalar(1, 'float32');
  const u = emit.node('Exp', [x!]);
  const less = emit.node('Sub', [u, one]);
  const corrected = emit.node('Mul', [less, emit.node('Div', [x!, emit.node('Log', [u])])]);
  const isTiny = emit.node('Equal', [u, one]);
  // far from 0 nothing is lost, and the correction would be 0 · ∞
  const isFar = emit.node('Greater', [emit.node('Abs', [x!]), emit.scalar(1, 'float32')]);
  return emit.node('Where', [isTiny, x!, emit.node('Where', [isFar, less, corrected])]);
}

/** ONNX Runtime's own Sign keeps NaN; here, as in PyTorch, it is 0. */
export function lowerSign(emit: Emitter, { names: [x] }: LoweringContext<None>): string {
  const zero = emit.scalar(0, 'float32');
  const [above, below] = ['Greater', 'Less'].map((compare) => {
    const found = emit.node(compare, [x!, zero]);
    return emit.node('Cast', [found], { to: onnxType.float32 });
  });
  return emit.node('Sub', [above!, below!]);
}
