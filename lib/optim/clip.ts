/** Keeping gradients within bounds. */

import { companionsOf, computeTogether } from '../autograd/companions.ts';
import { publicOp } from '../forbid.ts';
import { noGrad } from '../tensor/apply.ts';
import { zeros } from '../tensor/create.ts';
import { LibraryError } from '../tensor/errors.ts';
import type { Parameter } from '../tensor/parameter.ts';
import type { Tensor } from '../tensor/tensor.ts';

/**
 * Shrinks the gradients so that all of them together, seen as one vector, are no longer than `max`
 * (Pascanu et al. 2012, arXiv:1211.5063, algorithm 1). As in PyTorch they come out shorter by a
 * millionth, and longer gradients than `max` alone are changed.
 *
 * @returns the length before, of shape []; `step()` computes it with the gradients
 */
export const clipGradNorm = publicOp(
  'optim.clipGradNorm',
  (parameters: readonly Parameter[], max: number): Tensor =>
    noGrad(() => {
      checkBound('clipGradNorm', max);
      const gradients = gradientsOf(parameters);
      if (gradients.length === 0) return zeros([]);
      const norm = gradients
        .map((g) => g.square().sum())
        .reduce((a, b) => a.add(b))
        .sqrt();
      const factor = norm.add(1e-6).reciprocal().mul(max).clamp(undefined, 1);
      replaceGradients(parameters, (g) => g.mul(factor), [norm]);
      return norm;
    }),
);

/** Moves each number of the gradients into −max … max. */
export const clipGradValue = publicOp(
  'optim.clipGradValue',
  (parameters: readonly Parameter[], max: number): void => {
    checkBound('clipGradValue', max);
    noGrad(() => replaceGradients(parameters, (g) => g.clamp(-max, max), []));
  },
);

function gradientsOf(parameters: readonly Parameter[]): Tensor[] {
  return parameters.map(({ grad }) => grad).filter((g) => g !== null);
}

function replaceGradients(
  parameters: readonly Parameter[],
  change: (g: Tensor) => Tensor,
  along: readonly Tensor[],
): void {
  for (const parameter of parameters) {
    if (parameter.grad === null) continue;
    const changed = change(parameter.grad);
    computeTogether(changed, [...along, ...companionsOf(parameter.grad)]);
    parameter.grad = changed;
  }
}

function checkBound(name: string, max: number): void {
  if (max > 0) return;
  throw new LibraryError(`${name}: the bound must be above 0, got ${max}`);
}
