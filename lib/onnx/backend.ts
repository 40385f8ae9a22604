/**
 * The ONNX back end: graphs become models that ONNX Runtime compiles once per structure and runs.
 */

import type { Tensor as OrtTensor } from 'onnxruntime-node';
import type { Backend, Destinations } from '../backend/backend.ts';
import { type Graph, type Leaf, valuesOf } from '../backend/graph.ts';
import { evaluate } from '../backend/reference.ts';
import { Work } from '../interrupts.ts';
import type { TypedArray } from '../tensor/dtype.ts';
import { getProvider, setProvider } from './provider.ts';
import {
  type Compiled,
  compiledFor,
  forgetModels,
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
  let model = await modelFor(ort, graph);
  // other sizes may have had it replaced by a more general one meanwhile
  while (model.released) model = await modelFor(ort, graph);
  const feeds: Record<string, OrtTensor> = {};
  const leaves: Record<string, TypedArray> = {};
  for (const { name, position } of model.inputs) {
    const leaf = graph.nodes[position] as Leaf;
    const data = valuesOf(leaf);
    leaves[name] = data;
    feeds[name] =
      leaf.dtype === 'float16'
        ? new ort.Tensor('float32', Float32Array.from(data as Float32Array), leaf.shape)
        : new ort.Tensor(leaf.dtype, data as Float32Array, leaf.shape);
  }
  for (const { name, from } of model.sizes) {
    if (name === null) continue;
    const vector = BigInt64Array.from(from[0]!(graph), BigInt);
    feeds[name] = new ort.Tensor('int64', vector, [vector.length]);
  }
  model.running++;
  const fetches = fetchesFor(ort, model, graph, into);
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
  ort: Runtime,
  { results, outputs }: Compiled,
  graph: Graph,
  into: Destinations | undefined,
): Record<string, OrtTensor | null> {
  const fetches: Record<string, OrtTensor | null> = {};
  for (const name of outputs) fetches[name] = null;
  for (const [i, data] of into?.entries() ?? []) {
    const name = results[i]!;
    const { dtype, shape } = graph.nodes[graph.outputs[i]!]!;
    if (!data || fetches[name] !== null || dtype === 'float16') continue;
    fetches[name] = new ort.Tensor(dtype, data as Float32Array, shape);
  }
  return fetches;
}

/** Models by graph, for graphs that are run again and again. */
const known = new WeakMap<Graph, Compiled>();

async function modelFor(ort: Runtime, graph: Graph): Promise<Compiled> {
  const before = known.get(graph);
  if (before !== undefined && !before.released) return before;
  const model = await compiledFor(ort, graph);
  known.set(graph, model);
  return model;
}

/** Loads ONNX Runtime when it is needed first: loading takes a tenth of a second. */
async function loadRuntime(): Promise<Runtime | null> {
  try {
    const ort = await import('onnxruntime-node');
    ort.env.logLevel = 'fatal'; // what fails is told in our words
    return ort;
  } catch (error) {
    console.warn(
      `ONNX Runtime could not be loaded, tensors are computed more slowly: ${firstLine(error)}`,
    );
    return null;
  }
}
