/**
 * Parameters in one row: an optimizer keeps all values of a group in one array, likewise their
 * gradients and what it remembers of these, so that an update is one pass over a few arrays.
 */

import type { Parameter } from '../tensor/parameter.ts';

/** Parameters begin at whole cache lines, 16 numbers; in between stand zeros. */
const alignment = 16;

/** A parameter's place in the row. */
export interface Slot {
  readonly parameter: Parameter;
  readonly start: number;
  readonly end: number;
  /** Its values and its gradient: views of the row. */
  readonly values: Float32Array;
  readonly gradient: Float32Array;
  /** How many updates it has had. */
  steps: number;
}

/** Slots next to each other that are updated together. */
export interface Run {
  readonly slots: readonly Slot[];
  readonly values: Float32Array;
  readonly gradient: Float32Array;
  /** What the optimizer remembers, such as a mean of the gradients. */
  readonly moments: readonly Float32Array[];
}

/** How many numbers the parameters take in one row. */
export function rowLength(parameters: readonly Parameter[]): number {
  return parameters.reduce((sum, parameter) => sum + padded(parameter.numel), 0);
}

/** The rows of one group of parameters: values, gradients, and as many moments as asked for. */
export class FlatRows {
  readonly slots: readonly Slot[];
  readonly moments: readonly Float32Array[];
  readonly #values: Float32Array;
  readonly #gradient: Float32Array;

  /** Makes each row with `allocate`, which gives zeros. */
  constructor(
    parameters: readonly Parameter[],
    moments: number,
    allocate: (length: number) => Float32Array,
  ) {
    const length = rowLength(parameters);
    this.#values = allocate(length);
    this.#gradient = allocate(length);
    this.moments = Array.from({ length: moments }, () => allocate(length));
    let end = 0;
    this.slots = parameters.map((parameter) => {
      const start = end;
      end = start + padded(parameter.numel);
      const values = this.#values.subarray(start, start + parameter.numel);
      const gradient = this.#gradient.subarray(start, start + parameter.numel);
      return { parameter, start, end, values, gradient, steps: 0 };
    });
  }

  /** A slot's part of a moment. */
  momentOf({ start, parameter }: Slot, moment: number): Float32Array {
    return this.moments[moment]!.subarray(start, start + parameter.numel);
  }

  /** The chosen slots, put together where they are neighbours and have had equally many updates. */
  runs(chosen: ReadonlySet<Parameter>): Run[] {
    const runs: Slot[][] = [];
    for (const slot of this.slots) {
      if (!chosen.has(slot.parameter)) continue;
      const before = runs.at(-1)?.at(-1);
      if (before?.end === slot.start && before.steps === slot.steps) runs.at(-1)!.push(slot);
      else runs.push([slot]);
    }
    return runs.map((slots) => this.#run(slots));
  }

  #run(slots: readonly Slot[]): Run {
    const cut = (row: Float32Array) => row.subarray(slots[0]!.start, slots.at(-1)!.end);
    return {
      slots,
      values: cut(this.#values),
      gradient: cut(this.#gradient),
      moments: this.moments.map(cut),
    };
  }
}

function padded(numel: number): number {
  return Math.ceil(numel / alignment) * alignment;
}
