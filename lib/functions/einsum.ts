/** Einstein's notation for sums of products. */

import { publicOp } from '../forbid.ts';
import { checkTensor } from '../tensor/apply.ts';
import { LibraryError, ShapeError } from '../tensor/errors.ts';
import { numelOf, show } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { mul } from './arithmetic.ts';
import { diagonal } from './arranging.ts';
import { permute, reshape } from './movement.ts';
import { matmul } from './neural.ts';
import { sum } from './reduction.ts';

/** A tensor whose dimensions have names, each once. */
interface Named {
  tensor: Tensor;
  names: string[];
}

/**
 * Sums of products, as a formula says: in `'bik,bkj->bij'` each letter names a dimension, the
 * tensors are multiplied where letters agree, and what is not to the right of the arrow is summed
 * up. Without an arrow the result has the letters that occur once, in alphabetical order. `...`
 * stands for any dimensions, which broadcast; a letter twice in one term takes the diagonal. The
 * tensors are multiplied from left to right.
 */
export const einsum = publicOp('einsum', (formula: string, ...tensors: Tensor[]): Tensor => {
  for (const x of tensors) checkTensor('einsum', x);
  const { terms, output } = parse(formula, tensors);
  checkSizes(formula, tensors, terms);
  let left = named(tensors[0]!, terms[0]!);
  for (const [i, tensor] of tensors.entries()) {
    if (i === 0) continue;
    const rest = [...output, ...terms.slice(i + 1).flat()];
    left = product(left, named(tensor, terms[i]!), new Set(rest));
  }
  const summed = sumAway(left, new Set(output));
  return inOrder(summed, output);
});

/** The letters of each term and of the result; the dimensions of `...` are named '0', '1', …. */
function parse(formula: string, tensors: readonly Tensor[]) {
  const compact = formula.replaceAll(' ', '');
  const [left, right, ...more] = compact.split('->') as [string, string | undefined, ...string[]];
  const words = left.split(',');
  const isFormula = (word: string) => /^[a-zA-Z]*(\.\.\.)?[a-zA-Z]*$/.test(word);
  if (more.length > 0 || ![...words, right ?? ''].every(isFormula)) {
    throw new LibraryError(`einsum: '${formula}' is no formula such as 'ij,jk->ik'`);
  }
  if (words.length !== tensors.length) {
    throw new LibraryError(`einsum: '${formula}' is for ${words.length}, got ${tensors.length}`);
  }
  const rests = words.map((word, i) => {
    const letters = word.replace('...', '').length;
    const rest = tensors[i]!.ndim - letters;
    if (rest < 0 || (rest > 0 && !word.includes('...'))) {
      const { shape } = tensors[i]!;
      throw new ShapeError(`einsum: '${word}' does not name the dimensions of ${show(shape)}`);
    }
    return rest;
  });
  const most = Math.max(...rests);
  const dots = (rest: number) => Array.from({ length: rest }, (_, i) => `${most - rest + i}`);
  const split = (word: string, rest: number) => {
    const at = word.indexOf('...');
    if (at < 0) return [...word];
    return [...word.slice(0, at), ...dots(rest), ...word.slice(at + 3)];
  };
  const terms = words.map((word, i) => split(word, rests[i]!));
  return { terms, output: right === undefined ? implicit(terms, most) : split(right, most) };
}

/** The dimensions of `...`, then the letters that occur once, sorted. */
function implicit(terms: readonly string[][], most: number): string[] {
  const all = terms.flat().filter((name) => /[a-zA-Z]/.test(name));
  const once = all.filter((name) => all.indexOf(name) === all.lastIndexOf(name));
  return [...Array.from({ length: most }, (_, i) => `${i}`), ...once.sort()];
}

function checkSizes(formula: string, tensors: readonly Tensor[], terms: readonly string[][]): void {
  const known = new Map<string, number>();
  for (const [i, x] of tensors.entries()) {
    for (const [dim, name] of terms[i]!.entries()) {
      const [size, before] = [x.shape[dim]!, known.get(name) ?? 1];
      if (size !== 1 && before !== 1 && size !== before) {
        throw new ShapeError(
          `einsum: in '${formula}' ${name} is ${before} and, in ${show(x.shape)}, ${size}`,
        );
      }
      if (size !== 1) known.set(name, size);
    }
  }
}

/** The dimensions of `x` by name; of a name that comes twice the diagonal. */
function named(x: Tensor, names: readonly string[]): Named {
  const second = names.findIndex((name, i) => names.indexOf(name) < i);
  if (second < 0) return { tensor: x, names: [...names] };
  const first = names.indexOf(names[second]!);
  if (x.shape[first] !== x.shape[second]) {
    throw new ShapeError(
      `einsum: ${names[second]} stands for sizes ${x.shape[first]} and ${x.shape[second]} of ` +
        `${show(x.shape)}, which has no diagonal there`,
    );
  }
  const rest = names.filter((_, i) => i !== first && i !== second);
  return named(diagonal(x, 0, first, second), [...rest, names[second]!]);
}

/** Sums over the dimensions that nobody needs any more. */
function sumAway({ tensor, names }: Named, needed: ReadonlySet<string>): Named {
  const gone = names.flatMap((name, i) => (needed.has(name) ? [] : [i]));
  if (gone.length === 0) return { tensor, names };
  return { tensor: sum(tensor, gone), names: names.filter((name) => needed.has(name)) };
}

/**
 * The product of two tensors as a product of matrices: names that both have stay as the batch where
 * they are needed later, and are summed over where not.
 */
function product(a: Named, b: Named, needed: ReadonlySet<string>): Named {
  const left = sumAway(a, new Set([...needed, ...b.names]));
  const right = sumAway(b, new Set([...needed, ...left.names]));
  const [x, y] = [withoutOnes(left, right), withoutOnes(right, left)];
  const shared = x.names.filter((name) => y.names.includes(name));
  const batch = shared.filter((name) => needed.has(name));
  const inner = shared.filter((name) => !needed.has(name));
  const rows = x.names.filter((name) => !shared.includes(name));
  const columns = y.names.filter((name) => !shared.includes(name));
  const sizes = (n: Named, names: string[]) =>
    names.map((name) => n.tensor.shape[n.names.indexOf(name)]!);
  const matrix = (n: Named, first: string[], second: string[]) => {
    const moved = inOrder(n, [...batch, ...first, ...second]);
    const [r, c] = [numelOf(sizes(n, first)), numelOf(sizes(n, second))];
    return reshape(moved, [...sizes(n, batch), r, c]);
  };
  const multiply = inner.length === 0 ? mul : matmul; // nothing to sum: [r, 1] ∘ [1, c]
  const joined = multiply(matrix(x, rows, inner), matrix(y, inner, columns));
  const shape = [...sizes(x, batch), ...sizes(x, rows), ...sizes(y, columns)];
  const all = { tensor: reshape(joined, shape), names: [...batch, ...rows, ...columns] };
  return sumAway(all, needed);
}

/** Without those dimensions of size 1 that have another in the other: they broadcast. */
function withoutOnes({ tensor, names }: Named, other: Named): Named {
  const isExtra = names.map((name, i) => {
    const size = other.tensor.shape[other.names.indexOf(name)] ?? 1;
    return tensor.shape[i] === 1 && size !== 1;
  });
  if (!isExtra.includes(true)) return { tensor, names };
  return {
    tensor: reshape(
      tensor,
      tensor.shape.filter((_, i) => !isExtra[i]),
    ),
    names: names.filter((_, i) => !isExtra[i]),
  };
}

function inOrder({ tensor, names }: Named, order: readonly string[]): Tensor {
  const missing = order.filter((name) => !names.includes(name));
  if (missing.length > 0 || new Set(order).size !== order.length) {
    throw new LibraryError(
      `einsum: to the right of the arrow each letter must occur once, and to the left of it too`,
    );
  }
  const dims = order.map((name) => names.indexOf(name));
  return dims.every((dim, i) => dim === i) ? tensor : permute(tensor, dims);
}
