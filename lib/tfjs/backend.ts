/**
 * The TensorFlow.js back end: graphs are run step by step, each by the kernel in `kernels.ts`.
 *
 * What TensorFlow.js cannot do exactly (int64, which it lacks; integers, whose sums it may form in
 * floats; more than six dimensions; nothing at all in a tensor) the loops of the step's record do.
 */

import { type Backend, type Destinations, getBackend, setBackend } from '../backend/backend.ts';
import type { Graph, Step } from '../backend/graph.ts';
import { handOver, lastUses, numbersOf, runLoops } from '../backend/reference.ts';
import { Work } from '../interrupts.ts';
import { type NumberArray, type TypedArray, toStorage } from '../tensor/dtype.ts';
import { numelOf } from '../tensor/shape.ts';
import { kernelFor } from './kernels.ts';
import { firstLine, type Runtime, startRuntime, type Tfjs } from './runtime.ts';
import { Value } from './value.ts';

/** What has happened so far in this process, for tests and the curious. */
export const statistics = {
  /** Steps that a kernel of TensorFlow.js computed. */
  steps: 0,
  /** Steps that the loops computed, by their type or size. */
  loops: 0,
  /** Steps that a kernel refused and the loops computed. */
  refused: 0,
  /** Why, the last time. */
  lastRefusal: null as unknown,
};

/** Its kernels for many dimensions hold at most so many. */
const mostDimensions = 6;

/**
 * The back end. TensorFlow.js starts at the first graph.
 *
 * @param instead computes where TensorFlow.js cannot start, after one message that says why
 * @param start replaced in tests
 */
export function tfjsBackend(instead: Backend, start = startRuntime): Backend {
  let runtime: Work<Runtime | null> | null = null;
  const startOrSay = () =>
    start().catch((error: unknown) => {
      console.warn(
        `The back end 'tfjs' cannot start: ${firstLine(error)}. '${instead.name}' is used instead.`,
      );
      if (getBackend() === 'tfjs') setBackend(instead.name);
      return null;
    });
  return {
    name: 'tfjs',
    async run(graph, into) {
      if (runtime?.mayBeLost ?? true) runtime = new Work(startOrSay());
      const started = await runtime!.promise;
      return started === null ? instead.run(graph, into) : evaluate(started, graph, into);
    },
  };
}

/** The values of the graph's outputs. Nothing stays allocated in TensorFlow.js. */
function evaluate(runtime: Runtime, graph: Graph, into?: Destinations): TypedArray[] {
  const { nodes, outputs } = graph;
  const lastUse = lastUses(graph);
  const computed: (Value | null)[] = [];
  const memo = new Map<unknown, unknown>();
  const results: TypedArray[] = [];
  // a result handed out of tidy would be searched for tensors, element by element
  runtime.tf.tidy(() => {
    for (const [position, node] of nodes.entries()) {
      if (node.op === null) {
        computed.push(new Value(runtime, node, numbersOf(node)));
        continue;
      }
      const inputs = node.inputs.map((i) => computed[i]!);
      computed.push(new Value(runtime, node, runStep(runtime, node, inputs, memo)));
      for (const i of node.inputs) {
        if (lastUse[i] !== position) continue;
        computed[i]?.dispose();
        computed[i] = null;
      }
    }
    for (const i of outputs) results.push(toStorage(computed[i]!.values));
  });
  return results.map((values, i) => handOver(values, into?.[i]));
}

function runStep(
  runtime: Runtime,
  step: Step,
  inputs: readonly Value[],
  memo: Map<unknown, unknown>,
): NumberArray | Tfjs.Tensor {
  const kernel = kernelFor(step.op);
  if (kernel?.takes(inputs, step) && inputs.every(fits) && fits(step)) {
    try {
      const attributes = step.attributes as never;
      const tensor = kernel.run({ ...runtime, inputs, attributes, output: step });
      statistics.steps++;
      return tensor;
    } catch (cause) {
      // an error of the reader's (an index out of range) is thrown again by the loops
      const values = runLoops(step, inputs, memo);
      noteRefusal(step.op, cause);
      return values;
    }
  }
  statistics.loops++;
  return runLoops(step, inputs, memo);
}

function noteRefusal(op: string, cause: unknown): void {
  if (statistics.refused === 0) {
    console.warn(`TensorFlow.js refused ${op}, which takes longer now: ${firstLine(cause)}`);
  }
  statistics.refused++;
  statistics.lastRefusal = cause;
}

function fits({ shape }: { readonly shape: readonly number[] }): boolean {
  return shape.length <= mostDimensions && numelOf(shape) > 0;
}
