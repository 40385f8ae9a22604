/** From a graph to values. */

import type { Tensor } from '../tensor/tensor.ts';
import { currentBackend } from './backend.ts';
import { graphOf } from './graph.ts';

/**
 * Computes several tensors in one go, sharing what they have in common: `await realize(loss,
 * ...gradients)`.
 *
 * A tensor that has been computed keeps its values and forgets how it came about, so that nothing
 * is computed twice and no memory is held for it. Gradients do not need that past: they are written
 * while the function is being traced.
 */
export async function realize(...tensors: readonly Tensor[]): Promise<void> {
  const open = tensors.filter((x) => x.origin.data === null && x.origin.pending === null);
  if (open.length > 0) {
    const work = compute(open);
    for (const x of open) x.origin.pending = work;
  }
  await Promise.all(tensors.map((x) => x.origin.pending));
}

async function compute(tensors: readonly Tensor[]): Promise<void> {
  try {
    const results = await currentBackend().run(graphOf(tensors));
    for (const [i, { origin }] of tensors.entries()) {
      Object.assign(origin, { data: results[i]!, op: null, attributes: null, inputs: [] });
    }
  } finally {
    for (const { origin } of tensors) origin.pending = null;
  }
}
