/**
 * Each primitive in TensorFlow.js: one table, under a type that none can be missing from.
 *
 * A kernel says which types it takes; for others, and where the table says `loops`, the record's
 * own loops compute. Where TensorFlow.js and its engines disagree with PyTorch, mostly about NaN,
 * the kernel mends it.
 */

import { checkedIndex, eachIndexed } from '../ops/indexing.ts';
import type { Attributes, OpName, Spec } from '../ops/record.ts';
import { numelOf } from '../tensor/shape.ts';
import type { Runtime, Tfjs } from './runtime.ts';
import { typeOf, type Value } from './value.ts';

type T = Tfjs.Tensor;

/** One step to compute. */
interface Call<A> extends Runtime {
  readonly inputs: readonly Value[];
  readonly attributes: A;
  readonly output: Spec;
}

interface Kernel<A> {
  /** Whether it computes these types, exactly where they are whole numbers. */
  takes(inputs: readonly Spec[], output: Spec): boolean;
  run(call: Call<A>): T;
}

const loops = null;

type Run<A> = (call: Call<A>, ...inputs: T[]) => T;

const onTensors =
  <A>(run: Run<A>) =>
  (call: Call<A>): T =>
    run(call, ...call.inputs.map((x) => x.tensor));

/** For float32 alone: arithmetic. */
function floats<A>(run: Run<A>): Kernel<A> {
  return {
    takes: (inputs) => inputs.every((x) => x.dtype === 'float32'),
    run: onTensors(run),
  };
}

/** For whatever TensorFlow.js can hold: moving, comparing, choosing. */
function any<A>(run: Run<A>): Kernel<A> {
  return {
    takes: (inputs) => inputs.every((x) => typeOf(x.dtype) !== undefined),
    run: onTensors(run),
  };
}

/** For a tensor that TensorFlow.js can hold and indices, which stay in their array to be checked. */
function indexed<A>(run: (call: Call<A>) => T): Kernel<A> {
  return { takes: ([x]) => typeOf(x!.dtype) !== undefined, run };
}

const kernels: { readonly [K in OpName]: Kernel<Attributes[K]> | null } = {
  constant: loops,
  neg: floats(({ tf }, x) => tf.neg(x)),
  exp: floats(({ tf }, x) => tf.exp(x)),
  log: floats(({ tf }, x) => tf.log(x)),
  expm1: loops,
  log1p: loops,
  sqrt: floats(({ tf }, x) => tf.sqrt(x)),
  abs: floats(({ tf }, x) => tf.abs(x)),
  sin: loops, // the WebAssembly engine loses its way in large angles
  cos: loops,
  tanh: floats(({ tf }, x) => tf.tanh(x)),
  sigmoid: floats(({ tf }, x) => tf.sigmoid(x)),
  erf: floats(({ tf }, x) => tf.erf(x)),
  relu: floats(({ tf }, x) => tf.relu(x)),
  floor: floats(({ tf }, x) => tf.floor(x)),
  ceil: floats(({ tf }, x) => tf.ceil(x)),
  round: loops, // halves to even
  sign: loops, // of NaN 0
  logicalNot: any(({ tf }, x) => tf.logicalNot(x)),
  cast: {
    // from floats to integers every engine has its own idea of NaN and of what does not fit
    takes: ([x], { dtype }) =>
      typeOf(x!.dtype) !== undefined && (dtype === 'float32' || dtype === 'bool'),
    run: ({ tf, inputs: [x], attributes: { dtype } }) =>
      dtype === 'bool' ? tf.notEqual(x!.tensor, 0) : tf.cast(x!.tensor, 'float32'),
  },
  alias: any((_, x) => x.clone()),
  detach: any((_, x) => x.clone()),

  add: floats(({ tf }, a, b) => tf.add(a, b)),
  sub: floats(({ tf }, a, b) => tf.sub(a, b)),
  mul: floats(({ tf }, a, b) => tf.mul(a, b)),
  div: floats(({ tf }, a, b) => tf.div(a, b)),
  pow: floats(power),
  fmod: loops,
  maximum: floats(({ tf, engine }, a, b) =>
    engine === 'wasm' ? larger(tf, tf.greaterEqual, a, b) : tf.maximum(a, b),
  ),
  minimum: floats(({ tf, engine }, a, b) =>
    engine === 'wasm' ? larger(tf, tf.lessEqual, a, b) : tf.minimum(a, b),
  ),
  eq: any(({ tf }, a, b) => tf.equal(a, b)),
  lt: any(({ tf }, a, b) => tf.less(a, b)),
  le: any(({ tf }, a, b) => tf.lessEqual(a, b)),
  logicalAnd: any(({ tf }, a, b) => tf.logicalAnd(a, b)),
  logicalOr: any(({ tf }, a, b) => tf.logicalOr(a, b)),
  where: any(choose),

  reshape: any(({ tf, attributes: { shape } }, x) => tf.reshape(x, shape)),
  permute: any(({ tf, attributes: { dims } }, x) => tf.transpose(x, dims)),
  expand: any(({ tf, attributes: { shape } }, x) => tf.broadcastTo(x, shape)),
  narrow: any(({ tf, attributes: { dim, start, length } }, x) => {
    const begin = x.shape.map((_, i) => (i === dim ? start : 0));
    return tf.slice(x, begin, x.shape.with(dim, length));
  }),
  pad: any(({ tf, attributes: { dim, before, after } }, x) =>
    tf.pad(
      x,
      x.shape.map((_, i) => (i === dim ? [before, after] : [0, 0])),
    ),
  ),
  // the WebAssembly engine takes the bytes of bools for words
  flip: floats(({ tf, attributes: { dims } }, x) =>
    dims.length > 0 ? tf.reverse(x, dims) : x.clone(),
  ),
  cat: any(({ tf, attributes: { dim } }, ...xs) => tf.concat(xs, dim)),

  sum: floats(({ tf, attributes: { dims } }, x) => tf.sum(x, dims, true)),
  max: floats(({ tf, attributes: { dims } }, x) => tf.max(x, dims, true)),
  prod: floats(({ tf, attributes: { dims } }, x) => tf.prod(x, dims, true)),
  argmax: loops, // NaN counts as largest
  cumsum: floats(({ tf, attributes: { dim } }, x) => tf.cumsum(x, dim)),
  softmax: floats(softmax),

  matmul: floats(matmul),
  matmulBytes: loops, // no kernel multiplies bytes

  layerNorm: floats(({ tf, attributes: { eps } }, x, w, b) =>
    tf.add(tf.mul(standardized(tf, x!, eps).y, w!), b!),
  ),
  standardize: floats(({ tf, attributes: { eps } }, x) => standardized(tf, x!, eps).y),
  inverseDeviation: floats(({ tf, attributes: { eps } }, x) => standardized(tf, x!, eps).inverse),
  gelu: floats(({ tf }, x) => tf.mul(tf.mul(x!, 0.5), tf.add(tf.erf(tf.mul(x!, Math.SQRT1_2)), 1))),
  scan: loops, // each call of the body would cross into TensorFlow.js for every small step
  scanPart: loops,

  gather: indexed(({ tf, inputs: [x, index], attributes: { dim } }) => {
    const places = tf.tensor1d(placesIn('gather', x!, index!, dim), 'int32');
    return tf.reshape(tf.gather(tf.reshape(x!.tensor, [-1]), places), [...index!.shape]);
  }),
  scatter: loops,
  scatterAdd: {
    takes: ([x]) => x!.dtype === 'float32',
    run: ({ tf, inputs: [x, index, source], attributes: { dim } }) => {
      const places = placesIn('scatterAdd', x!, index!, dim);
      const where = tf.tensor2d(places, [places.length, 1], 'int32');
      const values = tf.reshape(source!.tensor, [-1]);
      const sums = tf.scatterND(where, values, [numelOf(x!.shape)]);
      return tf.add(x!.tensor, tf.reshape(sums, [...x!.shape]));
    },
  },
  indexSelect: indexed(({ tf, inputs: [x, index], attributes: { dim } }) => {
    const places = Int32Array.from(index!.values, (i) => checkedIndex('indexSelect', i, dim, x!));
    return tf.gather(x!.tensor, tf.tensor1d(places, 'int32'), dim);
  }),
  topk: loops,
};

function standardized(tf: typeof Tfjs, x: T, eps: number) {
  const { mean, variance } = tf.moments(x, -1, true);
  const inverse = tf.rsqrt(tf.add(variance, eps));
  return { y: tf.mul(tf.sub(x, mean), inverse), inverse };
}

/** The kernel of an operation, if it has one. */
export function kernelFor<K extends OpName>(name: K): Kernel<Attributes[K]> | null {
  return kernels[name];
}

/** What wins the comparison, or NaN, which the WebAssembly engine would drop. */
function larger(tf: typeof Tfjs, wins: (a: T, b: T) => T, a: T, b: T): T {
  const notANumber = tf.add(a, b); // where neither wins
  return tf.where(wins(a, b), a, tf.where(wins(b, a), b, notANumber));
}

/** 1 to any power is 1, and so is −1 to an infinite one, also where the engine follows JavaScript. */
function power({ tf, engine }: Runtime, a: T, b: T): T {
  const y = tf.pow(a, b);
  if (engine !== 'cpu') return y;
  const turning = tf.logicalAnd(tf.equal(a, -1), tf.isInf(b));
  return tf.where(tf.logicalOr(tf.equal(a, 1), turning), 1, y);
}

/** Along any dimension; TensorFlow.js has the last. */
function softmax({ tf, attributes: { dim } }: Call<{ dim: number }>, x: T): T {
  if (dim === x.rank - 1) return tf.softmax(x);
  const exponentials = tf.exp(tf.sub(x, tf.max(x, dim, true)));
  return tf.div(exponentials, tf.sum(exponentials, dim, true));
}

/** Between bools by logic: the WebAssembly engine takes their bytes for words. */
function choose({ tf, output }: Call<object>, condition: T, a: T, b: T): T {
  if (output.dtype !== 'bool') return tf.where(condition, a, b);
  const otherwise = tf.logicalAnd(tf.logicalNot(condition), b);
  return tf.logicalOr(tf.logicalAnd(condition, a), otherwise);
}

/** The dimensions in front broadcast; TensorFlow.js would pair the matrices otherwise. */
function matmul({ tf, output }: Call<object>, a: T, b: T): T {
  const [k, n] = b.shape.slice(-2) as [number, number];
  const isOneMatrix = b.size === k * n;
  if (isOneMatrix && a.rank >= b.rank) {
    // one large product is faster than a batch of small ones by the same matrix
    const product = tf.matMul(tf.reshape(a, [-1, k]), tf.reshape(b, [k, n]));
    return tf.reshape(product, [...output.shape]);
  }
  const batch = output.shape.slice(0, -2);
  const spread = (x: T): T => tf.broadcastTo(x, [...batch, ...x.shape.slice(-2)]);
  return tf.matMul(spread(a), spread(b));
}

/** Where in `x`, taken as one row, each index points along `dim`. */
function placesIn(op: string, x: Spec, index: Value, dim: number): Int32Array {
  const places = new Int32Array(index.values.length);
  eachIndexed(op, x, index, dim, (place, target) => {
    places[place] = target;
  });
  return places;
}
