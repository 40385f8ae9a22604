// GPT training step with TensorFlow.js: `tfjs-gpt.ts [WARMUP] [STEPS] [wasm|cpu]`, nano as in
// gpt.py: no biases in linear layers, tied embedding, exact GELU.
//
// Written for the engine: what it has no gradient or no fast kernel for (gather's gradient needs
// UnsortedSegmentSum, which WebAssembly lacks) is a product with a one-hot matrix. Adam without
// weight decay, which spares it a few additions.
import { createRequire } from 'node:module';
import { dirname, sep } from 'node:path';
import * as wasm from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { numbers, report, timed } from '../ours/common.ts';
import './tfjs-gradients.ts';

const [warmup, steps] = numbers(2, 2, 5) as [number, number];
const engine = process.argv[4] ?? 'wasm';
const [layers, width, heads, context, batch, vocabulary] = [4, 128, 4, 64, 12, 65];
const depth = width / heads;

tf.enableProdMode();
const require = createRequire(import.meta.url);
wasm.setWasmPaths(dirname(require.resolve('@tensorflow/tfjs-backend-wasm')) + sep);
if (engine === 'cpu') await import('@tensorflow/tfjs-backend-cpu');
await tf.setBackend(engine);
await tf.ready();

const weight = (...shape: number[]) => tf.variable(tf.randomNormal(shape, 0, 0.02));
const norm = () => ({
  scale: tf.variable(tf.ones([width])),
  shift: tf.variable(tf.zeros([width])),
});
const tokens = weight(vocabulary, width);
const positions = weight(context, width);
const blocks = Array.from({ length: layers }, () => ({
  norm1: norm(),
  qkv: weight(width, 3 * width),
  project: weight(width, width),
  norm2: norm(),
  widen: weight(width, 4 * width),
  narrow: weight(4 * width, width),
}));
const last = norm();
const future = tf.keep(
  tf.tensor(
    Array.from({ length: context * context }, (_, i) =>
      i % context > Math.floor(i / context) ? -1e9 : 0,
    ),
    [context, context],
  ),
);

/**
 * a·b for two matrices. TensorFlow.js' own gradient asks for products of transposed matrices, for
 * which the WebAssembly engine has only a slow loop; transposing first makes a step four times as
 * fast. (Taking batches of attention apart in the same way makes it slower.)
 */
const product = tf.customGrad((...args) => {
  const [a, b, save] = args as unknown as [tf.Tensor2D, tf.Tensor2D, tf.GradSaveFunc];
  save([a, b]);
  return {
    value: tf.matMul(a, b),
    gradFunc: (g: tf.Tensor, saved: tf.Tensor[]) => [
      tf.matMul(g, tf.transpose(saved[1]!)),
      tf.matMul(tf.transpose(saved[0]!), g),
    ],
  };
}) as (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;

function normalise(x: tf.Tensor, { scale, shift }: ReturnType<typeof norm>): tf.Tensor {
  const centred = tf.sub(x, tf.mean(x, -1, true));
  const variance = tf.mean(tf.square(centred), -1, true);
  return tf.add(tf.mul(tf.mul(centred, tf.rsqrt(tf.add(variance, 1e-5))), scale), shift);
}

function gelu(x: tf.Tensor): tf.Tensor {
  return tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1));
}

function attention(x: tf.Tensor, block: (typeof blocks)[number]): tf.Tensor {
  const [q, k, v] = tf.split(product(x, block.qkv), 3, -1).map((y) => {
    const split = tf.transpose(tf.reshape(y, [batch, context, heads, depth]), [0, 2, 1, 3]);
    return tf.reshape(split, [batch * heads, context, depth]);
  }) as [tf.Tensor, tf.Tensor, tf.Tensor];
  const scores = tf.mul(tf.matMul(q, k, false, true), depth ** -0.5);
  const mixed = tf.matMul(tf.softmax(tf.add(scores, future)), v);
  const joined = tf.transpose(tf.reshape(mixed, [batch, heads, context, depth]), [0, 2, 1, 3]);
  return product(tf.reshape(joined, [batch * context, width]), block.project);
}

function loss(inputs: tf.Tensor, targets: tf.Tensor): tf.Scalar {
  const embedded = tf.reshape(product(inputs, tokens), [batch, context, width]);
  let x: tf.Tensor = tf.reshape(tf.add(embedded, positions), [batch * context, width]);
  for (const block of blocks) {
    x = tf.add(x, attention(normalise(x, block.norm1), block));
    const wide = gelu(product(normalise(x, block.norm2), block.widen));
    x = tf.add(x, product(wide, block.narrow));
  }
  const logits = product(normalise(x, last), tf.transpose(tokens));
  return tf.losses.softmaxCrossEntropy(targets, logits);
}

const optimizer = tf.train.adam(1e-3, 0.9, 0.99);
const ids = Array.from({ length: batch * context + 1 }, (_, i) => (i * (2 + (i % 3))) % vocabulary);
const oneHot = (values: number[]) =>
  tf.keep(tf.cast(tf.oneHot(tf.tensor1d(values, 'int32'), vocabulary), 'float32'));
const inputs = oneHot(ids.slice(0, -1));
const targets = oneHot(ids.slice(1));
let value = 0;
const durations = await timed(
  async () => {
    const cost = optimizer.minimize(() => loss(inputs, targets), true)!;
    value = (await cost.data())[0]!;
    cost.dispose();
  },
  warmup,
  steps,
);
report(durations, { peer: `TensorFlow.js ${tf.version_core} (${engine})`, loss: value });
process.exit(0);
