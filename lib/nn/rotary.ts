/**
 * Rotary positions (Su et al. 2021, arXiv:2104.09864): queries and keys are turned by an angle
 * proportional to their place, so that their products only depend on the distance.
 *
 * The width is cut into pairs, each turned at its own speed. There are two customs which numbers
 * make a pair. They give the same scores after a permutation of the columns of the query and key
 * weights, but weights learned with one are useless with the other:
 *
 * - `half`: number i with number i + d / 2: GPT-NeoX, and Llama as Hugging Face stores it;
 * - `interleaved`: number 2i with number 2i + 1: the paper, GPT-J, and Llama as Meta published it.
 */

import { publicOp } from '../forbid.ts';
import { cat, stack } from '../functions/movement.ts';
import { checkTensor } from '../tensor/apply.ts';
import { arange } from '../tensor/create.ts';
import { ShapeError } from '../tensor/errors.ts';
import { show } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { angularFrequencies, type PositionOptions } from './positions.ts';

export interface RotaryOptions {
  /** Which numbers make a pair: `half` where left out. */
  layout?: 'half' | 'interleaved';
  /** The slowest pair turns by about 1 / base from one place to the next; 10 000 where left out. */
  base?: number;
}

/**
 * Each vector turned by the angles of its place.
 *
 * @param x `[batch, heads, length, d]` (or `[..., length, d]` with one list of positions), d even
 * @param options with `positions`, `[length]` or `[batch, length]`; 0, 1, 2 … where left out
 * @returns the same shape
 */
export const rotary = publicOp(
  'nn.rotary',
  (x: Tensor, options: RotaryOptions & PositionOptions = {}): Tensor => {
    checkTensor('rotary', x);
    const { layout = 'half', base = 10_000 } = options;
    const d = x.shape.at(-1) ?? 1;
    if (x.ndim < 2 || d % 2 !== 0) {
      throw new ShapeError(`rotary: needs [..., length, d] with an even d, got ${show(x.shape)}`);
    }
    const places = options.positions ?? arange(x.shape.at(-2)!);
    const turned = places.unsqueeze(-1).mul(angularFrequencies(d, base)); // [..., length, d / 2]
    const angles = places.ndim === 2 ? turned.unsqueeze(1) : turned; // a place for the heads
    return layout === 'half' ? turnHalves(x, angles) : turnNeighbours(x, angles);
  },
);

/** (a, b) ↦ (a cos − b sin, b cos + a sin), where a is the first half of x and b the second. */
function turnHalves(x: Tensor, angles: Tensor): Tensor {
  const [a, b] = x.chunk(2, -1) as [Tensor, Tensor]; // [..., d / 2] each
  return cat(turn(a, b, angles), -1);
}

/** The same where a and b take turns. */
function turnNeighbours(x: Tensor, angles: Tensor): Tensor {
  const pairs = x.reshape([...x.shape.slice(0, -1), x.shape.at(-1)! / 2, 2]);
  const turned = turn(pairs.select(-1, 0), pairs.select(-1, 1), angles);
  return stack(turned, -1).reshape(x.shape); // [..., d / 2, 2] → [..., d]
}

function turn(a: Tensor, b: Tensor, angles: Tensor): Tensor[] {
  const [cos, sin] = [angles.cos(), angles.sin()];
  return [a.mul(cos).sub(b.mul(sin)), b.mul(cos).add(a.mul(sin))];
}
