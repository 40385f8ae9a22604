/**
 * Positions as vectors that are added to the tokens': sines of many wavelengths (Vaswani et al.
 * 2017, arXiv:1706.03762, section 3.5), or learned ones.
 */

import { publicOp } from '../forbid.ts';
import { embedding } from '../functions/indexing.ts';
import { stack } from '../functions/movement.ts';
import { arange, tensor } from '../tensor/create.ts';
import { ShapeError } from '../tensor/errors.ts';
import { Parameter } from '../tensor/parameter.ts';
import { type RandomOptions, randn } from '../tensor/random.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { announceLayer, demandLayer, Module } from './module.ts';

export interface PositionOptions {
  /** The place of each token, `[length]` or `[batch, length]`; 0, 1, 2 … where left out. */
  positions?: Tensor;
}

/** How fast each of d / 2 angles turns from one place to the next: base^(−2i / d). */
export function angularFrequencies(d: number, base: number): Tensor {
  const exponents = Float64Array.from({ length: d / 2 }, (_, i) => (-2 * i) / d);
  return tensor(exponents.map((exponent) => base ** exponent));
}

/**
 * PE(pos, 2i) = sin(pos / 10000^(2i/d)), PE(pos, 2i + 1) = cos of the same angle.
 *
 * @param positions `[...]`, whole numbers or not
 * @param d the width of the vectors, even
 * @returns `[..., d]`
 */
export const sinusoidalPositions = publicOp(
  'nn.sinusoidalPositions',
  (positions: Tensor, d: number): Tensor => {
    if (d % 2 !== 0) throw new ShapeError(`sinusoidalPositions: the width ${d} is not even`);
    const angles = positions.unsqueeze(-1).mul(angularFrequencies(d, 10_000)); // [..., d / 2]
    const pairs = stack([angles.sin(), angles.cos()], -1); // [..., d / 2, 2]
    return pairs.reshape([...positions.shape, d]);
  },
);

/** Adds the sines of {@link sinusoidalPositions}; nothing is learned, any length will do. */
export class SinusoidalPositions extends Module {
  /** @param x `[..., length, d]` */
  override forward(x: Tensor, { positions }: PositionOptions = {}): Tensor {
    demandLayer('SinusoidalPositions');
    const places = positions ?? arange(x.shape.at(-2)!);
    return x.add(sinusoidalPositions(places, x.shape.at(-1)!));
  }
}

/** Adds a learned vector for each place up to a greatest length. */
export class LearnedPositions extends Module {
  readonly weight: Parameter;

  /** Starts from the normal distribution with deviation 1, as PyTorch's embeddings do. */
  constructor(maxLength: number, d: number, options: RandomOptions) {
    demandLayer('LearnedPositions');
    super();
    this.weight = new Parameter(randn([maxLength, d], options));
  }

  /** @param x `[..., length, d]` */
  override forward(x: Tensor, { positions }: PositionOptions = {}): Tensor {
    demandLayer('LearnedPositions');
    if (positions !== undefined) return x.add(embedding(this.weight, positions));
    const [length, most] = [x.shape.at(-2)!, this.weight.shape[0]!];
    if (length > most) {
      throw new ShapeError(
        `nn.LearnedPositions: there are ${most} places, the input has ${length}; shorten it`,
      );
    }
    return x.add(this.weight.narrow(0, 0, length));
  }
}

announceLayer('SinusoidalPositions');
announceLayer('LearnedPositions');
