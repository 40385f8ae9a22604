/**
 * The reference back end: every step by the plain loops of its record. Slow, portable, and what the
 * others are held to.
 */

import type { Dense, OpName } from '../ops/record.ts';
import { recordOf } from '../ops/records.ts';
import { type NumberArray, type TypedArray, toNumbers, toStorage } from '../tensor/dtype.ts';
import { DTypeError } from '../tensor/errors.ts';
import type { Backend, Destinations } from './backend.ts';
import { type Graph, type Leaf, type Step, valuesOf } from './graph.ts';

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
      computed.push({ shape, dtype, values: leaves?.[position] ?? numbersOf(node) });
      continue;
    }
    const inputs = node.inputs.map((i) => computed[i]!);
    computed.push({ shape, dtype, values: runLoops(node, inputs, memo) });
    for (const i of node.inputs) if (lastUse[i] === position) computed[i] = null;
  }
  return outputs.map((position, i) => handOver(toStorage(computed[position]!.values), into?.[i]));
}

/** Operations that make whole numbers larger than their inputs. */
const growing: ReadonlySet<OpName> = new Set<OpName>([
  ...(['neg', 'add', 'sub', 'mul', 'pow'] as const),
  ...(['sum', 'prod', 'cumsum', 'matmul', 'scatterAdd'] as const),
]);

/**
 * One step, by the loops of its record.
 *
 * @throws DTypeError where an int64, which is a double in the loops, may have been rounded
 */
export function runLoops(
  step: Step,
  inputs: readonly Dense[],
  memo: Map<unknown, unknown>,
): NumberArray {
  for (const { values } of inputs) {
    if (step.op !== 'cast' && rounded.has(values)) refuse(step.op, values);
  }
  const values = recordOf(step.op).evaluate(inputs, step.attributes as never, step, memo);
  if (step.dtype === 'int64' && growing.has(step.op) && values.some(isBeyondExact)) {
    refuse(step.op, values);
  }
  return values;
}

/** Values that were rounded when they became doubles; they may still be cast to floats. */
const rounded = new WeakSet<NumberArray>();

const isBeyondExact = (value: number): boolean => Math.abs(value) > Number.MAX_SAFE_INTEGER;

/** The values of a leaf, to compute with. */
export function numbersOf(leaf: Leaf): NumberArray {
  const stored = valuesOf(leaf);
  const numbers = toNumbers(stored);
  if (stored instanceof BigInt64Array) {
    const isRounded = (value: number, i: number) =>
      isBeyondExact(value) && BigInt(value) !== stored[i];
    if (numbers.some(isRounded)) rounded.add(numbers);
  }
  return numbers;
}

function refuse(op: string, values: NumberArray): never {
  throw new DTypeError(
    `${op}: int64 is computed exactly up to ±2^53 here, and there is about ` +
      `${values.find(isBeyondExact)}; cast('float32') first where rounded numbers will do`,
  );
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
