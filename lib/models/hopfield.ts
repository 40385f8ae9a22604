/**
 * The Hopfield network (Hopfield 1982, "Neural networks and physical systems with emergent
 * collective computational abilities", PNAS 79): units that are 1 or −1, each connected to each.
 * Patterns are stored in the connections by Hebb's rule; from part of a pattern the network falls
 * back into it, since every change of a unit lowers the energy and stored patterns lie in hollows.
 *
 * Deviations: units are ±1 instead of 0 and 1, and the weights are divided by the number of units.
 * A unit with a sum of exactly 0 stays as it is.
 */

import { announce, demandLeave } from '../forbid.ts';
import { eye, tensor, zeros } from '../tensor/create.ts';
import { LibraryError, ShapeError } from '../tensor/errors.ts';
import { generatorFrom, type RandomOptions } from '../tensor/random.ts';
import type { Tensor } from '../tensor/tensor.ts';

export interface RecallOptions extends RandomOptions {
  /** So many rounds over all units at most. */
  rounds?: number;
}

export interface Recall {
  /** Where the network came to rest, `[units]`. */
  state: Tensor;
  /** The energy at first and after each change of a unit. */
  energies: number[];
  /** Whether no unit wanted to change any more. */
  settled: boolean;
}

export class Hopfield {
  readonly units: number;
  /** `[units, units]`, symmetric, zeros on the diagonal. */
  weight: Tensor;

  constructor(units: number) {
    demandLeave('Hopfield');
    this.units = units;
    this.weight = zeros([units, units]);
  }

  /** Adds patterns `[patterns, units]` of ±1: w_ij += Σ x_i x_j / units for i ≠ j (Hebb 1949). */
  store(patterns: Tensor): this {
    this.check('store', patterns, 2);
    const together = patterns.T.matmul(patterns).div(this.units); // [units, units]
    this.weight = this.weight.add(together.mul(eye(this.units).neg().add(1)));
    return this;
  }

  /** −½ Σ w_ij s_i s_j of states `[units]` or `[states, units]`. */
  energy(state: Tensor): Tensor {
    this.check('energy', state, state.ndim);
    return state.matmul(this.weight).mul(state).sum(-1).mul(-0.5);
  }

  /**
   * Lets the network run from a state `[units]` of ±1: one unit after the other, in random order,
   * takes the sign of the sum of what it gets from the others, until nothing changes.
   */
  async recall(from: Tensor, { rounds = 100, ...random }: RecallOptions): Promise<Recall> {
    this.check('recall', from, 1);
    const generator = generatorFrom('Hopfield.recall', random);
    const weight = await this.weight.array<number[][]>();
    const state = await from.array<number[]>();
    if (state.some((s) => s !== 1 && s !== -1)) {
      throw new LibraryError('Hopfield.recall: units are 1 or −1');
    }
    const energies = [await this.energy(from).item()];
    for (let round = 0; round < rounds; round++) {
      let changed = false;
      for (const i of shuffled(this.units, () => generator.uniform())) {
        const sum = weight[i]!.reduce((total, w, j) => total + w * state[j]!, 0);
        if (sum * state[i]! >= 0) continue;
        state[i] = -state[i]!;
        changed = true;
        energies.push(energies.at(-1)! - 2 * Math.abs(sum)); // only the terms with i have changed
      }
      if (!changed) return { state: tensor(state), energies, settled: true };
    }
    return { state: tensor(state), energies, settled: false };
  }

  private check(name: string, x: Tensor, ndim: number): void {
    if (x.ndim === ndim && ndim > 0 && x.shape.at(-1) === this.units) return;
    throw new ShapeError(
      `Hopfield.${name}: needs ${ndim > 1 ? '[..., units]' : '[units]'} with ${this.units} units, ` +
        `got [${x.shape}]`,
    );
  }
}

/** 0 … n − 1 in random order (Fisher and Yates). */
function shuffled(n: number, uniform: () => number): number[] {
  const order = Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(uniform() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

announce('Hopfield');
