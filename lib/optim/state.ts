/** An optimizer's state as plain data: what it takes to go on exactly. */

import { realize } from '../backend/realize.ts';
import { tensor } from '../tensor/create.ts';
import { LibraryError } from '../tensor/errors.ts';
import { sameShape } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { FlatRows } from './flat.ts';

/** An option of a group; those that are tensors or lists of parameters are no options. */
type Option = number | boolean | readonly number[];

export interface OptimizerState {
  /** The optimizer that the state belongs to, such as `AdamW`. */
  algorithm: string;
  /** The options of each group. */
  groups: Record<string, Option>[];
  /** How many updates each parameter has had, group by group. */
  steps: number[];
  /** What is remembered for each parameter: `3.0` is the first moment of the fourth parameter. */
  moments: Record<string, Tensor>;
}

/** A group as far as its state goes. */
type GroupLike = { readonly parameters: readonly unknown[] };

export function writeState(
  algorithm: string,
  groups: readonly GroupLike[],
  rows: readonly FlatRows[],
): OptimizerState {
  const options = groups.map(({ parameters: _, ...rest }) => structuredClone(rest));
  const moments: Record<string, Tensor> = {};
  for (const { name, values, shape } of places(rows)) moments[name] = tensor(values, { shape });
  const steps = rows.flatMap((row) => row.slots.map((slot) => slot.steps));
  return { algorithm, groups: options as Record<string, Option>[], steps, moments };
}

export async function readState(
  algorithm: string,
  state: OptimizerState,
  groups: readonly GroupLike[],
  rows: readonly FlatRows[],
): Promise<void> {
  const slots = rows.flatMap((row) => row.slots);
  const targets = places(rows);
  const fits =
    state.algorithm === algorithm &&
    state.groups.length === groups.length &&
    state.steps.length === slots.length &&
    Object.keys(state.moments).length === targets.length &&
    targets.every(({ name, shape }) => sameShape(state.moments[name]?.shape ?? [-1], shape));
  if (!fits) {
    throw new LibraryError(
      `loadStateDict: this is the state of ${state.algorithm} for ${state.steps.length} parameters ` +
        `in ${state.groups.length} groups; it does not fit ${algorithm} for ${slots.length} ` +
        `in ${groups.length}, or shapes differ`,
    );
  }
  await realize(...Object.values(state.moments));
  for (const { name, values } of targets) {
    values.set(state.moments[name]!.snapshot.origin.data as Float32Array);
  }
  for (const [i, slot] of slots.entries()) slot.steps = state.steps[i]!;
  for (const [i, group] of groups.entries()) Object.assign(group, structuredClone(state.groups[i]));
}

/** Every moment of every parameter. */
function places(rows: readonly FlatRows[]) {
  const slots = rows.flatMap((row) => row.slots.map((slot) => ({ row, slot })));
  return slots.flatMap(({ row, slot }, i) =>
    row.moments.map((_, moment) => ({
      name: `${i}.${moment}`,
      values: row.momentOf(slot, moment),
      shape: slot.parameter.shape,
    })),
  );
}
