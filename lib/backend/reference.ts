/**
 * The reference back end: every step by the plain loops of its record. Slow, portable, and what the
 * others are held to.
 */

import type { Dense } from '../ops/record.ts';
import { recordOf } from '../ops/records.ts';
import { type TypedArray, toNumbers, toStorage } from '../tensor/dtype.ts';
import type { Backend } from './backend.ts';
import type { Graph } from './graph.ts';

export const referenceBackend: Backend = {
  name: 'reference',
  run: async (graph) => evaluate(graph),
};

/** The values of the graph's outputs. */
export function evaluate(graph: Graph): TypedArray[] {
  const { nodes, outputs } = graph;
  const lastUse = lastUses(graph);
  const computed: (Dense | null)[] = [];
  for (const [position, node] of nodes.entries()) {
    const { shape, dtype } = node;
    if (node.op === null) {
      computed.push({ shape, dtype, values: toNumbers(node.data) });
      continue;
    }
    const inputs = node.inputs.map((i) => computed[i]!);
    const values = recordOf(node.op).evaluate(inputs, node.attributes as never, node);
    computed.push({ shape, dtype, values });
    for (const i of node.inputs) if (lastUse[i] === position) computed[i] = null;
  }
  return outputs.map((i) => toStorage(computed[i]!.values));
}

/** After which step each result is not needed any more; never for outputs. */
function lastUses({ nodes, outputs }: Graph): number[] {
  const last = new Array<number>(nodes.length).fill(-1);
  for (const [position, node] of nodes.entries()) {
    if (node.op !== null) for (const i of node.inputs) last[i] = position;
  }
  for (const i of outputs) last[i] = Infinity;
  return last;
}
