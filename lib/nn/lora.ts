/**
 * LoRA: fine-tuning a frozen linear layer by a product of two thin matrices (Hu et al. 2021,
 * arXiv:2106.09685). On top of quantised layers it is QLoRA (Dettmers et al. 2023,
 * arXiv:2305.14314).
 */

import { publicOp } from '../forbid.ts';
import { zeros } from '../tensor/create.ts';
import { LibraryError } from '../tensor/errors.ts';
import { Parameter } from '../tensor/parameter.ts';
import { generatorFrom, type RandomOptions, uniform } from '../tensor/random.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type Dropout, dropoutOrNone } from './dropout.ts';
import { Linear } from './linear.ts';
import { announceLayer, demandLayer, Module } from './module.ts';
import { QuantizedLinear } from './quantized-linear.ts';
import { findLayers } from './replace.ts';

export interface LoRAOptions extends RandomOptions {
  /** How many columns A has and rows B; 8 where left out. */
  rank?: number;
  /** The change counts alpha / rank times; alpha is twice the rank where left out. */
  alpha?: number;
  /** How likely an input of A is to be dropped while training; 0 where left out. */
  dropout?: number;
}

/** ΔW = A·B · alpha / rank, for rows that multiply from the left. */
function change(a: Tensor, b: Tensor, scale: number): Tensor {
  return a.matmul(b).mul(scale);
}

/** y = x·W + b + x·A·B · alpha / rank, where W and b are frozen. */
export class LoRALinear extends Module {
  readonly base: Linear | QuantizedLinear;
  /** `[in, rank]`; starts uniform between ±1/√in. */
  readonly loraA: Parameter;
  /** `[rank, out]`; starts as 0, so that at first nothing changes. */
  readonly loraB: Parameter;
  readonly scale: number;
  readonly dropout: Dropout | null;
  /** Whether the change is in the weight of `base` already. */
  merged = false;

  /** Freezes `base`, and adds to it. */
  constructor(base: Linear | QuantizedLinear, options: LoRAOptions) {
    demandLayer('LoRALinear');
    super();
    const { rank = 8, alpha = 2 * rank, dropout = 0 } = options;
    if (!(Number.isInteger(rank) && rank >= 1)) {
      throw new LibraryError(`nn.LoRALinear: the rank is a whole number from 1 on, not ${rank}`);
    }
    const seed = generatorFrom('nn.LoRALinear', options);
    this.base = base.freeze();
    this.loraA = new Parameter(uniform([base.inputs, rank], base.inputs ** -0.5, seed));
    this.loraB = new Parameter(zeros([rank, base.outputs]));
    this.scale = alpha / rank;
    this.dropout = dropoutOrNone(dropout, { seed });
  }

  /** `[..., in] → [..., out]` */
  override forward(x: Tensor): Tensor {
    demandLayer('LoRALinear');
    const before = this.base.forward(x); // [..., out]
    if (this.merged) return before;
    const thin = (this.dropout?.forward(x) ?? x).matmul(this.loraA); // [..., rank]
    return before.add(thin.matmul(this.loraB).mul(this.scale));
  }

  /**
   * Adds the change to the weight, so that the layer costs no more than it did before.
   *
   * @throws LibraryError where the weight is quantised: it would be rounded again
   */
  merge(): void {
    if (!this.merged) this.addToWeight(1);
    this.merged = true;
  }

  /** Takes the change out of the weight again, exact but for rounding. */
  unmerge(): void {
    if (this.merged) this.addToWeight(-1);
    this.merged = false;
  }

  private addToWeight(sign: 1 | -1): void {
    if (!(this.base instanceof Linear)) {
      throw new LibraryError(
        'merge: the weight is quantised, and the change would be lost in rounding; ' +
          'keep both apart, or add the change to the weight before it is quantised',
      );
    }
    const { weight } = this.base;
    weight.assign(weight.add(change(this.loraA, this.loraB, sign * this.scale)).detach());
  }
}

/**
 * Freezes a model and puts a {@link LoRALinear} in the place of linear layers, quantised or not.
 *
 * @param options with `targets`: which layers, by their place, such as /attention\.(query|value)$/;
 *   all where left out
 * @returns the places of the layers that were replaced
 */
export const addLoRA = publicOp(
  'nn.addLoRA',
  (model: Module, { targets = /./, ...options }: LoRAOptions & { targets?: RegExp }): string[] => {
    const seed = generatorFrom('nn.addLoRA', options);
    model.freeze();
    return findLayers('addLoRA', model, targets, isLinear).flatMap(({ layer, places, replace }) => {
      replace(new LoRALinear(layer, { ...options, seed }));
      return places;
    });
  },
);

function isLinear(layer: Module): layer is Linear | QuantizedLinear {
  return layer instanceof Linear || layer instanceof QuantizedLinear;
}

/** The matrices A and B of all LoRA layers in a model: what is to be trained and saved. */
export const loraParameters = publicOp('nn.loraParameters', (model: Module): Parameter[] =>
  model
    .modules()
    .filter((layer) => layer instanceof LoRALinear)
    .flatMap((layer) => [layer.loraA, layer.loraB]),
);

announceLayer('LoRALinear');
