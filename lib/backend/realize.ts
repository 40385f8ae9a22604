/** From a graph to values. */

import { Work } from '../interrupts.ts';
import type { Origin, Tensor } from '../tensor/tensor.ts';
import { currentBackend } from './backend.ts';
import { graphOf } from './graph.ts';

/**
 * Computes several tensors in one go, sharing what they have in common: `await realize(loss,
 * ...gradients)`.
 *
 * A tensor that has been computed keeps its values and forgets how it came about, so that nothing
 * is computed twice and no memory is held for it; unless it was computed from something that
 * requires a gradient, since `backward` may still be called.
 */
export async function realize(...tensors: readonly Tensor[]): Promise<void> {
  const open = tensors
    .map((x) => x.snapshot)
    .filter(({ origin }) => origin.data === null && (origin.pending?.mayBeLost ?? true));
  if (open.length > 0) {
    const work = new Work(compute(open));
    for (const x of open) x.origin.pending = work;
  }
  await Promise.all(tensors.map((x) => x.origin.pending?.promise));
}

async function compute(tensors: readonly Tensor[]): Promise<void> {
  try {
    const graph = graphOf(tensors);
    const results = await currentBackend().run(graph);
    const overwritable = new Set(
      graph.nodes.map((node) => node.op === null && node.origin.owner && node.origin.data),
    );
    for (const [i, { origin }] of tensors.entries()) {
      const result = results[i]!;
      origin.data = overwritable.has(result) && origin.owner === null ? result.slice() : result;
      forgetPast(origin);
    }
  } finally {
    for (const { origin } of tensors) origin.pending = null;
  }
}

/** The past is kept only where `backward` may want to walk it. */
function forgetPast(origin: Origin): void {
  if (origin.requiresGrad && origin.owner === null) return;
  Object.assign(origin, { op: null, attributes: null, inputs: [] });
}
