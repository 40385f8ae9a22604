/** Stochastic gradient descent, with momentum where wanted. */

import { announce, demandLeave } from '../forbid.ts';
import { LibraryError } from '../tensor/errors.ts';
import type { Parameter } from '../tensor/parameter.ts';
import type { Run } from './flat.ts';
import { type CommonOptions, type Group, type GroupInput, Optimizer } from './optimizer.ts';
import type { Updates } from './updates.ts';

export interface SgdOptions extends CommonOptions {
  /** How much of the last movement goes on. */
  momentum: number;
  /** How much of the gradient is left out of the movement. */
  dampening: number;
  /** Whether to look ahead by another movement. */
  nesterov: boolean;
}

/** SGD as PyTorch has it; everything but the learning rate is 0 where left out. */
export class SGD extends Optimizer<SgdOptions> {
  constructor(
    parameters: readonly Parameter[] | readonly GroupInput<SgdOptions>[],
    options: { lr: number } & Partial<SgdOptions>,
  ) {
    demandLeave('optim.SGD');
    const defaults = { momentum: 0, dampening: 0, weightDecay: 0, nesterov: false };
    super('optim.SGD', parameters, { ...defaults, ...options });
    for (const { nesterov, momentum, dampening } of this.groups) {
      if (nesterov && (momentum === 0 || dampening !== 0)) {
        throw new LibraryError('optim.SGD: nesterov needs momentum, and no dampening');
      }
    }
  }

  protected override momentsOf({ momentum }: Group<SgdOptions>): number {
    return momentum === 0 ? 0 : 1;
  }

  protected override update(
    updates: Updates,
    group: Group<SgdOptions>,
    { values, gradient, moments: [movement] }: Run,
    step: number,
  ): void {
    if (movement === undefined) updates.sgd(values, gradient, group);
    else updates.momentum(values, gradient, movement, { ...group, step });
  }
}

announce('optim.SGD');
