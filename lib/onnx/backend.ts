/**
 * The ONNX back end: graphs become models that ONNX Runtime compiles once per structure and runs.
 */

import type { Tensor as OrtTensor } from 'onnxruntime-node';
import type { Backend, Destinations } from '../backend/backend.ts';
import { type Graph, type Leaf, valuesOf } from '../backend/graph.ts';
import { evaluate } from '../backend/reference.ts';
import { Work } from '../interrupts.ts';
import type { Spec } from '../ops/record.ts';
import type { TypedArray } from '../tensor/dtype.ts';
import { getProvider, setProvider } from './provider.ts';
import {
  type Compiled,
  compiledFor,
  forgetModels,
  forgetModelsOf,
  type Runtime,
  settings,
  statistics,
} from './sessions.ts';

export { settings, statistics };

let runtime: Work<Runtime | null> | null = null;

export const onnxBackend: Backend = {
  name: 'onnx',
  configure({ provider }) {
    if (provider === undefined || provider === getProvider()) return;
    setProvider(provider);
    forgetModels();
  },
  release: forgetModelsOf,
  async run(graph, into) {
    // ONNX Runtime does not take empty tensors everywhere; there is nothing to gain from it there
    if (graph.cost <= settings.smallGraph || graph.hasEmpty) {
      statistics.small++;
      return evaluate(graph, into);
    }
    if (runtime?.mayBeLost ?? true) runtime = new Work(loadRuntime());
    const ort = await runtime!.promise;
    if (ort === null) return evaluate(graph, into);
    try {
      const results = await runCompiled(ort, graph, into);
      statistics.run++;
      return results;
    } catch (cause) {
      // an error of the reader's (an index out of range) is told better by the plain loops
      const results = evaluate(graph, into);
      noteRefusal(cause);
      return results;
    }
  },
};

/** Why ONNX Runtime refused a graph last, for tests and the curious. */
export let lastRefusal: unknown = null;

function noteRefusal(cause: unknown): void {
  if (statistics.refused === 0) {
    console.warn(`ONNX Runtime refused a computation, which takes longer now: ${firstLine(cause)}`);
  }
  statistics.refused++;
  lastRefusal = cause;
}

function firstLine(error: unknown): string {
  return String(error instanceof Error ? error.message : error).split('\n')[0]!;
}

async function runCompiled(
  ort: Runtime,
  graph: Graph,
  into: Destinations | undefined,
): Promise<TypedArray[]> {
  let call = await callOf(ort, graph);
  // other sizes may have had the model replaced by a more general one meanwhile
  while (call.model.released) call = await callOf(ort, graph);
  const { model } = call;
  const feeds: Record<string, OrtTensor> = { ...call.sizes };
  const leaves: Record<string, TypedArray> = {};
  for (const { name, position } of model.inputs) {
    const leaf = graph.nodes[position] as Leaf;
    leaves[name] = valuesOf(leaf);
    feeds[name] = call.tensor(name, leaf, leaves[name]);
  }
  model.running++;
  const fetches = fetchesFor(call, graph, into);
  const fetched = await model.session.run(feeds, fetches).finally(() => model.running--);
  return model.results.map((name, i) => {
    const wanted = into?.[i];
    const found = leaves[name] ?? (fetched[name]!.data as TypedArray);
    if (!wanted || found === wanted) return found;
    wanted.set(found as never);
    return wanted;
  });
}

/** The outputs wanted, each with the memory that it is to be written to, if any. */
function fetchesFor(
  call: Call,
  graph: Graph,
  into: Destinations | undefined,
): Record<string, OrtTensor | null> {
  const { results, outputs } = call.model;
  const fetches: Record<string, OrtTensor | null> = {};
  for (const name of outputs) fetches[name] = null;
  for (const [i, data] of into?.entries() ?? []) {
    const name = results[i]!;
    const node = graph.nodes[graph.outputs[i]!]!;
    if (!data || fetches[name] !== null || node.dtype === 'float16') continue;
    fetches[name] = call.tensor(name, node, data);
  }
  return fetches;
}

/**
 * A graph and its model. What was handed over in the last run is handed over again where it is the
 * same: a small model has a hundred weights and takes less than a millisecond.
 */
class Call {
  readonly model: Compiled;
  /** The model's inputs that are sizes. */
  readonly sizes: Record<string, OrtTensor> = {};
  readonly #ort: Runtime;
  readonly #given = new Map<string, { data: TypedArray; tensor: OrtTensor }>();

  constructor(ort: Runtime, model: Compiled, graph: Graph) {
    this.#ort = ort;
    this.model = model;
    for (const { name, from } of model.sizes) {
      if (name === null) continue;
      const vector = BigInt64Array.from(from[0]!(graph), BigInt);
      this.sizes[name] = new ort.Tensor('int64', vector, [vector.length]);
    }
  }

  /** ONNX Runtime's tensor on these very values; float16 is widened. */
  tensor(name: string, { dtype, shape }: Spec, data: TypedArray): OrtTensor {
    const before = this.#given.get(name);
    if (before?.data === data && dtype !== 'float16') return before.tensor;
    const tensor =
      dtype === 'float16'
        ? new this.#ort.Tensor('float32', Float32Array.from(data as Float32Array), shape)
        : new this.#ort.Tensor(dtype, data as Float32Array, shape);
    this.#given.set(name, { data, tensor });
    return tensor;
  }
}

/** Calls by graph, for graphs that are run again and again. */
const calls = new WeakMap<Graph, Call>();

async function callOf(ort: Runtime, graph: Graph): Promise<Call> {
  const before = calls.get(graph);
  if (before !== undefined && !before.model.released) return before;
  const call = new Call(ort, await compiledFor(ort, graph), graph);
  calls.set(graph, call);
  return call;
}

/** Loads ONNX Runtime when it is needed first: loading takes a tenth of a second. */
async function loadRuntime(): Promise<Runtime | null> {
  try {
    const ort = await import('onnxruntime-node');
    ort.env.logLevel = 'fatal'; // what fails is told in our words
    return ort;
  } catch (error) {
    console.warn(
      `ONNX Runtime cannot be loaded, the back end 'reference', which is slower, is used instead: ` +
        firstLine(error),
    );
    return null;
  }
}
