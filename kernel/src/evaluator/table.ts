import { inspect, types } from 'node:util';
import type { MimeBundle } from '../protocol/index.ts';
import { escapeHtml } from './html.ts';
import { plainText, shorten } from './plain-text.ts';

/** More rows than this are shown as the first and the last of them. */
const ROWS = 40;
const FIRST = 20;
const LAST = 5;
const COLUMNS = 16;
const CELL = 120;

type Row = Record<string, unknown>;

/** What is shown of an array of records. */
interface Excerpt {
  /** Row numbers and rows; null where rows are left out. */
  rows: ([number, Row] | null)[];
  columns: string[];
  /** Whether each column holds numbers only. */
  isNumeric: boolean[];
  /** How much there is, where not all is shown. */
  size: string | null;
}

/** An array of records as a table, in HTML and as text; null for everything else. */
export function tableOf(value: unknown): MimeBundle | null {
  if (types.isProxy(value) || !Array.isArray(value) || value.length === 0) return null;
  const shown = excerpt(value);
  if (!shown) return null;
  return { 'text/html': html(shown), 'text/plain': plain(shown, value) };
}

function excerpt(values: readonly unknown[]): Excerpt | null {
  const { length } = values;
  const all = length <= ROWS;
  const numbers = Array.from({ length: all ? length : FIRST + LAST }, (_, i) =>
    all || i < FIRST ? i : length - FIRST - LAST + i,
  );
  const rows: [number, Row][] = [];
  for (const i of numbers) {
    const value = values[i];
    if (!isRecord(value)) return null;
    rows.push([i, read(value)]);
  }
  const names = [...new Set(rows.flatMap(([, row]) => Object.keys(row)))];
  const columns = names.slice(0, COLUMNS);
  if (!isMostlySimple(rows, columns)) return null;
  const isNumeric = columns.map((name) =>
    rows.every(([, row]) => ['number', 'bigint', 'undefined'].includes(typeof row[name])),
  );
  const count = (n: number, word: string) =>
    `${n.toLocaleString('en')} ${word}${n === 1 ? '' : 's'}`;
  const size =
    all && columns.length === names.length
      ? null
      : `${count(length, 'row')}, ${count(names.length, 'column')}`;
  const gap = all ? rows : [...rows.slice(0, FIRST), null, ...rows.slice(FIRST)];
  return { rows: gap, columns, isNumeric, size };
}

/** An object that is nothing but its properties. */
function isRecord(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || types.isProxy(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype) return false;
  return Object.keys(value).length > 0 && !(Symbol.for('Jupyter.display') in value);
}

/** Properties without asking getters, which may do anything. */
function read(record: object): Row {
  const row: Row = Object.create(null);
  for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(record))) {
    if (property.enumerable) row[name] = property.get ? '[Getter]' : property.value;
  }
  return row;
}

/** A table of objects in objects says less than their text does. */
function isMostlySimple(rows: readonly [number, Row][], columns: readonly string[]): boolean {
  const values = rows.flatMap(([, row]) => columns.map((name) => row[name]));
  const nested = values.filter(
    (value) => typeof value === 'object' && value !== null && !types.isDate(value),
  );
  return nested.length * 2 <= values.length;
}

function cellText(value: unknown): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return shorten(value, CELL);
  if (typeof value === 'number' && !Number.isInteger(value)) {
    return String(Number(value.toPrecision(6)));
  }
  if (Object.is(value, -0)) return '-0';
  const text = inspect(value, { depth: 0, breakLength: Infinity, maxArrayLength: 6 });
  return shorten(text, CELL);
}

function html({ rows, columns, isNumeric, size }: Excerpt): string {
  const align = (i: number) => `style="text-align: ${isNumeric[i] ? 'right' : 'left'}"`;
  const head = columns.map((name, i) => `<th scope="col" ${align(i)}>${escapeHtml(name)}</th>`);
  const body = rows.map((entry) => {
    if (!entry)
      return `<tr><th>⋮</th>${columns.map((_, i) => `<td ${align(i)}>⋮</td>`).join('')}</tr>`;
    const [number, row] = entry;
    const cells = columns.map(
      (name, i) => `<td ${align(i)}>${escapeHtml(cellText(row[name]))}</td>`,
    );
    return `<tr><th scope="row">${number}</th>${cells.join('')}</tr>`;
  });
  const table = `<table class="lectern-table"><thead><tr><th></th>${head.join('')}</tr></thead><tbody>${body.join('')}</tbody></table>`;
  return size ? `${table}<p>${size}</p>` : table;
}

function plain({ rows, columns, isNumeric, size }: Excerpt, value: unknown): string {
  const lines = rows.map((entry) => {
    if (!entry) return ['⋮', ...columns.map(() => '⋮')];
    const [number, row] = entry;
    // A line of the table is a line of text.
    const cells = columns.map((name) => cellText(row[name]).replaceAll('\n', '⏎'));
    return [String(number), ...cells];
  });
  lines.unshift(['', ...columns]);
  const widths = lines[0]!.map((_, i) => Math.max(...lines.map((line) => line[i]!.length)));
  // Where lines get too long to stay tables, the values' own text is easier to read.
  if (widths.reduce((sum, width) => sum + width + 2, 0) > 160) return plainText(value);
  const align = (text: string, i: number) =>
    i === 0 || isNumeric[i - 1] ? text.padStart(widths[i]!) : text.padEnd(widths[i]!);
  const text = lines.map((line) => line.map(align).join('  ').trimEnd());
  return [...text, ...(size ? [size] : [])].join('\n');
}
