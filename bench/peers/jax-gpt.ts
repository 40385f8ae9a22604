// GPT training step with jax-js in WebAssembly: `jax-gpt.ts [WARMUP] [STEPS]`, nano as in gpt.py:
// no biases in linear layers, tied embedding, exact GELU; Adam without weight decay.
//
// Every array passed on is given away, and `.ref` keeps it: that is the library's memory model. The
// whole step, update included, is one jitted function.
import { defaultDevice, init, jit, nn, numpy as np, random, tree, valueAndGrad } from '@jax-js/jax';
import { numbers, report, timed } from '../ours/common.ts';

const [warmup, steps] = numbers(2, 2, 5) as [number, number];
const [layers, width, heads, context, batch, vocabulary] = [4, 128, 4, 64, 12, 65];
const depth = width / heads;
type A = np.Array;

await init('wasm');
defaultDevice('wasm');

let seed = 0;
const weight = (...shape: number[]): A => random.normal(random.key(seed++), shape).mul(0.02);
const norm = () => ({ scale: np.ones([width]), shift: np.zeros([width]) });
const block = () => ({
  norm1: norm(),
  qkv: weight(width, 3 * width),
  project: weight(width, width),
  norm2: norm(),
  widen: weight(width, 4 * width),
  narrow: weight(4 * width, width),
});
type Norm = ReturnType<typeof norm>;
type Block = ReturnType<typeof block>;
const model = () => ({
  tokens: weight(vocabulary, width),
  positions: weight(context, width),
  blocks: Array.from({ length: layers }, block),
  last: norm(),
});
type Model = ReturnType<typeof model>;

function normalise(x: A, { scale, shift }: Norm): A {
  const centred = x.ref.sub(np.mean(x, -1, { keepdims: true }));
  const variance = np.mean(np.square(centred.ref), -1, { keepdims: true });
  return centred
    .div(np.sqrt(variance.add(1e-5)))
    .mul(scale)
    .add(shift);
}

function attention(x: A, qkv: A, project: A): A {
  const all = np.matmul(x, qkv).reshape([batch, context, 3, heads, depth]);
  const [q, k, v] = np
    .unstack(np.transpose(all, [2, 0, 3, 1, 4])) // [batch, heads, context, depth] each
    .map((y) => y) as [A, A, A];
  const scores = np.matmul(q, np.swapaxes(k, -1, -2)).mul(depth ** -0.5);
  const future = np.triu(np.full([context, context], -1e9), 1);
  const mixed = np.matmul(nn.softmax(scores.add(future), -1), v);
  const joined = np.transpose(mixed, [0, 2, 1, 3]).reshape([batch, context, width]);
  return np.matmul(joined, project);
}

function run(x: A, { norm1, qkv, project, norm2, widen, narrow }: Block): A {
  const seen = x.ref.add(attention(normalise(x, norm1), qkv, project));
  const wide = nn.gelu(np.matmul(normalise(seen.ref, norm2), widen), { approximate: false });
  return seen.add(np.matmul(wide, narrow));
}

function loss(parameters: Model, inputs: A, targets: A): A {
  const { tokens, positions, blocks, last } = parameters;
  let x = np.matmul(inputs, tokens.ref).add(positions);
  for (const each of blocks) x = run(x, each);
  const logits = np.matmul(normalise(x, last), np.transpose(tokens));
  return np.sum(nn.logSoftmax(logits, -1).mul(targets)).div(-batch * context);
}

const step = jit((parameters: Model, m: Model, v: Model, inputs: A, targets: A) => {
  const [value, gradient] = valueAndGrad(loss)(tree.ref(parameters), inputs, targets);
  const [newM, newV] = [
    tree.map((a: A, g: A) => a.mul(0.9).add(g.mul(0.1)), m, tree.ref(gradient)) as Model,
    tree.map((a: A, g: A) => a.mul(0.99).add(np.square(g).mul(0.01)), v, gradient) as Model,
  ];
  const next = tree.map(
    (p: A, a: A, b: A) => p.sub(a.mul(1e-3).div(np.sqrt(b).add(1e-8))),
    parameters,
    tree.ref(newM),
    tree.ref(newV),
  ) as Model;
  return [value, next, newM, newV] as [A, Model, Model, Model];
});

let parameters = model();
const zeros = () => tree.map((x: A) => np.zerosLike(x), tree.ref(parameters)) as Model;
let [m, v] = [zeros(), zeros()];
const ids = Array.from({ length: batch * context + 1 }, (_, i) => (i * (2 + (i % 3))) % vocabulary);
const oneHot = (values: number[]) =>
  nn
    .oneHot(np.array(values, { dtype: np.int32 }), vocabulary)
    .reshape([batch, context, vocabulary]);
const [inputs, targets] = [oneHot(ids.slice(0, -1)), oneHot(ids.slice(1))];
let found = 0;
const durations = await timed(
  async () => {
    let value: A;
    [value, parameters, m, v] = step(parameters, m, v, inputs.ref, targets.ref);
    found = Number((await value.data())[0]);
  },
  warmup,
  steps,
);
report(durations, { peer: 'jax-js 0.1.25 (wasm)', loss: found });
process.exit(0);
