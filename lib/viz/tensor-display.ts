/** How a tensor looks: its type and shape, and its values, shortened where there are many. */

import type { NumberArray } from '../tensor/dtype.ts';
import { numelOf, show } from '../tensor/shape.ts';
import { escapeHtml, type MimeBundle } from './mime.ts';

/**
 * Along each dimension at most this many entries are shown: the first and the last half of them.
 */
const shown = { columns: 8, rows: 8, matrices: 4 };

type Format = (value: number) => string;

interface Header {
  readonly shape: readonly number[];
  readonly dtype: string;
}

/** The MIME bundle of a tensor with these values, in order. */
export function displayTensor(t: Header, values: NumberArray): MimeBundle {
  const title = `Tensor ${t.dtype} ${show(t.shape)}`;
  return { 'text/plain': asText(t, values, title), 'text/html': asHtml(t, values, title) };
}

/** Which entries of a dimension are shown; null stands for those left out. */
function entries(size: number, limit: number): (number | null)[] {
  const all = Array.from({ length: size }, (_, i) => i);
  if (size <= limit) return all;
  return [...all.slice(0, limit / 2), null, ...all.slice(size - limit / 2)];
}

/** As many entries of the last dimensions; of those further out the first and the last. */
const textLimits = [shown.matrices, shown.rows, shown.columns];

function asText(t: Header, values: NumberArray, title: string): string {
  const format = aligned(t, values);
  const block = (dim: number, offset: number): string => {
    if (dim === t.shape.length) return format(values[offset]!);
    const step = numelOf(t.shape.slice(dim + 1));
    const innermost = dim === t.shape.length - 1;
    const limit = textLimits.at(dim - t.shape.length) ?? 2;
    const parts = entries(t.shape[dim]!, limit).map((i) =>
      i === null ? '…' : block(dim + 1, offset + i * step),
    );
    const indent = ' '.repeat(dim + 1);
    const blankLines = '\n'.repeat(Math.max(1, t.shape.length - dim - 1));
    return `[${parts.join(innermost ? ', ' : `,${blankLines}${indent}`)}]`;
  };
  return `${title}\n${block(0, 0)}`;
}

function asHtml(t: Header, values: NumberArray, title: string): string {
  const [rows, columns] = [t.shape.at(-2) ?? 1, t.shape.at(-1) ?? 1];
  const leading = t.shape.slice(0, -2);
  const format = formatter(t, values);
  const matrix = (index: number, caption: string) => {
    const start = index * rows * columns;
    const cell = (row: number, column: number) => format(values[start + row * columns + column]!);
    return htmlMatrix(rows, columns, cell, caption);
  };
  if (leading.length === 0) return `<div class="lectern-tensor">${matrix(0, title)}</div>`;
  const parts = entries(numelOf(leading), shown.matrices).map((index) =>
    index === null ? '<p>…</p>' : matrix(index, placeLabel(leading, index)),
  );
  const head = `<p><code>${escapeHtml(title)}</code></p>`;
  return `<div class="lectern-tensor">${head}${parts.join('')}</div>`;
}

/** `[0, 2, :, :]`: which matrix of a larger tensor this is. */
function placeLabel(leading: readonly number[], index: number): string {
  const place: number[] = [];
  for (let rest = index, dim = leading.length - 1; dim >= 0; dim--) {
    place.unshift(rest % leading[dim]!);
    rest = Math.floor(rest / leading[dim]!);
  }
  return `[${place.join(', ')}, :, :]`;
}

function htmlMatrix(
  rows: number,
  columns: number,
  cell: (row: number, column: number) => string,
  caption: string,
): string {
  const shownColumns = entries(columns, shown.columns);
  const body = entries(rows, shown.rows).map((row) => {
    const cells = shownColumns.map((column) =>
      row === null || column === null ? '<td>…</td>' : `<td>${cell(row, column)}</td>`,
    );
    return `<tr>${cells.join('')}</tr>`;
  });
  const head = `<caption><code>${escapeHtml(caption)}</code></caption>`;
  return `<table>${head}<tbody>${body.join('')}</tbody></table>`;
}

/** As {@link formatter}, all of one width: that of the widest extreme. */
function aligned(t: Header, values: NumberArray): Format {
  const format = formatter(t, values);
  const { low, high, odd } = rangeOf(values);
  const extremes = t.dtype === 'bool' ? [0, 1] : [low, high, ...odd];
  const width = Math.max(...extremes.map((value) => format(value).length));
  return (value) => format(value).padStart(width);
}

/** One way of writing for all numbers of a tensor, so that they can be compared at a glance. */
function formatter(t: Header, values: NumberArray): Format {
  if (t.dtype === 'bool') return (value) => String(value !== 0);
  const { low, high, whole, smallest } = rangeOf(values);
  const largest = Math.max(Math.abs(low), Math.abs(high));
  const plain = largest < 1e6 && (smallest >= 1e-4 || largest >= 1e-3);
  return (value) => {
    if (!Number.isFinite(value)) return String(value).replace('Infinity', '∞');
    if (whole && largest < 1e15) return String(value);
    return plain ? value.toFixed(4) : value.toExponential(3);
  };
}

/**
 * The range of the finite values, whether all are whole, the smallest size but 0, and which NaN and
 * ∞ occur.
 */
function rangeOf(values: NumberArray) {
  let [low, high, smallest, whole] = [0, 0, Infinity, true];
  const odd = new Set<number>();
  for (const value of values) {
    if (!Number.isFinite(value)) {
      odd.add(value);
      continue;
    }
    whole &&= Number.isInteger(value);
    low = Math.min(low, value);
    high = Math.max(high, value);
    if (value !== 0) smallest = Math.min(smallest, Math.abs(value));
  }
  return { low, high, whole, smallest, odd };
}
