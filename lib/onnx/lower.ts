/** From a graph to an ONNX model. */

import type { Graph, Leaf, Step } from '../backend/graph.ts';
import { recordOf } from '../ops/records.ts';
import { ModelBuilder, type Port } from './model.ts';

/** A model and how its ports belong to the graph. */
export interface LoweredGraph {
  readonly model: Uint8Array;
  /** Model input i holds the values of the leaf at this position in the graph. */
  readonly inputs: readonly { name: string; position: number }[];
  /** Output i of the graph is this output, or input, of the model. */
  readonly results: readonly string[];
  /** The model's outputs. */
  readonly outputs: readonly string[];
}

/**
 * Lowers each step by its record. Values are inputs, never constants, so that the model serves any
 * values.
 */
export function lower(graph: Graph): LoweredGraph {
  const { nodes } = graph;
  const builder = new ModelBuilder();
  const names: string[] = [];
  const inputs: (Port & { position: number })[] = [];
  for (const [position, node] of nodes.entries()) {
    if (node.op === null) {
      const name = `x${inputs.length}`;
      inputs.push({ name, position, shape: node.shape, dtype: node.dtype });
      names.push(name);
    } else {
      names.push(lowerStep(builder, node, nodes, names));
    }
  }
  const results = graph.outputs.map((position) => names[position]!);
  const isInput = new Set(inputs.map((port) => port.name));
  const ports = new Map<string, Port>();
  for (const [i, name] of results.entries()) {
    const { shape, dtype } = nodes[graph.outputs[i]!]!;
    if (!isInput.has(name)) ports.set(name, { name, shape, dtype });
  }
  const model = builder.build(inputs, [...ports.values()]);
  return { model, inputs, results, outputs: [...ports.keys()] };
}

function lowerStep(
  builder: ModelBuilder,
  step: Step,
  nodes: readonly (Step | Leaf)[],
  names: readonly string[],
): string {
  return recordOf(step.op).lower(builder, {
    names: step.inputs.map((i) => names[i]!),
    inputs: step.inputs.map((i) => nodes[i]!),
    output: step,
    attributes: step.attributes as never,
  });
}
