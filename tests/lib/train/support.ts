/** A small task with everything that a run can have: shuffled batches, layers, dropout. */

import { type BatchSource, Generator, nn, rand, type Tensor, tensor } from '@lectern/lib';

const count = 24;

/** Points in the unit square and their product, in an order that is drawn anew in each round. */
export class Shuffled implements BatchSource<[Tensor, Tensor]> {
  /** Whether what it gives is no number. */
  broken = false;
  readonly #generator: Generator;
  readonly #points = rand([count, 2], { seed: 9 });
  #order: number[] = [];

  constructor(seed: number) {
    this.#generator = new Generator(seed);
  }

  next(): [Tensor, Tensor] {
    if (this.#order.length === 0) this.#order = this.#shuffle();
    const rows = tensor(this.#order.splice(0, 8), { dtype: 'int64' });
    const x = this.#points.indexSelect(0, rows); // [8, 2]
    const y = x.prod(-1, { keepdim: true }); // [8, 1]
    return [x, this.broken ? y.div(0).sub(Infinity) : y];
  }

  #shuffle(): number[] {
    const keyed = Array.from({ length: count }, (_, i) => [this.#generator.bits(), i] as const);
    return keyed.toSorted(([a], [b]) => a - b).map(([, i]) => i);
  }

  state() {
    return { generator: this.#generator.state(), order: this.#order };
  }

  restore(state: unknown): void {
    const { generator, order } = state as ReturnType<Shuffled['state']>;
    this.#generator.restore(generator);
    this.#order = [...order];
  }
}

/** Two layers with dropout between: `[batch, 2] → [batch, 1]`. */
export class Net extends nn.Module {
  readonly first: nn.Linear;
  readonly dropout: nn.Dropout;
  readonly second: nn.Linear;

  constructor(seed: number, p = 0.2) {
    super();
    this.first = new nn.Linear(2, 8, { seed });
    this.dropout = new nn.Dropout({ p, seed: seed + 1 });
    this.second = new nn.Linear(8, 1, { seed: seed + 2 });
  }

  override forward(x: Tensor): Tensor {
    return this.second.forward(this.dropout.forward(this.first.forward(x).tanh()));
  }

  loss(x: Tensor, y: Tensor): Tensor {
    return this.forward(x).sub(y).square().mean();
  }
}
