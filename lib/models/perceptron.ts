/**
 * The perceptron (Rosenblatt 1958, "The Perceptron", Psychological Review 65): a sum of weighted
 * inputs and a threshold. It learns from mistakes alone, without any gradient: where it said 0
 * instead of 1 the input is added to the weights, where it said 1 instead of 0 taken away. If some
 * line separates the examples it finds one (Novikoff 1962); else it never ends.
 *
 * Deviation: Rosenblatt's random connections from the retina are left out; inputs are any numbers.
 */

import { announce, demandLeave } from '../forbid.ts';
import { tensor, zeros } from '../tensor/create.ts';
import { ShapeError } from '../tensor/errors.ts';
import type { Tensor } from '../tensor/tensor.ts';

export interface PerceptronOptions {
  /** How far a mistake moves the weights. From zero on it only scales them. */
  rate?: number;
}

export class Perceptron {
  /** `[inputs]` */
  weight: Tensor;
  /** `[]`; the threshold with the other sign. */
  bias: Tensor;
  readonly rate: number;

  constructor(inputs: number, { rate = 1 }: PerceptronOptions = {}) {
    demandLeave('Perceptron');
    this.weight = zeros([inputs]);
    this.bias = zeros([]);
    this.rate = rate;
  }

  /** What it says: `[examples, inputs]` → `[examples]` of 0 and 1, int64. */
  forward(x: Tensor): Tensor {
    return x.matmul(this.weight).add(this.bias).gt(0).cast('int64');
  }

  /**
   * Goes through the examples once, and learns from each mistake before it looks at the next.
   *
   * @param x `[examples, inputs]`
   * @param y `[examples]` of 0 and 1
   * @returns how many mistakes there were; at 0 it has learned them all
   */
  async learn(x: Tensor, y: Tensor): Promise<number> {
    const inputs = this.weight.numel;
    if (x.ndim !== 2 || x.shape[1] !== inputs || y.ndim !== 1 || y.shape[0] !== x.shape[0]) {
      throw new ShapeError(
        `Perceptron: needs x [examples, ${inputs}] and y [examples], ` +
          `got [${x.shape}] and [${y.shape}]`,
      );
    }
    const examples = await x.array<number[][]>();
    const labels = await y.array<number[]>();
    const weight = await this.weight.array<number[]>();
    let bias = await this.bias.item();
    let mistakes = 0;
    for (const [n, example] of examples.entries()) {
      const sum = example.reduce((total, value, i) => total + value * weight[i]!, bias);
      const error = Number(labels[n]) - (sum > 0 ? 1 : 0); // 1, 0 or −1
      if (error === 0) continue;
      mistakes++;
      bias += this.rate * error;
      for (const [i, value] of example.entries()) weight[i]! += this.rate * error * value;
    }
    this.weight = tensor(weight);
    this.bias = tensor(bias);
    return mistakes;
  }
}

announce('Perceptron');
