/** The graph behind some tensors as a plain list, in an order in which it can be computed. */

import type { Attributes, OpName, Spec } from '../ops/record.ts';
import type { TypedArray } from '../tensor/dtype.ts';
import { LibraryError } from '../tensor/errors.ts';
import { numelOf } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** One step: an operation on earlier steps. */
export interface Step extends Spec {
  readonly op: OpName;
  readonly attributes: Attributes[OpName];
  /** Positions in the list. */
  readonly inputs: readonly number[];
}

/** Values that are known before anything is computed. */
export interface Leaf extends Spec {
  readonly op: null;
  readonly data: TypedArray;
  /** The parameter whose values these are, if they are a parameter's. */
  readonly owner: Tensor | null;
}

export interface Graph {
  readonly nodes: readonly (Step | Leaf)[];
  /** Positions of the results that were asked for. */
  readonly outputs: readonly number[];
  /** Equal for graphs of equal structure, whatever the values in their leaves. */
  readonly key: string;
  /** Roughly how many multiplications it takes to compute. */
  readonly cost: number;
  /** The number of elements of all its tensors together. */
  readonly elements: number;
  /** Whether some tensor in it has no elements. */
  readonly hasEmpty: boolean;
}

/** The graph of `tensors`; equal computations on the same inputs appear once. */
export function graphOf(tensors: readonly Tensor[]): Graph {
  const builder = new GraphBuilder();
  const outputs = tensors.map((x) => builder.position(x.snapshot));
  return builder.finish(outputs);
}

class GraphBuilder {
  readonly nodes: (Step | Leaf)[] = [];
  readonly #descriptions: string[] = [];
  readonly #byDescription = new Map<string, number>();
  readonly #byTensor = new Map<Tensor, number>();
  readonly #byData = new Map<TypedArray, Map<string, number>>();
  #cost = 0;

  /**
   * Where `root` stands in the list; whatever it needs is added first. No recursion: graphs can be
   * deep.
   */
  position(root: Tensor): number {
    const todo: Tensor[] = [root];
    while (todo.length > 0) {
      const x = todo.at(-1)!;
      const missing = this.#byTensor.has(x)
        ? []
        : inputsOf(x).filter((y) => !this.#byTensor.has(y));
      if (missing.length > 0) {
        todo.push(...missing);
        continue;
      }
      todo.pop();
      if (!this.#byTensor.has(x)) this.#byTensor.set(x, this.#add(x));
    }
    return this.#byTensor.get(root)!;
  }

  finish(outputs: number[]): Graph {
    const sizes = this.nodes.map((node) => numelOf(node.shape));
    return {
      nodes: this.nodes,
      outputs,
      key: `${this.#descriptions.join(';')}>${outputs.join()}`,
      cost: this.#cost,
      elements: sizes.reduce((sum, size) => sum + size, 0),
      hasEmpty: sizes.includes(0),
    };
  }

  #add(x: Tensor): number {
    const { op, data, attributes, gone } = x.origin;
    if (gone !== null) throw new LibraryError(`this tensor cannot be computed any more: ${gone}`);
    if (data !== null) return this.#addLeaf(x, data);
    const inputs = x.origin.inputs.map((y) => this.#byTensor.get(y)!);
    // other names for the same values need no step of their own
    if (op === 'alias' || op === 'detach') return inputs[0]!;
    const description = `${op}${JSON.stringify(attributes)}(${inputs.join()})`;
    const known = this.#byDescription.get(description);
    if (known !== undefined) return known;
    const step = { op: op!, attributes: attributes!, inputs, shape: x.shape, dtype: x.dtype };
    this.#cost += this.#costOf(step);
    const position = this.#push(step, description);
    this.#byDescription.set(description, position);
    return position;
  }

  #addLeaf(x: Tensor, data: TypedArray): number {
    const description = `${x.dtype}[${x.shape}]`;
    const sameData = this.#byData.get(data) ?? new Map<string, number>();
    this.#byData.set(data, sameData);
    const known = sameData.get(description);
    if (known !== undefined) return known;
    const leaf: Leaf = { op: null, data, owner: x.origin.owner, shape: x.shape, dtype: x.dtype };
    const position = this.#push(leaf, description);
    sameData.set(description, position);
    return position;
  }

  #push(node: Step | Leaf, description: string): number {
    this.#descriptions.push(description);
    return this.nodes.push(node) - 1;
  }

  #costOf(step: Step): number {
    const inputs = step.inputs.map((i) => numelOf(this.nodes[i]!.shape));
    const output = numelOf(step.shape);
    if (step.op === 'matmul') return output * this.nodes[step.inputs[0]!]!.shape.at(-1)!;
    return Math.max(output, ...inputs);
  }
}

/** The tensors that `x` is computed from; none where its values are known. */
function inputsOf(x: Tensor): readonly Tensor[] {
  return x.origin.data === null ? x.origin.inputs : [];
}
