/** Adam and AdamW. */

import { announce, demandLeave } from '../forbid.ts';
import { LibraryError } from '../tensor/errors.ts';
import type { Parameter } from '../tensor/parameter.ts';
import type { Run } from './flat.ts';
import { type CommonOptions, type Group, type GroupInput, Optimizer } from './optimizer.ts';
import type { Updates } from './updates.ts';

export interface AdamOptions extends CommonOptions {
  /** How slowly the mean of the gradients and of their squares forget. */
  betas: readonly [number, number];
  /** Keeps the division apart from 0. */
  eps: number;
}

const defaults = { lr: 1e-3, betas: [0.9, 0.999], eps: 1e-8 } as const;

abstract class AdamFamily extends Optimizer<AdamOptions> {
  protected abstract readonly decoupled: boolean;

  constructor(
    name: string,
    parameters: readonly Parameter[] | readonly GroupInput<AdamOptions>[],
    options: AdamOptions,
  ) {
    demandLeave(name);
    super(name, parameters, options);
    for (const { betas } of this.groups) {
      if (betas.length === 2 && betas.every((beta) => beta >= 0 && beta < 1)) continue;
      throw new LibraryError(`${name}: betas are two numbers from 0 up to but without 1`);
    }
  }

  protected override momentsOf(): number {
    return 2;
  }

  protected override update(
    updates: Updates,
    group: Group<AdamOptions>,
    { values, gradient, moments: [mean, meanSquare] }: Run,
    step: number,
  ): void {
    const { decoupled } = this;
    updates.adam(values, gradient, mean!, meanSquare!, { ...group, decoupled, step });
  }
}

/** Adam as PyTorch has it: lr 0.001, betas 0.9 and 0.999, eps 10⁻⁸, no weight decay. */
export class Adam extends AdamFamily {
  protected override readonly decoupled = false;

  constructor(
    parameters: readonly Parameter[] | readonly GroupInput<AdamOptions>[],
    options: Partial<AdamOptions> = {},
  ) {
    super('optim.Adam', parameters, { ...defaults, weightDecay: 0, ...options });
  }
}

/** AdamW as PyTorch has it: as Adam, but its weight decay, 0.01, does not pass through the means. */
export class AdamW extends AdamFamily {
  protected override readonly decoupled = true;

  constructor(
    parameters: readonly Parameter[] | readonly GroupInput<AdamOptions>[],
    options: Partial<AdamOptions> = {},
  ) {
    super('optim.AdamW', parameters, { ...defaults, weightDecay: 1e-2, ...options });
  }
}

announce('optim.Adam');
announce('optim.AdamW');
