/** Comparing layers with PyTorch's, whose values generate.py has written down. */

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type nn, realize, type Tensor, tensor } from '@lectern/lib';
import { expectClose } from '../support/compare.ts';

interface Plain {
  shape: number[];
  values: number[];
}

interface Case {
  inputs: Record<string, Plain>;
  parameters: Record<string, Plain>;
  output: Plain;
  gradients: Record<string, Plain>;
}

/** The cases in a file beside this one. */
export function goldenCases(file: string): (name: string) => Case {
  const all = JSON.parse(readFileSync(path.join(import.meta.dirname, file), 'utf8'));
  return (name) => all[name] ?? raise(`no case '${name}' in ${file}`);
}

function raise(message: string): never {
  throw new Error(message);
}

const restored = ({ shape, values }: Plain) => tensor(values, { shape });

/**
 * Gives the layer the case's parameters and checks what `run` makes of its inputs, and the
 * gradients by inputs and by all parameters of sum(output · cos(1), cos(2) …).
 */
export async function expectGolden(
  layer: nn.Module,
  golden: Case,
  run: (inputs: Record<string, Tensor>) => Tensor,
  tolerance = 2e-5,
): Promise<void> {
  const state = Object.entries(golden.parameters).map(([name, p]) => [name, restored(p)] as const);
  layer.loadStateDict(Object.fromEntries(state));
  for (const p of layer.parameters()) p.grad = null;
  const inputs: Record<string, Tensor> = {};
  for (const [name, { shape, values }] of Object.entries(golden.inputs)) {
    inputs[name] = tensor(values, { shape, requiresGrad: true });
  }
  const output = run(inputs);
  const weights = Array.from({ length: output.numel }, (_, i) => Math.cos(i + 1));
  output
    .mul(tensor(weights, { shape: output.shape }))
    .sum()
    .backward();
  const named: Record<string, Tensor> = {
    ...inputs,
    ...Object.fromEntries(layer.namedParameters()),
  };
  const found = Object.keys(golden.gradients).map(
    (name) => named[name]?.grad ?? raise(`no gradient at ${name}`),
  );
  await realize(output, ...found);
  await expectClose(output, restored(golden.output), tolerance);
  for (const [i, expected] of Object.values(golden.gradients).entries()) {
    await expectClose(found[i]!, restored(expected), tolerance);
  }
}
