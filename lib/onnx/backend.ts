/**
 * The ONNX back end: graphs become models that ONNX Runtime compiles once per structure and runs.
 */

import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import type { Backend } from '../backend/backend.ts';
import type { Graph } from '../backend/graph.ts';
import { evaluate } from '../backend/reference.ts';
import type { TypedArray } from '../tensor/dtype.ts';
import { type LoweredGraph, lower } from './lower.ts';

/** What may be tuned; tests do. */
export const settings = {
  /**
   * Graphs that cost no more multiplications are computed by plain loops at once, without compiling
   * anything.
   */
  smallGraph: 100_000,
  /** Graphs that cost less run on one thread: waking others takes longer. */
  manyThreads: 2_000_000,
  /** So many compiled graphs are kept, those used last … */
  keptSessions: 64,
  /** … with so many elements in all their tensors together; about a third of that stays allocated. */
  keptElements: 300_000_000,
};

/** What has happened so far in this process. */
export const statistics = {
  /** Graphs compiled. */
  compiled: 0,
  /** Graphs run by ONNX Runtime. */
  run: 0,
  /** Graphs computed by plain loops because they were small. */
  small: 0,
  /** Graphs that ONNX Runtime refused and plain loops computed. */
  refused: 0,
};

interface Compiled extends LoweredGraph {
  readonly session: InferenceSession;
  /** Runs under way. */
  running: number;
}

type Runtime = typeof import('onnxruntime-node');

/** A compiled graph, or one that is being compiled. */
interface Entry {
  readonly compiled: Promise<Compiled>;
  readonly elements: number;
}

/** Entries by the key of their graph, the one unused for longest first. */
const entries = new Map<string, Entry>();
let runtime: Promise<Runtime | null> | null = null;

export const onnxBackend: Backend = {
  name: 'onnx',
  async run(graph) {
    // ONNX Runtime does not take empty tensors everywhere; there is nothing to gain from it there
    if (graph.cost <= settings.smallGraph || graph.hasEmpty) {
      statistics.small++;
      return evaluate(graph);
    }
    runtime ??= loadRuntime();
    const ort = await runtime;
    if (ort === null) return evaluate(graph);
    try {
      const results = await runCompiled(ort, graph);
      statistics.run++;
      return results;
    } catch (cause) {
      // an error of the reader's (an index out of range) is told better by the plain loops
      const results = evaluate(graph);
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

async function runCompiled(ort: Runtime, graph: Graph): Promise<TypedArray[]> {
  const entry = await compiled(ort, graph);
  const { session, inputs, results, outputs } = entry;
  const feeds: Record<string, OrtTensor> = {};
  const leaves: Record<string, TypedArray> = {};
  for (const { name, position } of inputs) {
    const leaf = graph.nodes[position]!;
    if (leaf.op !== null) throw new Error(`node ${position} of the graph holds no values`);
    leaves[name] = leaf.data;
    feeds[name] = new ort.Tensor(leaf.dtype, leaf.data, leaf.shape);
  }
  entry.running++;
  const fetched = await session.run(feeds, outputs).finally(() => entry.running--);
  return results.map((name) => leaves[name] ?? (fetched[name]!.data as TypedArray));
}

/** The compiled graph: from memory if one of the same structure has been compiled before. */
function compiled(ort: Runtime, graph: Graph): Promise<Compiled> {
  const { key, elements } = graph;
  const known = entries.get(key);
  const entry = known ?? { compiled: compile(ort, graph), elements };
  entries.delete(key);
  entries.set(key, entry); // now the last
  if (known === undefined) {
    entry.compiled.catch(() => entries.delete(key));
    dropOldest();
  }
  return entry.compiled;
}

async function compile(ort: Runtime, graph: Graph): Promise<Compiled> {
  const lowered = lower(graph);
  statistics.compiled++;
  const session = await ort.InferenceSession.create(lowered.model, {
    graphOptimizationLevel: 'all',
    logSeverityLevel: 4,
    ...(graph.cost < settings.manyThreads && { intraOpNumThreads: 1 }),
  });
  return { ...lowered, session, running: 0 };
}

/** Gives up compiled graphs until the others are few and small enough; never the latest. */
function dropOldest(): void {
  let elements = 0;
  for (const entry of entries.values()) elements += entry.elements;
  for (const [key, entry] of entries) {
    const fits = entries.size <= settings.keptSessions && elements <= settings.keptElements;
    if (fits || entries.size === 1) return;
    entries.delete(key);
    elements -= entry.elements;
    entry.compiled.then(release).catch(() => {}); // what did not compile needs no release
  }
}

async function release({ session, running }: Compiled): Promise<void> {
  if (running === 0) await session.release(); // else the garbage collector does
}

/** Loads ONNX Runtime when it is needed first: loading takes a tenth of a second. */
async function loadRuntime(): Promise<Runtime | null> {
  try {
    return await import('onnxruntime-node');
  } catch (error) {
    console.warn(
      `ONNX Runtime could not be loaded, tensors are computed more slowly: ${firstLine(error)}`,
    );
    return null;
  }
}
