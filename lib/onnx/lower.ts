/**
 * From a graph to an ONNX model.
 *
 * A model is made for the sizes of one graph, or for all sizes: then it is made from several graphs
 * of one structure, and what differs between them is left open. Sizes that were equal wherever they
 * have been seen stay fixed, or equal to each other, which ONNX Runtime puts to use.
 */

import type { Graph, Leaf, Step } from '../backend/graph.ts';
import { type OnnxBody, onnxType } from '../ops/record.ts';
import { recordOf } from '../ops/records.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { ModelBuilder, type Port, type Weight } from './model.ts';

/** A model and how its ports belong to the graph. */
export interface LoweredGraph {
  readonly model: Uint8Array;
  /** Values that the model names and does not contain. */
  readonly weights: readonly Weight[];
  /** Model input `name` holds the values of the leaf at this position in the graph. */
  readonly inputs: readonly { name: string; position: number }[];
  /** Model inputs that hold sizes. */
  readonly sizes: readonly SizeInput[];
  /** Output i of the graph is this output, or input, of the model. */
  readonly results: readonly string[];
  /** The model's outputs. */
  readonly outputs: readonly string[];
}

/** A vector of sizes that a model has as input, or as a constant where `name` is null. */
export interface SizeInput {
  readonly name: string | null;
  /** What it is for each graph that the model was made from. */
  readonly values: readonly (readonly number[])[];
  /** How to work it out from another graph; all of these must give the same. */
  readonly from: ((graph: Graph) => readonly number[])[];
}

/** Lowers graphs that have one key. */
export function lower(graphs: readonly Graph[]): LoweredGraph {
  const builder = new ModelBuilder('', { weightsApart: true });
  const lowering = new Lowering(graphs, builder);
  const inputs: (Port & { position: number })[] = [];
  const leafName = (leaf: Leaf, position: number) => {
    const name = `x${position}`;
    if (graphs[0]!.frozen && leaf.owner !== null) {
      builder.weight({ name, dtype: leaf.dtype, shape: leaf.shape, bytes: bytesOf(leaf.owner) });
      return name;
    }
    // ONNX Runtime for Node cannot read Float16Arrays, so these come as float32
    const isHalf = leaf.dtype === 'float16';
    const dtype = isHalf ? 'float32' : leaf.dtype;
    inputs.push({ name, position, shape: symbolic(graphs, position), dtype });
    return isHalf ? builder.node('Cast', [name], { to: onnxType.float16 }) : name;
  };
  const names = lowering.steps((graph) => graph, builder, leafName);
  const [graph] = graphs as [Graph];
  const results = graph.outputs.map((position) => names[position]!);
  const isInput = new Set(inputs.map((port) => port.name));
  const ports = new Map<string, Port>();
  for (const [i, name] of results.entries()) {
    const position = graph.outputs[i]!;
    if (isInput.has(name)) continue;
    ports.set(name, {
      name,
      shape: symbolic(graphs, position),
      dtype: graph.nodes[position]!.dtype,
    });
  }
  const sizes = lowering.sizes;
  const open = sizes.filter(({ name }) => name !== null);
  const sizePorts = open.map(({ name, values }): Port => {
    return { name: name!, shape: [values[0]!.length], dtype: 'int64' };
  });
  const model = builder.build([...inputs, ...sizePorts], [...ports.values()]);
  const { weights } = builder;
  return { model, weights, inputs, sizes, results, outputs: [...ports.keys()] };
}

function bytesOf(parameter: Tensor): Uint8Array {
  const { buffer, byteOffset, byteLength } = parameter.origin.data!;
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** From a graph to itself, or to the body of a loop in it. */
type Locate = (root: Graph) => Graph;

type LeafName = (leaf: Leaf, position: number) => string;

class Lowering {
  readonly #graphs: readonly Graph[];
  readonly #root: ModelBuilder;
  readonly #sizes = new Map<string, SizeInput>();

  constructor(graphs: readonly Graph[], root: ModelBuilder) {
    this.#graphs = graphs;
    this.#root = root;
  }

  get sizes(): SizeInput[] {
    return [...this.#sizes.values()];
  }

  /** Lowers each step by its record; returns the names of the results. */
  steps(locate: Locate, builder: ModelBuilder, leafName: LeafName): string[] {
    const graphs = this.#graphs.map(locate);
    const { nodes } = graphs[0]!;
    const names: string[] = [];
    for (const [position, node] of nodes.entries()) {
      const isLeaf = node.op === null;
      const name = isLeaf ? leafName(node, position) : this.#step(locate, builder, position, names);
      names.push(name);
      if (!isLeaf && graphs.length > 1) {
        builder.annotate({ name, shape: symbolic(graphs, position), dtype: node.dtype });
      }
    }
    return names;
  }

  #step(locate: Locate, builder: ModelBuilder, position: number, names: readonly string[]): string {
    const { nodes } = locate(this.#graphs[0]!);
    const step = nodes[position] as Step;
    return recordOf(step.op).lower(builder, {
      names: step.inputs.map((i) => names[i]!),
      inputs: step.inputs.map((i) => nodes[i]!),
      output: step,
      attributes: step.attributes as never,
      sizes: (pick) => this.#sizesOf((root) => pick(attributesAt(locate(root), position))),
      body: (pick, passed, others) => {
        const locateBody = (root: Graph) => pick(attributesAt(locate(root), position));
        return this.#body(locateBody, builder.body(), passed, others);
      },
    });
  }

  /** The body of a loop, as a graph within the graph. */
  #body(
    locate: Locate,
    builder: ModelBuilder,
    passed: number,
    others: readonly string[],
  ): OnnxBody {
    const graphs = this.#graphs.map(locate);
    const inputs: Port[] = [];
    const names = this.steps(locate, builder, (leaf, position) => {
      if (position >= passed) return others[position - passed]!;
      const name = builder.name(`x${position}`);
      inputs.push({ name, shape: symbolic(graphs, position), dtype: leaf.dtype });
      return name;
    });
    const taken = new Set(inputs.map((port) => port.name).concat(others));
    const outputs = graphs[0]!.outputs.map((position): Port => {
      // results need names of their own
      const own = names[position]!;
      const name = taken.has(own) ? builder.node('Identity', [own]) : own;
      taken.add(name);
      const { dtype } = graphs[0]!.nodes[position]!;
      return { name, shape: symbolic(graphs, position), dtype };
    });
    return {
      uses: builder.uses(),
      write: (graph) => builder.write(graph, inputs, outputs),
    };
  }

  /** Vectors that have been equal wherever they were seen are one. */
  #sizesOf(from: (root: Graph) => readonly number[]): string {
    const values = this.#graphs.map(from);
    const key = values.map((list) => list.join()).join(';');
    const known = this.#sizes.get(key);
    const isFixed = values.every((list) => list.join() === values[0]!.join());
    if (known !== undefined) known.from.push(from);
    else {
      const name = isFixed ? null : `s${this.#sizes.size}`;
      this.#sizes.set(key, { name, values, from: [from] });
    }
    return isFixed ? this.#root.ints(values[0]!) : this.#sizes.get(key)!.name!;
  }
}

function attributesAt(graph: Graph, position: number): never {
  return (graph.nodes[position] as Step).attributes as never;
}

/** A shape in which sizes that differ between the graphs are names, equal for equal histories. */
function symbolic(graphs: readonly Graph[], position: number): (number | string)[] {
  return graphs[0]!.nodes[position]!.shape.map((size, dim) => {
    const values = graphs.map((graph) => graph.nodes[position]!.shape[dim]!);
    return values.every((value) => value === size) ? size : `d${values.join('_')}`;
  });
}
