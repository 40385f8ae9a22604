/** Shape and elements of a tensor or of nested lists. */
export type Elements = { shape: number[]; values: number[] };

type TensorLike = { shape: number[]; data(): Promise<ArrayLike<number | bigint | boolean>> };

/** By its looks: a test may hold tensors of another copy of the library. */
export function isTensor(value: unknown): value is TensorLike {
  if (typeof value !== 'object' || value === null) return false;
  const { shape, data } = value as Partial<TensorLike>;
  return Array.isArray(shape) && typeof data === 'function';
}

/** Elements of a tensor, nested lists, a typed array or a number; null for anything else. */
export async function elementsOf(value: unknown): Promise<Elements | null> {
  if (isTensor(value)) {
    return { shape: [...value.shape], values: Array.from(await value.data(), Number) };
  }
  const values: number[] = [];
  const shape = nestedShape(value, values);
  return shape && { shape, values };
}

function nestedShape(value: unknown, into: number[]): number[] | null {
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') {
    into.push(Number(value));
    return [];
  }
  const list = ArrayBuffer.isView(value) ? Array.from(value as never) : value;
  if (!Array.isArray(list)) return null;
  let inner: number[] | null = list.length === 0 ? [] : null;
  for (const [i, item] of list.entries()) {
    const shape = nestedShape(item, into);
    if (!shape || (i > 0 && String(shape) !== String(inner))) return null;
    inner = shape;
  }
  return inner && [list.length, ...inner];
}

/** The index of element number `flat` in every dimension. */
export function indexOf(flat: number, shape: number[]): number[] {
  const index: number[] = [];
  let rest = flat;
  for (const size of shape.toReversed()) {
    index.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return index;
}

/** A number with as many digits as a reader needs. */
export function showNumber(value: number): string {
  if (!Number.isFinite(value))
    return Object.is(value, Number.NEGATIVE_INFINITY) ? '-∞' : value === Infinity ? '∞' : 'NaN';
  return Object.is(value, -0) ? '0' : String(Number(value.toPrecision(5)));
}

const MOST_PER_DIMENSION = 8;

/**
 * Nested lists as text, a row a line. Elements for which `marked` holds stand between ‹ and ›; long dimensions are
 * cut with an ellipsis.
 */
export function showElements(
  { shape, values }: Elements,
  marked: (flat: number) => boolean,
): string {
  const show = (dim: number, offset: number, indent: string): string => {
    if (dim === shape.length) {
      const text = showNumber(values[offset]!);
      return marked(offset) ? `‹${text}›` : text;
    }
    const step = shape.slice(dim + 1).reduce((product, size) => product * size, 1);
    const shown = Math.min(shape[dim]!, MOST_PER_DIMENSION);
    const items = Array.from({ length: shown }, (_, i) =>
      show(dim + 1, offset + i * step, `${indent} `),
    );
    if (shown < shape[dim]!) items.push('…');
    const innermost = dim === shape.length - 1;
    return `[${items.join(innermost ? ', ' : `,\n${indent} `)}]`;
  };
  return show(0, 0, '');
}
