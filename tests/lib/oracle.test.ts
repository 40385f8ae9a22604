/**
 * Programs over the op vocabulary, and examples of PyTorch's documentation, against what PyTorch
 * makes of them: values and gradients, on every back end. The golden file is made by
 * oracle/generate.py.
 *
 * Tolerance: 3e-5 of the largest number in the tensor, and 1e-5.
 */

import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as lib from '@lectern/lib';
import { type DType, grad, realize, type Tensor, tensor } from '@lectern/lib';
import { expect, it } from 'vitest';
import { forEachBackend } from './support/backends.ts';

type Step = [op: string, places: number[], args: unknown[]];

interface Described {
  dtype: DType;
  shape: number[];
  /** Numbers; NaN and infinities as text. */
  values: (number | string)[];
}

interface Program {
  name: string;
  inputs: Described[];
  steps: Step[];
  value: Described;
  /** Which input, and the gradient of Σ value · cos(1, 2, …) by it. */
  grads?: [number, (number | string)[]][];
}

const file = path.join(import.meta.dirname, 'oracle/golden.generated.json');
const programs = JSON.parse(readFileSync(file, 'utf8')) as Program[];

type Callable = (...args: unknown[]) => unknown;

const functions = { ...lib } as unknown as Record<string, Callable>;

/** Functions whose arguments do not start with the tensor that is worked on. */
const special: Record<string, (xs: Tensor[], args: unknown[]) => unknown> = {
  cat: (xs, args) => lib.cat(xs, ...(args as [])),
  stack: (xs, args) => lib.stack(xs, ...(args as [])),
  meshgrid: (xs, args) => lib.meshgrid(xs, ...(args as [])),
  einsum: (xs, [formula]) => lib.einsum(formula as string, ...xs),
  index: (xs, items) =>
    xs[0]!.index(...(items.map((item) => (isReference(item) ? xs[item.t] : item)) as lib.Index[])),
  conv1d: ([x, weight, bias], [options]) =>
    lib.conv1d(x!, weight!, { ...(options as object), ...(bias && { bias }) }),
  layerNorm: ([x, weight, bias], [options]) =>
    lib.layerNorm(x!, { ...(options as object), ...(weight && { weight, bias: bias! }) }),
  rmsNorm: ([x, weight], [options]) =>
    lib.rmsNorm(x!, { ...(options as object), ...(weight && { weight }) }),
};
for (const name of ['gather', 'scatter', 'scatterAdd', 'indexAdd', 'indexSelect']) {
  special[name] = ([x, ...others], [dim, ...args]) => functions[name]!(x, dim, ...others, ...args);
}
const { crossEntropy, nllLoss, bceLoss, bceWithLogitsLoss } = lib;
for (const [name, loss] of Object.entries({ crossEntropy, nllLoss, bceLoss, bceWithLogitsLoss })) {
  special[name] = ([x, target, weight], [options]) =>
    loss(x!, target!, { ...(options as object), ...(weight && { weight }) });
}

special.scaledDotProductAttention = ([q, k, v, mask], [options]) =>
  lib.scaledDotProductAttention(q!, k!, v!, { ...(options as object), ...(mask && { mask }) });

const isReference = (item: unknown): item is { t: number } =>
  typeof item === 'object' && item !== null && 't' in item;

/** One step; `topk.values` is the field `values` of what `topk` gives. */
function compute(values: readonly Tensor[], [op, places, args]: Step): Tensor {
  const xs = places.map((i) => values[i]!);
  const [name, field] = op.split('.') as [string, string | undefined];
  const plain = args.map((arg) => (arg === null && name !== 'index' ? undefined : infinite(arg)));
  const method = (xs[0] as unknown as Record<string, Callable>)[name];
  const result =
    special[name]?.(xs, plain) ??
    method?.call(xs[0], ...xs.slice(1), ...plain) ??
    functions[name]!(...xs, ...plain);
  return (field === undefined ? result : (result as Record<string, unknown>)[field]) as Tensor;
}

/** JSON has no infinity and no NaN. */
function infinite(arg: unknown): unknown {
  if (arg === 'NaN') return NaN;
  if (typeof arg !== 'object' || arg === null || !('p' in arg)) return arg;
  return { ...arg, p: Number(arg.p) };
}

const make = ({ dtype, shape, values }: Described): Tensor =>
  tensor(values.map(Number), { dtype, shape });

/** Says where numbers differ from PyTorch's; null where they agree. */
async function difference(actual: Tensor, wanted: readonly (number | string)[]) {
  const found = Array.from(await actual.data(), Number);
  const expected = wanted.map(Number);
  const largest = Math.max(0, ...expected.filter(Number.isFinite).map(Math.abs));
  const tolerance = 1e-5 + 3e-5 * (largest < 1e6 ? largest : 0);
  const isWrong = expected.map((e, i) => {
    const f = found[i]!;
    if (Object.is(f, e) || f === e) return false;
    return !(Math.abs(f - e) <= tolerance + 1e-4 * Math.abs(e));
  });
  if (!isWrong.includes(true)) return null;
  return `element ${isWrong.indexOf(true)} of ${found}; PyTorch has ${expected}`;
}

/** The value of a program and its gradients. */
function replay({ inputs, steps, grads = [] }: Program): Tensor[] {
  const tensors = inputs.map(make);
  const run = (...xs: Tensor[]) => {
    const values = [...xs];
    for (const step of steps) values.push(compute(values, step));
    return values.at(-1)!;
  };
  const value = run(...tensors);
  if (grads.length === 0) return [value];
  const wanted = grads.map(([place]) => place);
  const weights = Array.from({ length: value.numel }, (_, i) => Math.cos(i + 1));
  const total = (...xs: Tensor[]) => {
    const y = run(...tensors.map((x, i) => xs[wanted.indexOf(i)] ?? x));
    return y.mul(tensor(weights, { shape: value.shape })).sum();
  };
  return [value, ...grad((...xs: Tensor[]) => total(...xs))(...wanted.map((i) => tensors[i]!))];
}

async function check(program: Program, [value, ...gradients]: readonly Tensor[]) {
  const { name, value: wanted, grads = [] } = program;
  expect([name, value!.dtype, value!.shape]).toEqual([name, wanted.dtype, wanted.shape]);
  expect(await difference(value!, wanted.values), name).toBe(null);
  for (const [i, [place, numbers]] of grads.entries()) {
    const what = `${name}: gradient by input ${place}`;
    expect(await difference(gradients[i]!, numbers), what).toBe(null);
  }
}

/** So many are computed together, which saves ONNX Runtime much compiling. */
const together = 20;

forEachBackend('as PyTorch', () => {
  const starts = Array.from(
    { length: Math.ceil(programs.length / together) },
    (_, i) => i * together,
  );
  it.each(starts)('programs from %i on', async (start) => {
    const group = programs.slice(start, start + together);
    const results = group.map(replay);
    const hasValues = (x: Tensor) => x.numel > 0; // what is empty is never compiled
    const full = results.filter((tensors) => tensors.every(hasValues));
    await realize(...full.flat());
    for (const [i, program] of group.entries()) await check(program, results[i]!);
  });
});
