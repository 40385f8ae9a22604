/** What Python writes in brackets: picking parts of a tensor along all dimensions at once. */

import { publicOp } from '../forbid.ts';
import { checkTensor } from '../tensor/apply.ts';
import { arange, tensor } from '../tensor/create.ts';
import { toNumbers } from '../tensor/dtype.ts';
import { DTypeError, LibraryError, ShapeError } from '../tensor/errors.ts';
import { broadcastShapes, numelOf, sameShape, show } from '../tensor/shape.ts';
import { Tensor } from '../tensor/tensor.ts';
import { lt, where } from './arithmetic.ts';
import { indexSelect } from './indexing.ts';
import { expand, narrow, permute, reshape, select, unsqueeze } from './movement.ts';

/** From `start` up to but without `stop`, every `step`-th; null for "from the first", "to the last". */
export type Range = readonly [start: number | null, stop?: number | null, step?: number];

/** What `index` takes for a dimension, or several. */
export type Index = number | Range | ':' | '...' | null | Tensor;

/** An index tensor and the dimension of the tensor so far that it looks up. */
interface Lookup {
  dim: number;
  index: Tensor;
}

/**
 * Parts of x, one argument for each dimension from the first on, as `x[0, 1:3, None, ...]` in
 * Python:
 *
 * - a number picks one place, and the dimension disappears; −1 is the last;
 * - `[1, 3]` keeps places 1 and 2, `[1, null]` all from 1 on, `[null, -1]` all but the last,
 *   `[0, null, 2]` every other one; a range may go beyond the end;
 * - `':'` keeps all of a dimension, `'...'` all of as many as are left;
 * - `null` makes a new dimension of size 1;
 * - a tensor of integers takes the places that it names, in its shape; several such tensors
 *   broadcast and are read together, and their shape stands where they stand if they stand side by
 *   side, else in front;
 * - a bool tensor keeps the places where it is true, of as many dimensions as it has. How many
 *   these are must be known: `await mask.realize()` first.
 *
 * @example x.index('...', 0) // x[..., 0]
 */
export const index = publicOp('index', (x: Tensor, ...indices: Index[]): Tensor => {
  checkTensor('index', x);
  let result = x;
  let dim = 0;
  const lookups: Lookup[] = [];
  for (const one of spelledOut(x, indices)) {
    if (typeof one === 'number') {
      result = select(result, dim, one);
      continue;
    }
    if (one === null) result = unsqueeze(result, dim);
    else if (one instanceof Tensor) lookups.push({ dim, index: one });
    else if (one !== ':') result = ranged(result, dim, one);
    dim++;
  }
  return lookups.length === 0 ? result : lookedUp(result, lookups);
});

/** The same without '...', with each mask as the lists of its true places. */
function spelledOut(x: Tensor, indices: readonly Index[]): Exclude<Index, '...'>[] {
  const whole = (count: number) => new Array<':'>(count).fill(':');
  const each = indices.map((one) => (isMask(one) ? trueplaces(one, x) : [one]));
  const used = each.flat().filter((one) => one !== null && one !== '...').length;
  checkMasks(x, indices, used);
  const dots = indices.filter((one) => one === '...').length;
  if (used > x.ndim || dots > 1) {
    const what = dots > 1 ? `'...' may come once` : `${used} indices`;
    throw new ShapeError(`index: ${what} for the ${x.ndim} dimensions of ${show(x.shape)}`);
  }
  return each.flat().flatMap((one): Exclude<Index, '...'>[] => {
    if (one === '...') return whole(x.ndim - used);
    checkIndex(one);
    return [one];
  });
}

/** A mask must have the sizes of the dimensions that it stands for. */
function checkMasks(x: Tensor, indices: readonly Index[], used: number): void {
  let dim = 0;
  for (const one of indices) {
    if (isMask(one)) {
      const own = x.shape.slice(dim, dim + one.ndim);
      if (!sameShape(one.shape, own)) {
        throw new ShapeError(
          `index: a mask ${show(one.shape)} does not fit dimension ${dim} of ${show(x.shape)}`,
        );
      }
      dim += one.ndim;
    } else if (one === '...') dim += x.ndim - used;
    else if (one !== null) dim++;
  }
}

function checkIndex(one: Exclude<Index, '...'>): void {
  if (one === null || one === ':' || Number.isInteger(one) || Array.isArray(one)) return;
  if (one instanceof Tensor) {
    if (one.dtype === 'int32' || one.dtype === 'int64') return;
    throw new DTypeError(`index: a tensor of indices is int32, int64 or bool, not ${one.dtype}`);
  }
  throw new LibraryError(
    `index: takes whole numbers, [start, stop, step], ':', '...', null and tensors, ` +
      `not ${String(one)}`,
  );
}

const isMask = (one: Index): one is Tensor => one instanceof Tensor && one.dtype === 'bool';

/** For each dimension of the mask the places of its true elements. */
function trueplaces(mask: Tensor, x: Tensor): Tensor[] {
  const { data } = mask.origin;
  if (data === null) {
    throw new LibraryError(
      'index: only the values of a mask tell the shape of the result, and they are not computed ' +
        'yet: await mask.realize() first, or use where or maskedFill',
    );
  }
  if (mask.ndim === 0) {
    throw new ShapeError(`index: a mask needs dimensions; ${show(x.shape)} has ${x.ndim}`);
  }
  const numbers = toNumbers(data);
  const places: number[] = [];
  for (let i = 0; i < numbers.length; i++) if (numbers[i] !== 0) places.push(i);
  let inner = mask.numel;
  return mask.shape.map((size) => {
    inner = size === 0 ? 1 : inner / size;
    const own = places.map((place) => Math.floor(place / inner) % size);
    return tensor(own, { dtype: 'int64' });
  });
}

function ranged(x: Tensor, dim: number, range: Range): Tensor {
  const size = x.shape[dim]!;
  const [start, stop, step = 1] = range;
  const bounds = [start ?? 0, stop ?? size];
  if (!Number.isInteger(step) || step < 1 || !bounds.every(Number.isInteger)) {
    throw new ShapeError(
      `index: [${range.map(String).join(', ')}] is no range of whole numbers with a step of 1, 2, …`,
    );
  }
  const [from, to] = bounds.map((place) =>
    Math.min(size, Math.max(0, place < 0 ? place + size : place)),
  ) as [number, number];
  const length = Math.max(0, to - from);
  if (step === 1) return length === size ? x : narrow(x, dim, from, length);
  return indexSelect(x, dim, arange(from, Math.max(from, to), step));
}

/** Elements by index tensors: as many dimensions as there are become one, in which each looks up. */
function lookedUp(x: Tensor, lookups: readonly Lookup[]): Tensor {
  const dims = lookups.map((lookup) => lookup.dim);
  const shape = lookups
    .map((lookup) => lookup.index.shape)
    .reduce((a, b) => broadcastShapes('index', a, b));
  const isTogether = dims.every((dim, i) => dim === dims[0]! + i);
  const at = isTogether ? dims[0]! : 0;
  const others = x.shape.map((_, i) => i).filter((i) => !dims.includes(i));
  const order = others.toSpliced(at, 0, ...dims);
  const moved = isTogether ? x : permute(x, order);
  const sizes = dims.map((dim) => x.shape[dim]!);
  const joined = reshape(moved, moved.shape.toSpliced(at, dims.length, numelOf(sizes)));
  let flat: Tensor | null = null;
  for (const [i, { index }] of lookups.entries()) {
    checkKnown(index, sizes[i]!, x);
    const own = where(lt(index, 0), index.add(sizes[i]!), index);
    flat = flat === null ? own : flat.mul(sizes[i]!).add(own);
  }
  const list = reshape(expand(flat!, shape), [numelOf(shape)]);
  const rows = indexSelect(joined, at, list);
  return reshape(rows, joined.shape.toSpliced(at, 1, ...shape));
}

/** Where an index is known, a wrong one is told at the caller's line. */
function checkKnown(index: Tensor, size: number, x: Tensor): void {
  if (index.origin.data === null) return;
  for (const place of toNumbers(index.origin.data)) {
    if (place >= -size && place < size) continue;
    throw new ShapeError(
      `index: ${place} is outside a dimension of ${show(x.shape)}, whose size is ${size}`,
    );
  }
}
