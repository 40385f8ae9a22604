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
 * A faster form of a function of tensors: traced for each combination of shapes that comes, and a
 * few times more to see what depends on which size, then only computed.
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
  <Inputs extends readonly Tensor[], R extends Results>(f: (...inputs: Inputs) => R) =>
    compiled(f, { frozen: false }).call,
);

/** A compiled function, and a way to give up what was compiled for it. */
export interface CompiledFunction<Inputs extends readonly Tensor[], R extends Results> {
  call: (...inputs: Inputs) => Promise<R>;
  release: () => void;
}

/**
 * As {@link compile}. With `frozen` the caller promises to release it as soon as a parameter changes:
 * then the compiled model contains the parameters, in the order that suits the processor, which
 * makes products with few rows faster by half and takes their memory once more.
 */
export function compiled<Inputs extends readonly Tensor[], R extends Results>(
  f: (...inputs: Inputs) => R,
  { frozen }: { frozen: boolean },
): CompiledFunction<Inputs, R> {
  const programs = new Programs<{ results: R }>(
    (placeholders) => {
      const results = f(...(placeholders as unknown as Inputs));
      return { results, tensors: listOf(results) };
    },
    { frozen },
  );
  const call = async (...inputs: Inputs): Promise<R> => {
    await realize(...inputs);
    const program = await programs.for(inputs);
    const values = await run(program, inputs);
    const computed = values.map((data, i) => {
      const { shape, dtype } = program.graph.nodes[program.graph.outputs[i]!]!;
      return new Tensor(shape, dtype, { op: null, data });
    });
    return shapedLike(program.results, computed) as R;
  };
  return { call, release: () => programs.release() };
}

/** What tracing a function gives: the tensors to compute, and whatever is to be remembered. */
type Traced<Extra> = Extra & { readonly tensors: readonly Tensor[] };

/** So many shapes are remembered: sentences of all lengths come in more than need be. */
const keptPrograms = 64;

let frozenFunctions = 0;

/** The programs of one function, by the shapes of its inputs. */
export class Programs<Extra> {
  readonly #f: (placeholders: readonly Tensor[]) => Traced<Extra>;
  readonly #byShapes = new Map<string, Program & Traced<Extra>>();
  /** The shapes that came first. */
  #first: (readonly number[])[] | null = null;
  #areKnown = false;
  /** What tells this function's graphs from those with other parameters; null if not frozen. */
  readonly #frozen: string | null;

  constructor(
    f: (placeholders: readonly Tensor[]) => Traced<Extra>,
    { frozen }: { frozen: boolean } = { frozen: false },
  ) {
    this.#f = f;
    this.#frozen = frozen ? `frozen ${frozenFunctions++}` : null;
  }

  /** The program for inputs of these shapes, traced if it is not known. */
  async for(inputs: readonly Tensor[]): Promise<Program & Traced<Extra>> {
    const key = shapesOf(inputs);
    const program = this.#byShapes.get(key) ?? this.#traced(inputs);
    this.#byShapes.delete(key);
    this.#byShapes.set(key, program); // now the last
    if (this.#byShapes.size > keptPrograms) {
      this.#byShapes.delete(this.#byShapes.keys().next().value!);
    }
    // a parameter may be a computation: when it is used first, or was given another value since
    const pending = program.parameters.filter(({ origin }) => origin.data === null);
    if (pending.length > 0) await realize(...pending);
    return program;
  }

  /** Gives up what was compiled. */
  release(): void {
    for (const { graph } of this.#byShapes.values()) currentBackend().release?.(graph);
  }

  #traced(inputs: readonly Tensor[]): Program & Traced<Extra> {
    const shapes = inputs.map(({ shape }) => shape);
    const traced = trace(inputs, this.#f);
    const program = { ...traced, graph: this.#owned(traced.graph) };
    if (this.#first === null) this.#first = shapes;
    else if (!this.#areKnown) {
      this.#areKnown = true;
      program.graph.alike = this.#others(inputs, this.#first);
    }
    return program;
  }

  #owned(graph: Graph): Graph {
    if (this.#frozen === null) return graph;
    return { ...graph, key: `${graph.key} ${this.#frozen}`, frozen: true };
  }

  /**
   * The function's graphs for sizes that were never seen. The sizes that changed since the first
   * call will not be the only ones to change; tracing with another size where the function admits
   * it shows all that depends on it.
   */
  #others(inputs: readonly Tensor[], first: readonly (readonly number[])[]): Graph[] {
    const unchanged = new Set<number>();
    for (const [i, { shape }] of inputs.entries()) {
      for (const [dim, size] of shape.entries()) {
        if (size === first[i]?.[dim] && size > 2) unchanged.add(size);
      }
    }
    return [...unchanged].flatMap((size) => {
      const others = inputs.map((x, i) => {
        const isSame = (dim: number) => x.shape[dim] === size && first[i]?.[dim] === size;
        const shape = x.shape.map((own, dim) => (isSame(dim) ? own - 1 : own));
        return new Tensor(shape, x.dtype, { op: null, feed: () => fed(null) });
      });
      try {
        return [this.#owned(graphFrom(others, whileTracing(() => this.#f(others)).tensors))];
      } catch {
        return []; // this size has to be what it is
      }
    });
  }
}

/** A traced function. */
export interface Program {
  readonly graph: Graph;
  /** The parameters that the function reads. */
  readonly parameters: readonly Tensor[];
  /** The inputs' values during a run. */
  readonly slots: { data: TypedArray | null }[];
}

/** The shapes and types of some tensors as text. */
function shapesOf(inputs: readonly Tensor[]): string {
  for (const x of inputs) checkTensor('compile', x);
  return inputs.map((x) => `${x.dtype}${show(x.shape)}`).join();
}

/** Writes down what `f` makes of tensors of the given shapes. */
function trace<Extra>(
  inputs: readonly Tensor[],
  f: (placeholders: readonly Tensor[]) => Traced<Extra>,
): Program & Traced<Extra> {
  const slots = inputs.map(() => ({ data: null as TypedArray | null }));
  const placeholders = inputs.map(({ shape, dtype }, i) => {
    return new Tensor(shape, dtype, { op: null, feed: () => fed(slots[i]!.data) });
  });
  const traced = whileTracing(() => f(placeholders));
  const graph = graphFrom(placeholders, traced.tensors);
  const owners = graph.nodes.flatMap((node) => (node.op === null ? (node.owner ?? []) : []));
  return { ...traced, graph, parameters: [...new Set(owners)], slots };
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
