/** Rows of named values as a table. */

import { escapeHtml, Figure } from './mime.ts';

/** One row: values by column name. */
export type Row = Readonly<Record<string, unknown>>;

/**
 * A table with a column for each name that occurs in the rows, in the order of first occurrence.
 */
export function table(rows: readonly Row[]): Figure {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return new Figure({
    'text/plain': textTable(rows, columns),
    'text/html': htmlTable(rows, columns),
  });
}

/** The first rows as text, for the plain form of charts. */
export function textPreview(title: string, rows: readonly Row[], limit = 10): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const rest = rows.length > limit ? `\n… ${rows.length - limit} more rows` : '';
  return `${title}\n${textTable(rows.slice(0, limit), columns)}${rest}`;
}

/** Four significant digits, more only before the point; other values as they are. */
export function cellText(value: unknown): string {
  if (typeof value !== 'number') return value === undefined ? '' : String(value);
  if (Number.isInteger(value) || !Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size >= 1e6 || size < 1e-4) return value.toExponential(3);
  return size >= 1000 ? value.toFixed(1) : String(Number(value.toPrecision(4)));
}

function textTable(rows: readonly Row[], columns: readonly string[]): string {
  const lines = [columns, ...rows.map((row) => columns.map((name) => cellText(row[name])))];
  const widths = columns.map((_, i) => Math.max(...lines.map((line) => line[i]!.length)));
  const isNumber = columns.map((name) => rows.every((row) => typeof row[name] === 'number'));
  const align = (text: string, i: number) =>
    isNumber[i] ? text.padStart(widths[i]!) : text.padEnd(widths[i]!);
  return lines.map((line) => line.map(align).join('  ').trimEnd()).join('\n');
}

function htmlTable(rows: readonly Row[], columns: readonly string[]): string {
  const side = (value: unknown) =>
    `style="text-align: ${typeof value === 'number' ? 'right' : 'left'}"`;
  // A name stands over its column as the column's values do.
  const first = (name: string) => rows.find((row) => row[name] !== undefined)?.[name];
  const head = columns.map(
    (name) => `<th scope="col" ${side(first(name))}>${escapeHtml(name)}</th>`,
  );
  const body = rows.map((row) => {
    const cells = columns.map(
      (name) => `<td ${side(row[name])}>${escapeHtml(cellText(row[name]))}</td>`,
    );
    return `<tr>${cells.join('')}</tr>`;
  });
  const inside = `<thead><tr>${head.join('')}</tr></thead><tbody>${body.join('')}</tbody>`;
  return `<table class="lectern-table">${inside}</table>`;
}
