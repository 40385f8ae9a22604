/** Comparing tensors in tests. */

import { grad, type Tensor, tensor } from '@lectern/lib';
import { expect } from 'vitest';

type Nested = number | boolean | Nested[];

/** All numbers of nested lists in order; booleans as 0 and 1. */
function flat(values: Nested): number[] {
  return Array.isArray(values) ? values.flatMap(flat) : [Number(values)];
}

/** Checks shape and values; NaN equals NaN, Infinity itself. */
export async function expectClose(
  actual: Tensor,
  expected: Tensor | Nested,
  tolerance = 1e-5,
): Promise<void> {
  const wanted = isTensor(expected) ? expected : tensor(expected, { dtype: actual.dtype });
  expect(actual.shape).toEqual(wanted.shape);
  const [a, b] = [flat(await actual.array()), flat(await wanted.array())];
  for (let i = 0; i < b.length; i++) {
    const same =
      Object.is(a[i], b[i]) ||
      a[i] === b[i] ||
      Math.abs(a[i]! - b[i]!) <= tolerance * (1 + Math.abs(b[i]!));
    if (!same) expect.fail(`element ${i} is ${a[i]}, expected ${b[i]} (all: ${a} / ${b})`);
  }
}

function isTensor(value: unknown): value is Tensor {
  return typeof value === 'object' && value !== null && 'dtype' in value;
}

/**
 * Checks the gradients of `f` against differences: each element of each input is moved a little
 * both ways. What `f` gives is multiplied by fixed, unequal weights, so that no element's gradient
 * can hide behind another's.
 */
export async function expectGradients(
  f: (...inputs: Tensor[]) => Tensor,
  inputs: readonly Tensor[],
  { step = 1e-2, tolerance = 2e-2 }: { step?: number; tolerance?: number } = {},
): Promise<void> {
  const weighted = (...xs: Tensor[]): Tensor => {
    const y = f(...xs);
    const weights = Array.from({ length: y.numel }, (_, i) => Math.cos(i + 1));
    return y.mul(tensor(weights, { shape: y.shape })).sum();
  };
  const gradients = grad((...xs: Tensor[]) => weighted(...xs))(...inputs);
  for (const [which, x] of inputs.entries()) {
    const values = flat(await x.array());
    const differences: number[] = [];
    for (let i = 0; i < values.length; i++) {
      const at = async (move: number) => {
        const moved = tensor(values.with(i, values[i]! + move), { shape: x.shape });
        return weighted(...inputs.map((input, j) => (j === which ? moved : input))).item();
      };
      differences.push(((await at(step)) - (await at(-step))) / (2 * step));
    }
    await expectClose(gradients[which]!, tensor(differences, { shape: x.shape }), tolerance);
  }
}
