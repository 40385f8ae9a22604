/** A network under training, and the curve of its loss. */

import { number } from '../../shared/dom.ts';
import {
  countParameters,
  type Example,
  epoch,
  judgeAll,
  type Network,
  network,
} from '../../shared/network.ts';
import { examplesOf, type PlaygroundState } from './state.ts';

export class Training {
  examples: Example[] = [];
  net: Network = { layers: [], activation: 'tanh' };
  epoch = 0;
  /** The loss after every epoch, thinned out where they are many. */
  losses: { epoch: number; loss: number }[] = [];
  #key = '';
  #rate = 0;

  /** Starts afresh where the state asks for another network, data set or an earlier time. */
  follow(state: PlaygroundState): void {
    const { data, hidden, activation, seed, rate } = state;
    const key = JSON.stringify([data, hidden, activation, seed, rate]);
    if (key === this.#key && state.epoch >= this.epoch) return;
    if (!this.#key.startsWith(`["${data}"`)) this.examples = examplesOf(data);
    this.#key = key;
    this.#rate = rate;
    this.net = network([2, ...hidden, 1], activation, seed);
    this.epoch = 0;
    this.losses = [{ epoch: 0, loss: this.#judge().loss }];
  }

  /** One epoch. */
  advance(): void {
    this.net = epoch(this.net, this.examples, this.#rate);
    this.epoch += 1;
    const every = this.epoch < 100 ? 1 : 10;
    if (this.epoch % every === 0) {
      this.losses.push({ epoch: this.epoch, loss: this.#judge().loss });
    }
  }

  #judge() {
    return judgeAll(this.net, this.examples);
  }

  /** In words: how well it does, or what one unit looks at. */
  describe(unit: [number, number] | null): string {
    const { loss, right } = this.#judge();
    const parameters = countParameters(this.net);
    const head =
      `After ${this.epoch} epochs ${number(100 * right, 0)} % of the points are right, loss ` +
      `${number(loss, 3)}; ${parameters} parameters.`;
    if (!unit) return head;
    const { weights, biases } = this.net.layers[unit[0] - 1]!;
    const list = weights[unit[1]]!.map((w) => number(w)).join(', ');
    return (
      `${head} Shown is layer ${unit[0]}, unit ${unit[1] + 1}: weights ${list}, ` +
      `bias ${number(biases[unit[1]]!)}.`
    );
  }
}
