/** Weights and tokens by the formulas of generate.py, and the comparison with what it wrote. */

import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  arange,
  GPT,
  type GPTConfig,
  MixtureGPT,
  type nn,
  realize,
  type Tensor,
  tensor,
} from '@lectern/lib';
import { expect } from 'vitest';

interface Golden {
  logits: number[];
  loss: number;
  gradientNorms: Record<string, number>;
}

const file = path.join(import.meta.dirname, 'golden.generated.json');
const golden = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Golden>;

const sizes = { vocabularySize: 11, contextLength: 6, layers: 2, heads: 4, width: 16 };

/** Small models of each make, of the sizes that generate.py has. */
export const gpt2Like: GPTConfig = { ...sizes, width: 8, activation: 'geluTanh' };
export const llamaLike: GPTConfig = {
  ...sizes,
  kvHeads: 2,
  ffWidth: 24,
  bias: false,
  activation: 'swiglu',
  norm: 'rms',
  positions: 'rotary',
  tiedEmbeddings: false,
};
const mixture = { ...sizes, kvHeads: 2, experts: 3, topK: 2, ffWidth: 6 };

/** A model of each make. */
export const makeDecoder = {
  gpt2: () => new GPT(gpt2Like, { seed: 1 }),
  llama: () => new GPT(llamaLike, { seed: 1 }),
  moe: () => new MixtureGPT(mixture, { seed: 1 }),
};

/** The p-th parameter's element k becomes sin(p + 1.7 k) / 4, in the order in which PyTorch made them. */
function fill(model: nn.Module, order: readonly string[]): void {
  const own = new Map(model.namedParameters());
  for (const name of order) expect([...own.keys()]).toContain(name);
  for (const [p, name] of order.entries()) {
    const parameter = own.get(name)!;
    const values = Float64Array.from(
      { length: parameter.numel },
      (_, k) => Math.sin(p + 1.7 * k) / 4,
    );
    parameter.assign(tensor(values, { shape: parameter.shape }));
  }
}

/** Token i is (i · step + 1) mod vocabulary. */
export function ids(vocabulary: number, batch: number, length: number, step: number): Tensor {
  const values = Int32Array.from({ length: batch * length }, (_, i) => (i * step + 1) % vocabulary);
  return tensor(values, { shape: [batch, length], dtype: 'int64' });
}

/** Logits, loss and the length of every parameter's gradient, compared with PyTorch's. */
export async function expectAsPyTorch(
  name: string,
  model: nn.Module,
  compute: () => { logits: Tensor; loss: Tensor },
): Promise<void> {
  const { logits: wanted, loss: wantedLoss, gradientNorms } = golden[name]!;
  fill(model, Object.keys(gradientNorms));
  const { logits, loss } = compute();
  loss.backward();
  const norms = model
    .namedParameters()
    .filter(([at, p]) => at in gradientNorms || p.grad !== null)
    .map(([at, p]) => [at, p.grad!.square().sum().sqrt()] as const);
  await realize(logits, loss, ...norms.map(([, norm]) => norm));
  const found = [...(await logits.data())].map(Number);
  expect(found.length).toBe(wanted.length);
  for (const [i, value] of wanted.entries()) expect(found[i]).toBeCloseTo(value, 4);
  expect(await loss.item()).toBeCloseTo(wantedLoss, 5);
  for (const [at, norm] of norms) {
    expect(await norm.item(), at).toBeCloseTo(gradientNorms[at]!, 4);
  }
}

/** From each row's count on, tokens are 0: padding. */
export function filledUp(tokens: Tensor, counts: number[]): Tensor {
  const kept = arange(tokens.shape[1]!).lt(tensor(counts).reshape([counts.length, 1]));
  return tokens.mul(kept.cast('int64'));
}

/** How many numbers the model learns. */
export const countParameters = (model: nn.Module): number =>
  model.parameters().reduce((sum, parameter) => sum + parameter.numel, 0);
