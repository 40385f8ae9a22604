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
  readonly output: string;
  readonly attributes: Record<string, OnnxAttribute>;
}

/** A constant: integers, or one number of type `dtype`. */
interface Constant {
  readonly name: string;
  readonly dtype: DType;
  readonly dims: readonly number[];
  readonly values: readonly number[];
}

/** A name, type and shape of what goes into a model or comes out. */
export interface Port extends Spec {
  readonly name: string;
}

/** Collects the nodes of a model. */
export class ModelBuilder implements Emitter {
  readonly #nodes: Node[] = [];
  readonly #constants = new Map<string, Constant>();

  node(
    type: string,
    inputs: readonly string[],
    attributes: Record<string, OnnxAttribute> = {},
  ): string {
    const output = `n${this.#nodes.length}`;
    this.#nodes.push({ type, inputs, output, attributes });
    return output;
  }

  ints(values: readonly number[]): string {
    return this.#constant('int64', [values.length], values);
  }

  scalar(value: number, dtype: DType): string {
    return this.#constant(dtype, [], [value]);
  }

  /** The model as bytes. */
  build(inputs: readonly Port[], outputs: readonly Port[]): Uint8Array {
    const model = new MessageWriter()
      .int(1, irVersion)
      .string(2, 'lectern')
      .message(8, (opset) => opset.string(1, '').int(2, operatorSet));
    model.message(7, (graph) => {
      for (const node of this.#nodes) graph.message(1, (inner) => writeNode(inner, node));
      graph.string(2, 'graph');
      for (const constant of this.#constants.values()) {
        graph.message(5, (inner) => writeConstant(inner, constant));
      }
      for (const port of inputs) graph.message(11, (inner) => writePort(inner, port));
      for (const port of outputs) graph.message(12, (inner) => writePort(inner, port));
    });
    return model.finish();
  }

  /** Equal constants are written once. */
  #constant(dtype: DType, dims: readonly number[], values: readonly number[]): string {
    const key = `${dtype}[${dims}]${values}`;
    const known = this.#constants.get(key);
    if (known !== undefined) return known.name;
    const constant = { name: `c${this.#constants.size}`, dtype, dims, values };
    this.#constants.set(key, constant);
    return constant.name;
  }
}

/** NodeProto */
function writeNode(writer: MessageWriter, { type, inputs, output, attributes }: Node): void {
  for (const input of inputs) writer.string(1, input);
  writer.string(2, output).string(4, type);
  for (const [name, value] of Object.entries(attributes)) {
    writer.message(5, (attribute) => writeAttribute(attribute.string(1, name), value));
  }
}

/** AttributeProto; field 20 says which of the value fields counts. */
function writeAttribute(writer: MessageWriter, value: OnnxAttribute): void {
  if (typeof value === 'number') writer.int(3, value).int(20, 2);
  else if (typeof value === 'string') writer.string(4, value).int(20, 3);
  else writer.ints(8, value).int(20, 7);
}

/** TensorProto */
function writeConstant(writer: MessageWriter, { name, dtype, dims, values }: Constant): void {
  for (const size of dims) writer.int(1, size);
  writer.int(2, onnxType[dtype]).string(8, name);
  if (dtype === 'int64') writer.ints(7, values);
  else if (dtype === 'float32') writer.float(4, values[0]!);
  else writer.ints(5, values);
}

/** ValueInfoProto */
function writePort(writer: MessageWriter, { name, dtype, shape }: Port): void {
  writer.string(1, name).message(2, (type) => {
    type.message(1, (tensor) => {
      tensor.int(1, onnxType[dtype]).message(2, (dims) => {
        for (const size of shape) dims.message(1, (dim) => dim.int(1, size));
      });
    });
  });
}
