/**
 * What the library knows about one operation: one record per operation, everything about it in one
 * place.
 *
 * There are few operations ("primitives"); everything else in the library is composed of them. The
 * records are grouped by kind, a file each, and `records.ts` puts them together under a type that
 * no operation can be missing from.
 */

import type { Graph } from '../backend/graph.ts';
import type { MessageWriter } from '../onnx/protobuf.ts';
import type { DType, NumberArray } from '../tensor/dtype.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { ByteMatrix } from './quantized.ts';
import type { Loop } from './scan.ts';

/** What each primitive needs to know besides its inputs. */
export interface Attributes {
  // of nothing
  constant: { value: number; dtype: DType };
  // elementwise, one input
  neg: None;
  exp: None;
  log: None;
  expm1: None;
  log1p: None;
  sqrt: None;
  abs: None;
  sin: None;
  cos: None;
  tanh: None;
  sigmoid: None;
  erf: None;
  relu: None;
  floor: None;
  ceil: None;
  round: None;
  sign: None;
  logicalNot: None;
  cast: { dtype: DType };
  alias: None;
  detach: None;
  // elementwise, two or three inputs that broadcast
  add: None;
  sub: None;
  mul: None;
  div: None;
  pow: None;
  fmod: None;
  maximum: None;
  minimum: None;
  eq: None;
  lt: None;
  le: None;
  logicalAnd: None;
  logicalOr: None;
  where: None;
  // movement
  reshape: { shape: number[] };
  permute: { dims: number[] };
  expand: { shape: number[] };
  narrow: { dim: number; start: number; length: number };
  pad: { dim: number; before: number; after: number };
  flip: { dims: number[] };
  cat: { dim: number };
  // reduce: along dimensions; those that are summed up stay, with size 1
  sum: { dims: number[] };
  max: { dims: number[] };
  prod: { dims: number[] };
  argmax: { dim: number };
  cumsum: { dim: number };
  softmax: { dim: number };
  // matmul
  matmul: None;
  matmulBytes: { matrix: ByteMatrix };
  // fused
  layerNorm: { eps: number };
  standardize: { eps: number; width: number };
  inverseDeviation: { eps: number; width: number };
  gelu: None;
  // loops
  scan: { loop: Loop };
  scanPart: { loop: Loop; index: number };
  // index
  gather: { dim: number };
  scatter: { dim: number };
  /** `known`: an operation before, whose gradient this is, has looked at the indices. */
  scatterAdd: { dim: number; known?: true };
  indexSelect: { dim: number };
  topk: { dim: number; k: number; largest: boolean };
}

export type OpName = keyof Attributes;

export type None = Record<string, never>;

/** What is known of a tensor before it is computed. */
export interface Spec {
  readonly shape: readonly number[];
  readonly dtype: DType;
}

/** A computed tensor, as the reference evaluation sees it. */
export interface Dense extends Spec {
  readonly values: NumberArray;
}

/** What a gradient rule may use: the operation's inputs and its result. */
export interface GradientContext<A> {
  readonly inputs: readonly Tensor[];
  readonly output: Tensor;
  readonly attributes: A;
}

/** ONNX's numbers for element types (TensorProto.DataType). */
export const onnxType: Record<DType, number> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
};

/** Values of the ONNX attributes that are in use: whole numbers, lists of them, words, … */
export type OnnxAttribute =
  | number
  | readonly number[]
  | string
  | { readonly float: number }
  | OnnxBody;

/** The body of a loop: how it is written, and the outer names that it uses. */
export interface OnnxBody {
  readonly uses: readonly string[];
  write(graph: MessageWriter): void;
}

/** Writes ONNX nodes; operands and results are named by strings. */
export interface Emitter {
  /** Adds a node with one result and returns the result's name. */
  node(
    type: string,
    inputs: readonly string[],
    attributes?: Record<string, OnnxAttribute>,
    domain?: string,
  ): string;
  /** Adds a node with several results. */
  nodes(
    type: string,
    inputs: readonly string[],
    count: number,
    attributes?: Record<string, OnnxAttribute>,
    domain?: string,
  ): string[];
  /** What lowerings remember, so that several operations can share a node. */
  readonly memo: Map<unknown, unknown>;
  /** A name that nothing else in the model has. */
  name(name: string): string;
  /** Makes values part of the model: bytes as in memory, lowest first. */
  weight(weight: Spec & { name: string; bytes: Uint8Array }): void;
  /** The name of a constant int64 vector. */
  ints(values: readonly number[]): string;
  /** The name of a constant scalar. */
  scalar(value: number, dtype: DType): string;
  /** The name of a constant vector. */
  vector(values: readonly number[], dtype: DType): string;
}

/** What a lowering may use. */
export interface LoweringContext<A> {
  readonly names: readonly string[];
  /**
   * The name of an int64 vector of sizes, worked out from the attributes. In a model that serves
   * several sizes it is an input of the model, else a constant.
   */
  sizes(pick: (attributes: A) => readonly number[]): string;
  /**
   * Lowers the body of a loop, of whose leaves so many are handed in at each call; the others have
   * the names given.
   */
  body(pick: (attributes: A) => Graph, passed: number, others: readonly string[]): OnnxBody;
  readonly inputs: readonly Spec[];
  readonly output: Spec;
  readonly attributes: A;
}

/** One operation. */
export interface OpRecord<A> {
  /** Attributes that are sizes: graphs that differ only in these share a compiled model. */
  readonly sizes?: readonly (keyof A & string)[];
  /** Shape and type of the result; throws ShapeError or DTypeError where the inputs do not fit. */
  infer(inputs: readonly Spec[], attributes: A): Spec;
  /**
   * Given the gradient `g` of some scalar by the result, the scalar's gradients by each input,
   * written in operations, so that they can be differentiated again; null where there is none.
   */
  gradient(g: Tensor, context: GradientContext<A>): (Tensor | null)[];
  /** The same operation in ONNX; returns the result's name. */
  lower(emit: Emitter, context: LoweringContext<A>): string;
  /**
   * Computes the result with plain loops, as plainly as possible: the oracle for everything else.
   * Operations that share work leave it in `memo`, which lasts for one evaluation of a graph.
   */
  evaluate(
    inputs: readonly Dense[],
    attributes: A,
    output: Spec,
    memo: Map<unknown, unknown>,
  ): NumberArray;
}

/** Records for some of the operations. */
export type Records<K extends OpName> = { [Name in K]: OpRecord<Attributes[Name]> };
