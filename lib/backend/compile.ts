/**
 * Functions that are traced once and run often.
 *
 * Writing down the thousand operations of a training step takes longer than a small step itself.
 * `compile` writes them down once for each combination of input shapes.
 */

import { publicOp } from '../forbid.ts';
import { checkTensor, isPromise } from '../tensor/apply.ts';
import type { TypedArray } from '../tensor/dtype.ts';
import { DTypeError, LibraryError } from '../tensor/errors.ts';
import { show } from '../tensor/shape.ts';
import { Tensor } from '../tensor/tensor.ts';
import { whileTracing } from '../tensor/tracing.ts';
import { currentBackend, type Destinations } from './backend.ts';
import { type Graph, graphFrom } from './graph.ts';
import { realize } from './realize.ts';

/** What a compiled function may give: a tensor, or several in a list or under names. */
export type Results = Tensor | readonly Tensor[] | Readonly<Record<string, Tensor>>;

/**
 * A faster form of a function of tensors: traced once for each combination of shapes, then only
 * computed.
 *
 * Parameters that the function reads have their present values at every run, and random tensors
 * drawn from a `Generator` are drawn anew. Other tensors and numbers from outside are those of the
 * first run.
 *
 * @param f from tensors to a tensor, a list or a record of tensors; not async
 * @returns a function of the same inputs that gives a promise of computed tensors
 * @throws LibraryError where `f` asks for values, which are not known while it is traced
 */
export const compile = publicOp(
  'compile',
  <Inputs extends readonly Tensor[], R extends Results>(f: (...inputs: Inputs) => R) => {
    const programs = new Map<string, Program & { results: R }>();
    return async (...inputs: Inputs): Promise<R> => {
      await realize(...inputs);
      const key = shapesOf(inputs);
      let program = programs.get(key);
      if (program === undefined) {
        let results!: R;
        const traced = await trace(inputs, (placeholders) => {
          results = f(...(placeholders as unknown as Inputs));
          return listOf(results);
        });
        program = { ...traced, results };
        programs.set(key, program);
      }
      const values = await run(program, inputs);
      const computed = values.map((data, i) => {
        const { shape, dtype } = program.graph.nodes[program.graph.outputs[i]!]!;
        return new Tensor(shape, dtype, { op: null, data });
      });
      return shapedLike(program.results, computed) as R;
    };
  },
);

/** A traced function. */
export interface Program {
  readonly graph: Graph;
  /** The inputs' values during a run. */
  readonly slots: { data: TypedArray | null }[];
}

/** The shapes and types of some tensors as text. */
export function shapesOf(inputs: readonly Tensor[]): string {
  for (const x of inputs) checkTensor('compile', x);
  return inputs.map((x) => `${x.dtype}${show(x.shape)}`).join();
}

/** Writes down what `f` makes of tensors of the given shapes. */
export async function trace(
  inputs: readonly Tensor[],
  f: (placeholders: readonly Tensor[]) => readonly Tensor[],
): Promise<Program> {
  const slots = inputs.map(() => ({ data: null as TypedArray | null }));
  const placeholders = inputs.map(({ shape, dtype }, i) => {
    return new Tensor(shape, dtype, { op: null, feed: () => fed(slots[i]!.data) });
  });
  const results = whileTracing(() => f(placeholders));
  const graph = graphFrom(placeholders, results);
  await realizeParameters(graph);
  return { graph, slots };
}

/** Computes a traced function for inputs that have their values. */
export async function run(
  { graph, slots }: Program,
  inputs: readonly Tensor[],
  into?: Destinations,
): Promise<TypedArray[]> {
  for (const [i, slot] of slots.entries()) slot.data = inputs[i]!.origin.data;
  try {
    const values = await currentBackend().run(graph, into);
    return values.map((data, i) =>
      isBorrowed(graph, i) && into?.[i] !== data ? data.slice() : data,
    );
  } finally {
    for (const slot of slots) slot.data = null;
  }
}

/** A result that is an input or a parameter itself is copied, since these go on changing. */
function isBorrowed(graph: Graph, output: number): boolean {
  return graph.nodes[graph.outputs[output]!]!.op === null;
}

function fed(data: TypedArray | null): TypedArray {
  if (data !== null) return data;
  throw new LibraryError(
    'compile: the values of an input are not known while the function is traced; ' +
      'give back the tensors whose values you want and await the result',
  );
}

/** A parameter may still be a computation when it is used first. */
async function realizeParameters(graph: Graph): Promise<void> {
  const owners = graph.nodes.flatMap((node) => (node.op === null ? (node.owner ?? []) : []));
  await realize(...owners);
}

function listOf(results: Results): Tensor[] {
  if (isPromise(results)) {
    throw new DTypeError('compile: the function must give tensors at once, not a promise');
  }
  const list = results instanceof Tensor ? [results] : Object.values(results);
  for (const x of list) checkTensor('compile', x);
  return list;
}

function shapedLike(results: Results, computed: Tensor[]): Results {
  if (results instanceof Tensor) return computed[0]!;
  if (Array.isArray(results)) return computed;
  return Object.fromEntries(Object.keys(results).map((name, i) => [name, computed[i]!]));
}
