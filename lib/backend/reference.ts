/**
 * The reference back end: every step by the plain loops of its record. Slow, portable, and what the
 * others are held to.
 */

import type { Dense } from '../ops/record.ts';
import { recordOf } from '../ops/records.ts';
import { type NumberArray, type TypedArray, toNumbers, toStorage } from '../tensor/dtype.ts';
import type { Backend, Destinations } from './backend.ts';
import { type Graph, valuesOf } from './graph.ts';

export const referenceBackend: Backend = {
  name: 'reference',
  run: async (graph, into) => evaluate(graph, into),
};

/** The values of the graph's outputs; its first nodes may be given values. */
export function evaluate(
  graph: Graph,
  into?: Destinations,
  leaves?: readonly NumberArray[],
): TypedArray[] {
  const { nodes, outputs } = graph;
  const lastUse = lastUses(graph);
  const computed: (Dense | null)[] = [];
  const memo = new Map<unknown, unknown>();
  for (const [position, node] of nodes.entries()) {
    const { shape, dtype } = node;
    if (node.op === null) {
      computed.push({ shape, dtype, values: leaves?.[position] ?? toNumbers(valuesOf(node)) });
      continue;
    }
    const inputs = node.inputs.map((i) => computed[i]!);
    const values = recordOf(node.op).evaluate(inputs, node.attributes as never, node, memo);
    computed.push({ shape, dtype, values });
    for (const i of node.inputs) if (lastUse[i] === position) computed[i] = null;
  }
  return outputs.map((position, i) => handOver(toStorage(computed[position]!.values), into?.[i]));
}

/** A result in the array that it is wanted in, if any. */
export function handOver(values: TypedArray, wanted: TypedArray | null = null): TypedArray {
  if (wanted === null || wanted === values) return values;
  wanted.set(values as never);
  return wanted;
}

/** After which step each result is not needed any more; never for outputs. */
export function lastUses({ nodes, outputs }: Graph): number[] {
  const last = new Array<number>(nodes.length).fill(-1);
  for (const [position, node] of nodes.entries()) {
    if (node.op !== null) for (const i of node.inputs) last[i] = position;
  }
  for (const i of outputs) last[i] = Infinity;
  return last;
}
