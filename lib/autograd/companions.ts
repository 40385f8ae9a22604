/** What is best computed in one go with a gradient, because it shares the work. */

import type { Tensor } from '../tensor/tensor.ts';

const companions = new WeakMap<Tensor, readonly Tensor[]>();

/** Notes that `gradient` shares its work with `others`: the loss that it comes from, its norm. */
export function computeTogether(gradient: Tensor, others: readonly Tensor[]): void {
  companions.set(gradient, others);
}

/** What shares its work with `gradient` and is not computed yet. */
export function companionsOf(gradient: Tensor | null): readonly Tensor[] {
  const all = gradient === null ? [] : (companions.get(gradient) ?? []);
  return all.filter((x) => x.snapshot.origin.data === null);
}
