/**
 * Tracing a loop, and its gradient, which is a loop again, in the other direction.
 *
 * The body is traced once, with placeholders for what is carried and for the sequences' elements.
 * Other tensors that it uses are captured: they become inputs of the loop that stay the same.
 *
 * Backwards, each step needs gradients by what it was given, for which it needs what the step
 * computed forwards. Just those values are given out by the forward loop, as further sequences, so
 * that the backward loop does not have to compute them again.
 */

import { type Graph, graphFrom } from '../backend/graph.ts';
import { type Loop, partsOf } from '../ops/scan.ts';
import { apply } from '../tensor/apply.ts';
import { zeros } from '../tensor/create.ts';
import { isFloat } from '../tensor/dtype.ts';
import { DTypeError, LibraryError } from '../tensor/errors.ts';
import { numelOf, sameShape } from '../tensor/shape.ts';
import { Tensor } from '../tensor/tensor.ts';
import { gradientsOf } from './walk.ts';

/** The body of a loop, traced. */
export interface Body {
  /** Placeholders. */
  readonly carry: readonly Tensor[];
  readonly x: readonly Tensor[];
  /** What the body makes of them. */
  readonly nextCarry: readonly Tensor[];
  readonly y: readonly Tensor[];
}

/** A tensor that stands for values which each call of the body has anew. */
export function placeholder(shape: readonly number[], dtype: Tensor['dtype']): Tensor {
  return new Tensor(shape, dtype, { op: null, feed: unknownValues });
}

function unknownValues(): never {
  throw new LibraryError(
    'scan: values within the loop are not known while it is traced; give them out as y',
  );
}

/**
 * Runs a traced body over sequences.
 *
 * @param keep whether the values are given out that a gradient would need
 * @returns what is carried in the end, and what each call gave, `[length, ...]`
 */
export function runLoop(
  body: Body,
  carry: readonly Tensor[],
  xs: readonly Tensor[],
  { length, reverse = false, keep }: { length: number; reverse?: boolean; keep: boolean },
): { carry: Tensor[]; ys: Tensor[] } {
  const loop = new TracedLoop(body, length, reverse, keep);
  const row = apply('scan', [...carry, ...xs, ...loop.captured], { loop });
  const partAt = (_: Tensor, index: number) => apply('scanPart', [row], { loop, index });
  const parts = [...body.nextCarry, ...body.y].map(partAt);
  return { carry: parts.slice(0, carry.length), ys: parts.slice(carry.length) };
}

class TracedLoop implements Loop {
  readonly body: Graph;
  readonly length: number;
  readonly carries: number;
  readonly sequences: number;
  readonly reverse: boolean;
  readonly key: string;
  readonly sizes: readonly number[];
  /** Tensors from outside that the body uses. */
  readonly captured: readonly Tensor[];
  readonly #traced: Body;
  readonly #keeps: boolean;
  /** Values within the body that each call gives out for the backward loop. */
  readonly #kept: readonly Tensor[];

  constructor(traced: Body, length: number, reverse: boolean, keep: boolean) {
    const inside = [...traced.carry, ...traced.x];
    const results = [...traced.nextCarry, ...traced.y];
    this.#traced = traced;
    this.captured = capturedBy(results, new Set(inside));
    this.#keeps = keep;
    this.#kept = keep ? neededBackwards(traced, this.captured) : [];
    this.body = graphFrom([...inside, ...this.captured], [...results, ...this.#kept]);
    this.length = length;
    this.carries = traced.carry.length;
    this.sequences = traced.x.length;
    this.reverse = reverse;
    this.key = `${this.carries} ${this.sequences} ${reverse} ${this.body.key}`;
    this.sizes = [length, ...this.body.sizes];
    for (const position of this.body.outputs) {
      const { dtype } = this.body.nodes[position]!;
      if (dtype !== 'float32') throw new DTypeError(`scan: the loop gives ${dtype}; cast it`);
    }
  }

  gradient(g: Tensor, inputs: readonly Tensor[]): (Tensor | null)[] {
    const { length, carries, sequences, reverse } = this;
    const given = partsOf(this).map(({ start, shape }) =>
      slice(g, start, numelOf(shape))?.reshape(shape),
    );
    const keeping = this.#keeps ? this : new TracedLoop(this.#traced, length, reverse, true);
    const row = apply('scan', inputs, { loop: keeping });
    const first = this.#traced.nextCarry.length + this.#traced.y.length;
    const shown = { ...this.#traced, y: [...this.#traced.y, ...this.#kept] };
    const { body, sums, products } = backwardBody(shown, this.captured, keeping.#kept, given);
    const starts = this.#traced.carry.map((x, i) => given[i] ?? zeros(x.shape));
    const keptRows = keeping.#kept.map((_, i) =>
      apply('scanPart', [row], { loop: keeping, index: first + i }),
    );
    const xs = inputs.slice(carries, carries + sequences);
    const { carry, ys } = runLoop(
      body,
      [...starts, ...sums.map((x) => zeros(x.shape))],
      [...keptRows, ...xs, ...given.slice(carries).filter((x) => x !== undefined)],
      { length, reverse: !reverse, keep: false },
    );
    // sequences of what the body has at hand or gives out
    const known = new Map([...body.x.map((x, i) => [x, [...keptRows, ...xs][i]!] as const)]);
    for (const [i, y] of body.y.entries()) known.set(y, ys[i]!);
    const byX = ys.values();
    const summed = carry.slice(carries).values();
    return [
      ...carry.slice(0, carries),
      ...this.#traced.x.map((x) => (isFloat(x.dtype) ? byX.next().value! : null)),
      ...this.captured.map((x) => {
        if (!isFloat(x.dtype)) return null;
        const product = products.get(x);
        return product === undefined
          ? summed.next().value!
          : product.map(rowsOf(known)).reduce(over);
      }),
    ];
  }
}

/** All rows of a sequence of matrices, one below the other: `[length, rows, n] → [length · rows, n]`. */
function rowsOf(known: ReadonlyMap<Tensor, Tensor>): (x: Tensor) => Tensor {
  return (x) => known.get(x)!.flatten(0, 1);
}

/** aᵀ · b */
function over(a: Tensor, b: Tensor): Tensor {
  return a.transpose(0, 1).matmul(b);
}

/** The body of a backward loop. */
interface Backward {
  readonly body: Body;
  /** Placeholders for what is summed up. */
  readonly sums: readonly Tensor[];
  /**
   * By what was captured: matrices a and b in the body, whose aᵀ · b, summed over all calls, is the
   * gradient. It is worked out after the loop, as one large product instead of many small ones.
   */
  readonly products: ReadonlyMap<Tensor, readonly [a: Tensor, b: Tensor]>;
}

/**
 * The body of the backward loop. It carries the gradients by what was carried and, summed up, by
 * what was captured; each call gives the gradients by the elements.
 */
function backwardBody(
  { carry, x, nextCarry, y }: Body,
  captured: readonly Tensor[],
  kept: readonly Tensor[],
  given: readonly (Tensor | undefined)[],
): Backward {
  const learned = captured.filter(({ dtype }) => isFloat(dtype));
  const elements = x.filter(({ dtype }) => isFloat(dtype));
  const byNext = nextCarry.map(({ shape, dtype }) => placeholder(shape, dtype));
  const byY = y.map((z, i) => {
    return given[nextCarry.length + i] === undefined ? null : placeholder(z.shape, z.dtype);
  });
  const roots = [...nextCarry, ...y.filter((_, i) => byY[i] !== null)];
  const starts = [...byNext, ...byY.filter((z) => z !== null)];
  const targets = [...carry, ...elements, ...learned];
  const gradients = gradientsOf('scan', roots, targets, starts);
  const [byCarry, rest] = [gradients.slice(0, carry.length), gradients.slice(carry.length)];
  const byElements = rest.slice(0, elements.length);
  const sums: Tensor[] = [];
  const added: Tensor[] = [];
  const products = new Map<Tensor, readonly [Tensor, Tensor]>();
  for (const [i, z] of learned.entries()) {
    const g = rest[elements.length + i]!;
    const product = productOf(g);
    if (product === null) {
      sums.push(placeholder(z.shape, z.dtype));
      added.push(g.add(sums.at(-1)!));
    } else products.set(z, product);
  }
  const atHand = new Set([...kept, ...x, ...byElements]);
  const factors = new Set([...products.values()].flat().filter((z) => !atHand.has(z)));
  return {
    body: {
      carry: [...byNext, ...sums],
      x: [...kept, ...x, ...byY.filter((z) => z !== null)],
      nextCarry: [...byCarry, ...added],
      y: [...byElements, ...factors],
    },
    sums,
    products,
  };
}

/** a and b where a tensor is aᵀ · b of matrices. */
function productOf({ origin }: Tensor): readonly [Tensor, Tensor] | null {
  const [left, b] = origin.inputs;
  if (origin.op !== 'matmul' || b!.ndim !== 2 || left!.origin.op !== 'permute') return null;
  return [left!.origin.inputs[0]!, b!];
}

/**
 * The values of the forward body that the backward body uses: those nearest to it, the placeholders
 * for what is carried included (elements are at hand as sequences).
 */
function neededBackwards(traced: Body, captured: readonly Tensor[]): Tensor[] {
  const all = [...traced.nextCarry, ...traced.y];
  const { body } = backwardBody(traced, captured, [], all);
  const forward = dependents(all, new Set([...traced.carry, ...traced.x]));
  const atHand = new Set([...traced.x, ...captured]);
  // what is carried is always needed: from it the rest can be computed again
  const needed = new Set<Tensor>(traced.carry);
  const seen = new Set<Tensor>();
  const todo = [...body.nextCarry, ...body.y];
  while (todo.length > 0) {
    const z = todo.pop()!;
    if (seen.has(z) || atHand.has(z)) continue;
    seen.add(z);
    if (forward.has(z) && z.dtype === 'float32') needed.add(z);
    else todo.push(...z.origin.inputs);
  }
  return [...needed];
}

/** What lies between `results` and the placeholders, both included. */
function dependents(results: readonly Tensor[], placeholders: ReadonlySet<Tensor>): Set<Tensor> {
  const depends = new Map<Tensor, boolean>();
  const todo = results.map((x) => x.snapshot);
  while (todo.length > 0) {
    const x = todo.at(-1)!;
    const inputs = placeholders.has(x) ? [] : x.origin.inputs;
    const open = depends.has(x) ? [] : inputs.filter((y) => !depends.has(y));
    if (open.length > 0) {
      todo.push(...open);
      continue;
    }
    todo.pop();
    depends.set(x, placeholders.has(x) || inputs.some((y) => depends.get(y)));
  }
  return new Set([...depends].filter(([, yes]) => yes).map(([x]) => x));
}

/** Tensors from outside at which the body begins; numbers of formulas stay within it. */
function capturedBy(results: readonly Tensor[], placeholders: ReadonlySet<Tensor>): Tensor[] {
  const inside = dependents(results, placeholders);
  const captured = new Set<Tensor>();
  const within = [...inside].filter((x) => !placeholders.has(x));
  const touched = [...results.map((x) => x.snapshot), ...within.flatMap((x) => x.origin.inputs)];
  for (const x of touched) {
    if (!inside.has(x) && x.origin.op !== 'constant') captured.add(x);
  }
  return [...captured];
}

/** Part of a row that was put together of rows, without taking it apart; undefined for zeros. */
function slice(row: Tensor, start: number, length: number): Tensor | undefined {
  const { op, inputs, attributes } = row.origin;
  if (op === 'pad') {
    const { before } = attributes as { before: number };
    const [inner] = inputs as [Tensor];
    if (start + length <= before || start >= before + inner.numel) return undefined;
    if (start === before && length === inner.numel) return inner;
  }
  if (op === 'add' && inputs.every((x) => sameShape(x.shape, row.shape))) {
    const found = inputs.map((x) => slice(x, start, length)).filter((x) => x !== undefined);
    return found.length === 0 ? undefined : found.reduce((a, b) => a.add(b));
  }
  if (op === 'cat') {
    let end = 0;
    for (const x of inputs) {
      if (end === start && x.numel === length) return x;
      end += x.numel;
    }
  }
  return row.narrow(0, start, length);
}
