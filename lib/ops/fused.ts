/**
 * Operations that could be composed of others and are primitives because a benchmark earned it: ONNX
 * Runtime has one pass over memory for each. Figures in docs/decisions/0007-speed.md.
 */

import { apply, constant } from '../tensor/apply.ts';
import { allocate, isFloat, type NumberArray } from '../tensor/dtype.ts';
import { DTypeError, ShapeError } from '../tensor/errors.ts';
import { sameShape, show } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { erf } from './erf.ts';
import { mapOne } from './loops.ts';
import type { Dense, Emitter, LoweringContext, Records, Spec } from './record.ts';

type Width = { eps: number; width: number };

/** Result, means and 1/√(variance + ε) of ONNX's layer normalisation. */
type Normalised = readonly [y: string, mean: string, inverse: string];

export const fused: Records<'layerNorm' | 'standardize' | 'inverseDeviation' | 'gelu'> = {
  /**
   * Each vector along the last dimension moved to mean 0, scaled to variance 1, times w, plus b:
   * y = x̂ ∘ w + b with x̂ = (x − μ) / √(σ² + ε).
   */
  layerNorm: {
    infer: ([x, w, b]) => {
      const width = x!.shape.slice(-1);
      if (![w!, b!].every(({ shape }) => sameShape(shape, width))) {
        throw new ShapeError(
          `layerNorm: weight ${show(w!.shape)} and bias ${show(b!.shape)} must have the size ` +
            `of the last dimension of ${show(x!.shape)}`,
        );
      }
      return rowSpec('layerNorm', x!);
    },
    gradient: (g, { inputs: [x, w, b], attributes: { eps } }) => {
      const standard = standardize(x!, eps);
      const byScale = g.mul(standard);
      // of h = g ∘ w, what would only move or stretch the whole vector has no effect:
      // dx = (h − mean(h) − x̂ ∘ mean(h ∘ x̂)) / √(σ² + ε)
      const column = w!.unsqueeze(1);
      const meanOf = (y: Tensor) => y.matmul(column).mul(constant(1 / w!.numel)); // [..., 1]
      const shared = meanOf(g).add(standard.mul(meanOf(byScale)));
      const dx = g.mul(w!).sub(shared).mul(inverseDeviation(x!, eps));
      return [dx, byScale.sumTo(w!.shape), g.sumTo(b!.shape)];
    },
    lower: (emit, { names, attributes: { eps } }) => normalise(emit, names, eps)[0],
    evaluate: ([x, w, b], { eps }) => {
      const y = standardized(x!, eps);
      const width = w!.values.length;
      for (let i = 0; i < y.length; i++) {
        y[i] = y[i]! * w!.values[i % width]! + b!.values[i % width]!;
      }
      return y;
    },
  },

  /** x̂ = (x − μ) / √(σ² + ε), along the last dimension. */
  standardize: {
    sizes: ['width'],
    infer: ([x]) => rowSpec('standardize', x!),
    gradient: (g, { inputs: [x], output: y, attributes: { eps } }) => {
      const mean = (a: Tensor) => a.mean(-1, { keepdim: true });
      const shared = mean(g).add(y.mul(mean(g.mul(y))));
      return [g.sub(shared).mul(inverseDeviation(x!, eps))];
    },
    lower: (emit, context) => {
      const [, mean, inverse] = normaliseOnce(emit, context);
      return emit.node('Mul', [emit.node('Sub', [context.names[0]!, mean]), inverse]);
    },
    evaluate: ([x], { eps }) => standardized(x!, eps),
  },

  /** 1 / √(σ² + ε) along the last dimension, which stays with size 1. */
  inverseDeviation: {
    sizes: ['width'],
    infer: ([x]) => ({ ...rowSpec('inverseDeviation', x!), shape: x!.shape.with(-1, 1) }),
    // d/dx (σ² + ε)^(−½) = −(σ² + ε)^(−½) · x̂ / √(σ² + ε) / d
    gradient: (g, { inputs: [x], output: y, attributes: { eps } }) => {
      const slope = standardize(x!, eps).mul(y).mul(y).div(x!.shape.at(-1)!);
      return [g.mul(slope).neg()];
    },
    lower: (emit, context) => normaliseOnce(emit, context)[2],
    evaluate: ([x], { eps }, output) => {
      const result = allocate(output.dtype, x!.values.length / x!.shape.at(-1)!);
      eachRow(x!, eps, (row, _, inverse) => {
        result[row] = inverse;
      });
      return result;
    },
  },

  /** x · Φ(x), Φ being the normal distribution's share below x (Hendrycks and Gimpel 2016). */
  gelu: {
    infer: ([x]) => floatSpec('gelu', x!),
    // Φ(x) + x · φ(x), written with u = x/√2: (1 + erf(u) + 2/√π · u · exp(−u²)) / 2
    gradient: (g, { inputs: [x] }) => {
      const u = x!.mul(constant(Math.SQRT1_2));
      const bump = u.div(u.mul(u).exp()).mul(constant(2 / Math.sqrt(Math.PI)));
      return [g.mul(constant(0.5)).mul(u.erf().add(constant(1)).add(bump))];
    },
    // not as ONNX's Gelu: the gradient shares u and 1 + erf(u) with this
    lower: (emit, { names: [x] }) => {
      const number = (value: number) => emit.scalar(value, 'float32');
      const u = emit.node('Mul', [x!, number(Math.SQRT1_2)]);
      const share = emit.node('Add', [emit.node('Erf', [u]), number(1)]);
      // x itself is not read again, so that the factors fold into products before and after
      return emit.node('Mul', [emit.node('Mul', [u, share]), number(Math.SQRT1_2)]);
    },
    evaluate: ([x], _, output) => mapOne(x!, output, (a) => (a * (1 + erf(a * Math.SQRT1_2))) / 2),
  },
};

function standardize(x: Tensor, eps: number): Tensor {
  return apply('standardize', [x], { eps, width: x.shape.at(-1)! });
}

function inverseDeviation(x: Tensor, eps: number): Tensor {
  return apply('inverseDeviation', [x], { eps, width: x.shape.at(-1)! });
}

function floatSpec(op: string, x: Spec): Spec {
  if (!isFloat(x.dtype)) throw new DTypeError(`${op}: needs float32, got ${x.dtype}`);
  return x;
}

function rowSpec(op: string, x: Spec): Spec {
  floatSpec(op, x);
  if (x.shape.length === 0) throw new ShapeError(`${op}: a single number has no last dimension`);
  return x;
}

/** ONNX's operator, with mean and inverse deviation as further results. */
function normalise(emit: Emitter, [x, w, b]: readonly string[], eps: number): Normalised {
  const attributes = { axis: -1, epsilon: { float: eps } };
  const result = emit.nodes('LayerNormalization', [x!, w!, b!], 3, attributes);
  const [y, mean, inverse] = result as [string, string, string];
  emit.memo.set(memoKey(x!, eps), [y, mean, inverse] satisfies Normalised);
  return [y, mean, inverse];
}

/** The mean and inverse deviation of x, from whichever operation needed them first. */
function normaliseOnce(
  emit: Emitter,
  { names: [x], sizes, attributes: { eps } }: LoweringContext<Width>,
): Normalised {
  const known = emit.memo.get(memoKey(x!, eps)) as Normalised | undefined;
  if (known !== undefined) return known;
  const width = sizes((attributes) => [attributes.width]);
  const vectorOf = (value: number) => emit.node('Expand', [emit.scalar(value, 'float32'), width]);
  return normalise(emit, [x!, vectorOf(1), vectorOf(0)], eps);
}

const memoKey = (x: string, eps: number): string => `LayerNormalization ${eps} ${x}`;

/** Calls `visit` with each row, its mean and 1/√(variance + ε). */
function eachRow(
  { values, shape }: Dense,
  eps: number,
  visit: (row: number, mean: number, inverse: number) => void,
): void {
  const width = shape.at(-1)!;
  for (let row = 0; row * width < values.length; row++) {
    let mean = 0;
    for (let i = 0; i < width; i++) mean += values[row * width + i]! / width;
    let variance = 0;
    for (let i = 0; i < width; i++) variance += (values[row * width + i]! - mean) ** 2 / width;
    visit(row, mean, 1 / Math.sqrt(variance + eps));
  }
}

function standardized(x: Dense, eps: number): NumberArray {
  const width = x.shape.at(-1)!;
  const result = allocate(x.dtype, x.values.length);
  eachRow(x, eps, (row, mean, inverse) => {
    for (let i = row * width; i < (row + 1) * width; i++) {
      result[i] = (x.values[i]! - mean) * inverse;
    }
  });
  return result;
}
