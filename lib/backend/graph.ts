/** The graph behind some tensors as a plain list, in an order in which it can be computed. */

import type { Attributes, OpName, Spec } from '../ops/record.ts';
import { sizeAttributesOf } from '../ops/records.ts';
import type { TypedArray } from '../tensor/dtype.ts';
import { LibraryError } from '../tensor/errors.ts';
import { numelOf } from '../tensor/shape.ts';
import type { Origin, Tensor } from '../tensor/tensor.ts';

/** One step: an operation on earlier steps. */
export interface Step extends Spec {
  readonly op: OpName;
  readonly attributes: Attributes[OpName];
  /** Positions in the list. */
  readonly inputs: readonly number[];
}

/** Values that are there before anything is computed. */
export interface Leaf extends Spec {
  readonly op: null;
  readonly origin: Origin;
  /** In a graph that is run again and again: the parameter whose present values count. */
  readonly owner: Tensor | null;
}

export interface Graph {
  readonly nodes: readonly (Step | Leaf)[];
  /** Positions of the results that were asked for. */
  readonly outputs: readonly number[];
  /** Equal for graphs that differ in sizes and in the values of their leaves only. */
  readonly key: string;
  /** All sizes in it, in an order that the key fixes. */
  readonly sizes: readonly number[];
  /** Whether parameters keep their values, so that a compiled model may contain them. */
  readonly frozen: boolean;
  /** What it would be with other sizes; so a model can be made that serves those too. */
  alike: readonly Graph[];
  /** Roughly how many multiplications it takes to compute. */
  readonly cost: number;
  /** The number of elements of all results in it together. */
  readonly elements: number;
  /** Whether some tensor in it has no elements. */
  readonly hasEmpty: boolean;
}

/** The values of a leaf at this moment: drawn or handed in anew, a parameter's, or fixed. */
export function valuesOf({ origin, owner }: Leaf): TypedArray {
  if (origin.feed !== null) return origin.feed();
  const { data } = (owner ?? { origin }).origin;
  if (data === null) throw new LibraryError('a parameter has no values yet: realize it first');
  return data;
}

/** The graph of `tensors`; equal computations on the same inputs appear once. */
export function graphOf(tensors: readonly Tensor[]): Graph {
  const builder = new GraphBuilder();
  const outputs = tensors.map((x) => builder.position(x.snapshot));
  return builder.finish(outputs);
}

/**
 * As {@link graphOf}, for running again and again: with `leaves` as its first nodes, whatever is
 * known of them, and with whatever values parameters have when it is run.
 */
export function graphFrom(leaves: readonly Tensor[], results: readonly Tensor[]): Graph {
  const builder = new GraphBuilder(true);
  for (const leaf of leaves) builder.leaf(leaf);
  const outputs = results.map((x) => builder.position(x.snapshot));
  return builder.finish(outputs);
}

class GraphBuilder {
  readonly nodes: (Step | Leaf)[] = [];
  readonly #descriptions: string[] = [];
  readonly #sizes: number[] = [];
  readonly #byDescription = new Map<string, number>();
  readonly #byTensor = new Map<Tensor, number>();
  readonly #byData = new Map<object, Map<string, number>>();
  readonly #live: boolean;
  #cost = 0;

  constructor(live = false) {
    this.#live = live;
  }

  /**
   * Where `root` stands in the list; whatever it needs is added first. No recursion: graphs can be
   * deep.
   */
  position(root: Tensor): number {
    const todo: Tensor[] = [root];
    while (todo.length > 0) {
      const x = todo.at(-1)!;
      let missing = false;
      if (!this.#byTensor.has(x)) {
        for (const y of this.#inputsOf(x)) {
          if (this.#byTensor.has(y)) continue;
          missing = true;
          todo.push(y);
        }
      }
      if (missing) continue;
      todo.pop();
      if (!this.#byTensor.has(x)) this.#byTensor.set(x, this.#add(x));
    }
    return this.#byTensor.get(root)!;
  }

  /** Adds a leaf that stands for itself, equal to no other. */
  leaf(x: Tensor): void {
    this.#byTensor.set(x, this.#pushLeaf(x));
  }

  finish(outputs: number[]): Graph {
    let elements = 0;
    let hasEmpty = false;
    for (const { op, shape } of this.nodes) {
      const size = numelOf(shape);
      if (op !== null) elements += size;
      if (size === 0) hasEmpty = true;
    }
    return {
      nodes: this.nodes,
      outputs,
      key: `${this.#descriptions.join(';')}>${outputs.join()}`,
      sizes: this.#sizes,
      frozen: false,
      alike: [],
      cost: this.#cost,
      elements,
      hasEmpty,
    };
  }

  #add(x: Tensor): number {
    const { op, data, feed, attributes, gone } = x.origin;
    if (gone !== null) throw new LibraryError(`this tensor cannot be computed any more: ${gone}`);
    if (data !== null || feed !== null || this.#ownerOf(x)) return this.#addLeaf(x);
    const inputs = x.origin.inputs.map((y) => this.#byTensor.get(y)!);
    // other names for the same values need no step of their own
    if (op === 'alias' || op === 'detach') return inputs[0]!;
    const [structure, sizes] = describe(op!, attributes!);
    const description = `${structure}(${inputs.join()})`;
    const whole = sizes.length === 0 ? description : `${description}[${sizes.join()}]`;
    // constants spread to two shapes may be equal at some sizes only, which must not be structure
    const mayCoincide = op === 'expand' && this.nodes[inputs[0]!]!.op === 'constant';
    const known = mayCoincide ? undefined : this.#byDescription.get(whole);
    if (known !== undefined) return known;
    const step = { op: op!, attributes: attributes!, inputs, shape: x.shape, dtype: x.dtype };
    this.#cost += this.#costOf(step);
    const position = this.#push(step, `${description}${x.shape.length}`, sizes);
    this.#byDescription.set(whole, position);
    return position;
  }

  /** Tensors of the same values and shape are one leaf. */
  #addLeaf(x: Tensor): number {
    const { data, feed } = x.origin;
    const identity = this.#ownerOf(x) ?? feed ?? data!;
    const spec = `${x.dtype}[${x.shape}]`;
    const same = this.#byData.get(identity) ?? new Map<string, number>();
    this.#byData.set(identity, same);
    const known = same.get(spec);
    if (known !== undefined) return known;
    const position = this.#pushLeaf(x);
    same.set(spec, position);
    return position;
  }

  #pushLeaf(x: Tensor): number {
    const owner = this.#ownerOf(x);
    const leaf: Leaf = { op: null, origin: x.origin, owner, shape: x.shape, dtype: x.dtype };
    return this.#push(leaf, `${x.dtype}${x.shape.length}`, []);
  }

  /** The parameter whose values at each run count. */
  #ownerOf(x: Tensor): Tensor | null {
    return this.#live ? x.origin.owner : null;
  }

  /** The tensors that `x` is computed from; none where its values are known. */
  #inputsOf(x: Tensor): readonly Tensor[] {
    const { data, feed, inputs } = x.origin;
    return data === null && feed === null && !this.#ownerOf(x) ? inputs : [];
  }

  #push(node: Step | Leaf, description: string, sizes: readonly number[]): number {
    this.#descriptions.push(description);
    for (const size of node.shape) this.#sizes.push(size);
    for (const size of sizes) this.#sizes.push(size);
    return this.nodes.push(node) - 1;
  }

  #costOf(step: Step): number {
    const output = numelOf(step.shape);
    if (step.op === 'matmul' || step.op === 'matmulBytes') {
      return output * this.nodes[step.inputs[0]!]!.shape.at(-1)!;
    }
    let cost = output;
    for (const i of step.inputs) cost = Math.max(cost, numelOf(this.nodes[i]!.shape));
    return cost;
  }
}

/** What of an operation is structure, as text, and the sizes that it may have otherwise. */
function describe(op: OpName, attributes: Attributes[OpName]): [string, number[]] {
  const varying = sizeAttributesOf(op);
  let structure: string = op;
  const sizes: number[] = [];
  for (const [name, value] of Object.entries(attributes)) {
    if (varying.includes(name)) sizes.push(...[value as number | number[]].flat());
    else if (typeof value === 'object' && 'key' in value) {
      structure += ` {${value.key}}`;
      sizes.push(...value.sizes);
    } else structure += ` ${Object.is(value, -0) ? '-0' : String(value)}`;
  }
  return [structure, sizes];
}
