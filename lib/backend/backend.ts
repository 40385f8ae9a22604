/** What computes graphs, and which of these is in use. */

import type { TypedArray } from '../tensor/dtype.ts';
import type { Graph } from './graph.ts';
import { referenceBackend } from './reference.ts';

export type BackendName = 'onnx' | 'reference' | 'tfjs';

/** Settings of a back end. */
export interface BackendOptions {
  /** onnx: what computes behind it, 'cpu' unless LECTERN_ONNX_PROVIDER says otherwise. */
  provider?: 'cpu' | 'cuda' | 'webgpu';
}

/** Computes graphs. */
export interface Backend {
  readonly name: BackendName;
  /**
   * The values of the graph's outputs, in order; written to the arrays in `into` where it has one.
   */
  run(graph: Graph, into?: Destinations): Promise<TypedArray[]>;
  /** Gives up what was compiled for a graph, and for others of the same key. */
  release?(graph: Graph): void;
  /** Takes settings over. */
  configure?(options: BackendOptions): void;
}

/** Where outputs are to be written; null where a fresh array will do. */
export type Destinations = readonly (TypedArray | null)[];

const available = new Map<BackendName, Backend>([['reference', referenceBackend]]);
let current: Backend = referenceBackend;

/** Makes a back end available. */
export function registerBackend(backend: Backend): void {
  available.set(backend.name, backend);
}

/**
 * Chooses what computes tensors from now on: `setBackend('tfjs')`, or `setBackend('onnx', {
 * provider: 'webgpu' })`. A back end or a provider that cannot start says so at the first
 * computation, and which one is used instead.
 *
 * @throws Error where there is no such back end, provider or setting
 */
export function setBackend(name: BackendName, options?: BackendOptions): void {
  const backend = available.get(name);
  if (backend === undefined) {
    const names = [...available.keys()].join(', ');
    throw new Error(`setBackend: there is no back end '${name}' here; there is ${names}`);
  }
  if (options !== undefined) {
    if (!backend.configure) throw new Error(`setBackend: '${name}' has no settings`);
    backend.configure(options);
  }
  current = backend;
}

/** The name of the back end in use. */
export function getBackend(): BackendName {
  return current.name;
}

/** @internal The back end in use. */
export function currentBackend(): Backend {
  return current;
}
