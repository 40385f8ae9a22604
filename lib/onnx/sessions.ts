/**
 * Compiled models: one for the sizes of the first graph of a structure, one for all others.
 *
 * A model for given sizes is a little faster, and most structures are only ever seen with one set
 * of sizes. The second set is answered with a model that leaves open what differed. Should a third
 * set differ in more than that, the general model is made again from all that was seen.
 */

import type { InferenceSession } from 'onnxruntime-node';
import type { Graph } from '../backend/graph.ts';
import { Work } from '../interrupts.ts';
import { type LoweredGraph, lower } from './lower.ts';
import { startSession } from './provider.ts';

export type Runtime = typeof import('onnxruntime-node');

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
  /** Further options for ONNX Runtime. */
  session: {} as InferenceSession.SessionOptions,
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

/** A compiled model. */
export interface Compiled extends Omit<LoweredGraph, 'weights'> {
  readonly session: InferenceSession;
  readonly serves: (graph: Graph) => boolean;
  readonly elements: number;
  /** Runs under way. */
  running: number;
  /** Whether it is gone: it was not used for long, or a more general one replaced it. */
  released: boolean;
}

/** The models of one structure. */
interface Family {
  /** Graphs, without their values, that the general model was made from; the first has its own. */
  readonly seen: Graph[];
  readonly models: Work<Compiled>[];
}

/** Families by the key of their graphs, the one unused for longest first. */
const families = new Map<string, Family>();

/** The compiled model for a graph: from memory if there is one that serves its sizes. */
export async function compiledFor(ort: Runtime, graph: Graph): Promise<Compiled> {
  forgetLost();
  const family = families.get(graph.key) ?? { seen: [], models: [] };
  families.delete(graph.key);
  families.set(graph.key, family); // now the last
  for (const { promise } of family.models) {
    const model = await promise;
    if (model.serves(graph)) return model;
  }
  const alike = graph.alike.filter(({ key }) => key === graph.key);
  family.seen.push(
    withoutValues(graph),
    ...(family.seen.length > 0 ? alike.map(withoutValues) : []),
  );
  const isFirst = family.seen.length === 1;
  const made = compile(ort, isFirst ? [graph] : family.seen);
  const replaced = family.models.length > 1 ? family.models.pop() : undefined;
  family.models.push(new Work(made));
  replaced?.promise.then(release);
  made.catch(() => families.delete(graph.key));
  const model = await made;
  await dropOldest();
  return model;
}

async function compile(ort: Runtime, graphs: readonly Graph[]): Promise<Compiled> {
  const { weights, ...lowered } = lower(graphs);
  statistics.compiled++;
  const latest = graphs.at(-1)!;
  const session = await startSession((provider) =>
    ort.InferenceSession.create(lowered.model, {
      externalData: weights.map(({ name, bytes }) => ({ path: name, data: asBuffer(bytes) })),
      graphOptimizationLevel: 'all',
      logSeverityLevel: 4,
      ...(latest.cost < settings.manyThreads && { intraOpNumThreads: 1 }),
      ...provider,
      ...settings.session,
    }),
  );
  const serves =
    graphs.length === 1 ? sameSizes(graphs[0]!.sizes) : fittingSizes(graphs, lowered.sizes);
  const elements = weights.reduce((sum, { bytes }) => sum + bytes.length / 4, latest.elements);
  return { ...lowered, session, serves, elements, running: 0, released: false };
}

/** The binding for Node demands a Buffer. */
function asBuffer(bytes: Uint8Array): Uint8Array {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

function sameSizes(sizes: readonly number[]): Compiled['serves'] {
  return (graph) => graph.sizes.every((size, i) => size === sizes[i]);
}

/**
 * Whether what was fixed in all graphs seen is the same again, and what was equal in them is equal
 * again.
 */
function fittingSizes(
  graphs: readonly Graph[],
  vectors: LoweredGraph['sizes'],
): Compiled['serves'] {
  const classes = new Map<string, number>();
  const fixed: (number | null)[] = [];
  const classOf = graphs[0]!.sizes.map((size, i) => {
    const history = graphs.map((graph) => graph.sizes[i]!);
    const name = history.join();
    if (!classes.has(name)) {
      classes.set(name, classes.size);
      fixed.push(history.every((other) => other === size) ? size : null);
    }
    return classes.get(name)!;
  });
  return (graph) => {
    const values = fixed.slice();
    const consistent = graph.sizes.every((size, i) => {
      const expected = values[classOf[i]!] ?? size;
      values[classOf[i]!] = expected;
      return expected === size;
    });
    return (
      consistent &&
      vectors.every(({ name, values, from }) => {
        const wanted = (name === null ? values[0]! : from[0]!(graph)).join();
        return from.every((work) => work(graph).join() === wanted);
      })
    );
  };
}

/** The structure and the sizes of a graph; its values would be kept from being forgotten. */
function withoutValues(graph: Graph): Graph {
  const nodes = graph.nodes.map((node) =>
    node.op === null ? { ...node, origin: null as never } : node,
  );
  return { ...graph, nodes };
}

/** Gives up families with a model whose compilation may never end. */
function forgetLost(): void {
  for (const [key, family] of families) {
    if (family.models.some((work) => work.mayBeLost)) families.delete(key);
  }
}

/** Gives up families until the others are few and small enough; never the latest. */
async function dropOldest(): Promise<void> {
  let elements = 0;
  let models = 0;
  const sizes = new Map<string, number>();
  for (const [key, family] of families) {
    const settled = await Promise.all(family.models.map(({ promise }) => promise));
    const size = settled.reduce((sum, model) => sum + model.elements, 0);
    sizes.set(key, size);
    elements += size;
    models += settled.length;
  }
  for (const [key, family] of families) {
    const fits = models <= settings.keptSessions && elements <= settings.keptElements;
    if (fits || families.size === 1) return;
    families.delete(key);
    elements -= sizes.get(key) ?? 0;
    models -= family.models.length;
    for (const { promise } of family.models) promise.then(release).catch(() => {});
  }
}

/** Gives all models up: the next graphs are compiled anew. */
export function forgetModels(): void {
  for (const family of families.values()) {
    for (const { promise } of family.models) promise.then(release).catch(() => {});
  }
  families.clear();
}

/** Gives up the models of one structure. */
export function forgetModelsOf({ key }: Graph): void {
  for (const { promise } of families.get(key)?.models ?? []) promise.then(release).catch(() => {});
  families.delete(key);
}

async function release(model: Compiled): Promise<void> {
  model.released = true;
  if (model.running === 0) await model.session.release(); // else the garbage collector does
}
