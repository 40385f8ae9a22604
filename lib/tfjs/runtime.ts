/**
 * Starting TensorFlow.js with the fastest engine that is here.
 *
 * `@tensorflow/tfjs-node` (TensorFlow's own library) is used where somebody has installed it: its
 * installer downloads 200 MB from outside the registry, so we do not ask for it. Otherwise
 * WebAssembly computes, on one thread: TensorFlow.js leaves its threads off in Node
 * (tensorflow/tfjs#3830), and switched on by force they hang. Plain JavaScript comes last.
 */

import { createRequire } from 'node:module';
import { dirname, sep } from 'node:path';
import type * as Tfjs from '@tensorflow/tfjs-core';

export type { Tfjs };

/** What computes behind TensorFlow.js. */
export type Engine = 'tensorflow' | 'wasm' | 'cpu';

export interface Runtime {
  readonly tf: typeof Tfjs;
  readonly engine: Engine;
}

type Start = () => Promise<typeof Tfjs>;

const require = createRequire(import.meta.url);
/** Not written into the import, so that neither compiler nor bundler looks for it. */
const nodePackage = '@tensorflow/tfjs-node';

const engines: Record<Engine, Start> = {
  tensorflow: startTensorFlow,
  wasm: startWasm,
  cpu: startPlain,
};

/**
 * The first engine that starts; one line on the console for each that is here but fails.
 *
 * @param starts replaced in tests
 * @throws Error that names every reason where none starts
 */
export async function startRuntime(
  starts: Readonly<Record<Engine, Start>> = engines,
): Promise<Runtime> {
  const reasons: string[] = [];
  for (const engine of ['tensorflow', 'wasm', 'cpu'] as const) {
    try {
      const tf = await starts[engine]();
      if (reasons.length > 0) {
        console.warn(`TensorFlow.js computes with '${engine}' now: ${reasons.join('; ')}`);
      }
      return { tf, engine };
    } catch (error) {
      if (error instanceof NotInstalled) continue;
      reasons.push(`'${engine}' cannot start (${firstLine(error)})`);
    }
  }
  throw new Error(reasons.join('; ') || 'TensorFlow.js is not installed');
}

/** The optional package is not there, which is the ordinary case. */
class NotInstalled extends Error {}

async function startTensorFlow(): Promise<typeof Tfjs> {
  try {
    require.resolve(nodePackage);
  } catch {
    throw new NotInstalled();
  }
  // it calls a function that Node 23 took away
  const util = require('node:util') as { isNullOrUndefined?: (x: unknown) => boolean };
  util.isNullOrUndefined ??= (x) => x === null || x === undefined;
  const tf = (await import(nodePackage)) as typeof Tfjs;
  await use(tf, 'tensorflow');
  return tf;
}

async function startWasm(): Promise<typeof Tfjs> {
  const tf = await import('@tensorflow/tfjs-core');
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
  // the .wasm files lie beside the package's main file
  setWasmPaths(dirname(require.resolve('@tensorflow/tfjs-backend-wasm')) + sep);
  await use(tf, 'wasm');
  return tf;
}

async function startPlain(): Promise<typeof Tfjs> {
  const tf = await import('@tensorflow/tfjs-core');
  await import('@tensorflow/tfjs-backend-cpu');
  await use(tf, 'cpu');
  return tf;
}

async function use(tf: typeof Tfjs, engine: Engine): Promise<void> {
  tf.enableProdMode(); // no checks of every result, and no advertisement on the console
  if (!(await tf.setBackend(engine))) throw new Error('it did not say why');
  await tf.ready();
}

/** @internal The first line of an error's message. */
export function firstLine(error: unknown): string {
  return String(error instanceof Error ? error.message : error).split('\n')[0]!;
}
