/**
 * Writing ONNX models: nodes and constants are collected, then written as a ModelProto.
 * Field numbers are those of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto (IR version 9,
 * operator set 20).
 */

import { type Emitter, type OnnxAttribute, onnxType, type Spec } from '../ops/record.ts';
import type { DType } from '../tensor/dtype.ts';
import { MessageWriter } from './protobuf.ts';

const irVersion = 9;
const operatorSet = 20;

interface Node {
  readonly type: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Record<string, OnnxAttribute>;
  /** '' for ONNX's own operators, 'com.microsoft' for those that only ONNX Runtime has. */
  readonly domain: string;
}

/** A constant: a list of numbers of type `dtype`. */
interface Constant {
  readonly name: string;
  readonly dtype: DType;
  readonly dims: readonly number[];
  readonly values: readonly number[];
}

/** Values that are part of the model: a trained model's weights. */
export interface Weight extends Spec {
  readonly name: string;
  /** As in memory, lowest byte first. */
  readonly bytes: Uint8Array;
}

/** Name, type and shape of a value; a size that is open is a name, equal sizes having one name. */
export interface Port {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly (number | string)[];
}

/** Collects the nodes of a model, or of the body of a loop in one. */
export class ModelBuilder implements Emitter {
  readonly memo = new Map<unknown, unknown>();
  readonly #prefix: string;
  readonly #nodes: Node[] = [];
  readonly #constants = new Map<string, Constant>();
  readonly #weights: Weight[] = [];
  readonly #weightsApart: boolean;
  readonly #annotations: Port[] = [];
  #bodies = 0;

  /** With `weightsApart` the model names its weights only, and `weights` has their values. */
  constructor(prefix = '', { weightsApart = false } = {}) {
    this.#prefix = prefix;
    this.#weightsApart = weightsApart;
  }

  /** What was made part of the model. */
  get weights(): readonly Weight[] {
    return this.#weights;
  }

  node(
    type: string,
    inputs: readonly string[],
    attributes: Record<string, OnnxAttribute> = {},
    domain = '',
  ): string {
    return this.nodes(type, inputs, 1, attributes, domain)[0]!;
  }

  nodes(
    type: string,
    inputs: readonly string[],
    count: number,
    attributes: Record<string, OnnxAttribute> = {},
    domain = '',
  ): string[] {
    const id = `${this.#prefix}n${this.#nodes.length}`;
    const outputs = Array.from({ length: count }, (_, i) => (count === 1 ? id : `${id}_${i}`));
    this.#nodes.push({ type, inputs, outputs, attributes, domain });
    return outputs;
  }

  /** Gives a result the name under which it comes out of the model. */
  output(name: string, result: string): void {
    const node = {
      type: 'Identity',
      inputs: [result],
      outputs: [name],
      attributes: {},
      domain: '',
    };
    this.#nodes.push(node);
  }

  /** Makes values part of the model. */
  weight(weight: Weight): void {
    this.#weights.push(weight);
  }

  ints(values: readonly number[]): string {
    return this.#constant('int64', [values.length], values);
  }

  scalar(value: number, dtype: DType): string {
    return this.#constant(dtype, [], [value]);
  }

  vector(values: readonly number[], dtype: DType): string {
    return this.#constant(dtype, [values.length], values);
  }

  /** A builder for the body of a loop, whose nodes may use names of this one. */
  body(): ModelBuilder {
    return new ModelBuilder(`${this.#prefix}b${this.#bodies++}.`);
  }

  /** A name that is this builder's own. */
  name(name: string): string {
    return `${this.#prefix}${name}`;
  }

  /** All names that the nodes use. */
  uses(): string[] {
    return this.#nodes.flatMap(({ inputs, attributes }) => [
      ...inputs,
      ...Object.values(attributes).flatMap(usesOf),
    ]);
  }

  /** Says what is known about the shape of a result. */
  annotate(port: Port): void {
    this.#annotations.push(port);
  }

  /** The model as bytes. */
  build(inputs: readonly Port[], outputs: readonly Port[]): Uint8Array {
    return new MessageWriter()
      .int(1, irVersion)
      .string(2, 'lectern')
      .message(8, (opset) => opset.string(1, '').int(2, operatorSet))
      .message(8, (opset) => opset.string(1, 'com.microsoft').int(2, 1))
      .message(7, (graph) => this.write(graph, inputs, outputs))
      .finish();
  }

  /** Writes a GraphProto; nodes whose results nobody uses are left out. */
  write(graph: MessageWriter, inputs: readonly Port[], outputs: readonly Port[]): void {
    const nodes = this.#usedNodes(outputs);
    for (const node of nodes) graph.message(1, (inner) => writeNode(inner, node));
    graph.string(2, `${this.#prefix}graph`);
    for (const constant of this.#constants.values()) {
      graph.message(5, (inner) => writeConstant(inner, constant));
    }
    const write = this.#weightsApart ? writeReference : writeWeight;
    for (const weight of this.#weights) graph.message(5, (inner) => write(inner, weight));
    for (const port of inputs) graph.message(11, (inner) => writePort(inner, port));
    for (const port of outputs) graph.message(12, (inner) => writePort(inner, port));
    const known = new Set([...inputs, ...outputs].map((port) => port.name));
    const made = new Set(nodes.flatMap((node) => node.outputs));
    for (const port of this.#annotations) {
      if (known.has(port.name) || !made.has(port.name)) continue;
      known.add(port.name);
      graph.message(13, (inner) => writePort(inner, port));
    }
  }

  #usedNodes(outputs: readonly Port[]): Node[] {
    const used = new Set(outputs.map((port) => port.name));
    const kept: Node[] = [];
    for (const node of this.#nodes.toReversed()) {
      if (!node.outputs.some((name) => used.has(name))) continue;
      kept.push(node);
      for (const name of node.inputs) used.add(name);
      for (const value of Object.values(node.attributes)) {
        for (const name of usesOf(value)) used.add(name);
      }
    }
    return kept.reverse();
  }

  /** Equal constants are written once. */
  #constant(dtype: DType, dims: readonly number[], values: readonly number[]): string {
    const key = `${dtype}[${dims}]${values.map((v) => (Object.is(v, -0) ? '-0' : v))}`;
    const known = this.#constants.get(key);
    if (known !== undefined) return known.name;
    const constant = { name: `${this.#prefix}c${this.#constants.size}`, dtype, dims, values };
    this.#constants.set(key, constant);
    return constant.name;
  }
}

/** The outer names that a loop's body uses. */
function usesOf(value: OnnxAttribute): readonly string[] {
  return typeof value === 'object' && 'uses' in value ? value.uses : [];
}

/** NodeProto */
function writeNode(writer: MessageWriter, node: Node): void {
  for (const input of node.inputs) writer.string(1, input);
  for (const output of node.outputs) writer.string(2, output);
  writer.string(4, node.type);
  for (const [name, value] of Object.entries(node.attributes)) {
    writer.message(5, (attribute) => writeAttribute(attribute.string(1, name), value));
  }
  if (node.domain !== '') writer.string(7, node.domain);
}

/** AttributeProto; field 20 says which of the value fields counts. */
function writeAttribute(writer: MessageWriter, value: OnnxAttribute): void {
  if (typeof value === 'number') writer.int(3, value).int(20, 2);
  else if (typeof value === 'string') writer.string(4, value).int(20, 3);
  else if ('float' in value) writer.float(2, value.float).int(20, 1);
  else if ('write' in value) writer.message(6, (graph) => value.write(graph)).int(20, 5);
  else writer.ints(8, value).int(20, 7);
}

/** TensorProto */
function writeConstant(writer: MessageWriter, { name, dtype, dims, values }: Constant): void {
  for (const size of dims) writer.int(1, size);
  writer.int(2, onnxType[dtype]).string(8, name);
  if (dtype === 'int64') writer.ints(7, values);
  else if (dtype === 'float32') writer.floats(4, values);
  else writer.ints(5, values);
}

/** TensorProto with its values as raw bytes */
function writeWeight(writer: MessageWriter, { name, dtype, shape, bytes }: Weight): void {
  for (const size of shape) writer.int(1, size);
  writer.int(2, onnxType[dtype]).string(8, name).bytes(9, bytes);
}

/** TensorProto whose values are found under its name, outside the model */
function writeReference(writer: MessageWriter, { name, dtype, shape, bytes }: Weight): void {
  for (const size of shape) writer.int(1, size);
  writer.int(2, onnxType[dtype]).string(8, name);
  const entries = { location: name, offset: '0', length: `${bytes.length}` };
  for (const [key, value] of Object.entries(entries)) {
    writer.message(13, (entry) => entry.string(1, key).string(2, value));
  }
  writer.int(14, 1);
}

/** ValueInfoProto */
function writePort(writer: MessageWriter, { name, dtype, shape }: Port): void {
  writer.string(1, name).message(2, (type) => {
    type.message(1, (tensor) => {
      tensor.int(1, onnxType[dtype]).message(2, (dims) => {
        for (const size of shape) {
          dims.message(1, (dim) =>
            typeof size === 'number' ? dim.int(1, size) : dim.string(2, size),
          );
        }
      });
    });
  });
}
