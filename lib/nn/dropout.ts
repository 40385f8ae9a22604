/** Dropout (Srivastava et al. 2014, JMLR 15). */

import { dropout } from '../functions/sampling.ts';
import { LibraryError } from '../tensor/errors.ts';
import { type Generator, generatorFrom, type RandomOptions } from '../tensor/random.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { announceLayer, demandLayer, Module } from './module.ts';

export interface DropoutOptions extends RandomOptions {
  /** How likely an element is to be dropped; 0.5 where left out. */
  p?: number;
}

/**
 * While training, each element is 0 with probability p, and the others are divided by 1 − p, so
 * that what is expected stays; else the input itself.
 */
export class Dropout extends Module {
  readonly p: number;
  readonly generator: Generator;

  constructor({ p = 0.5, ...random }: DropoutOptions) {
    demandLayer('Dropout');
    super();
    if (!(p >= 0 && p <= 1)) {
      throw new LibraryError(`nn.Dropout: p is a probability, from 0 to 1, not ${p}`);
    }
    this.p = p;
    this.generator = generatorFrom('nn.Dropout', random);
  }

  override forward(x: Tensor): Tensor {
    demandLayer('Dropout');
    return dropout(x, { p: this.p, training: this.training, seed: this.generator });
  }
}

/** A dropout layer, or none where nothing would be dropped. */
export function dropoutOrNone(p: number, random: RandomOptions): Dropout | null {
  return p === 0 ? null : new Dropout({ p, ...random });
}

announceLayer('Dropout');
