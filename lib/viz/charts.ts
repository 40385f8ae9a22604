/** Charts as Vega-Lite specifications (version 6), which the notebook page draws. */

import { Figure } from './mime.ts';
import { cellText, type Row, textPreview } from './table.ts';

/** A Vega-Lite specification; its grammar is at https://vega.github.io/vega-lite/docs/ */
export type VegaLiteSpec = Record<string, unknown>;

/** Colours that people with any kind of colour vision can tell apart (Okabe and Ito 2008). */
export const palette = [
  '#0072B2', // blue
  '#D55E00', // vermilion
  '#009E73', // bluish green
  '#CC79A7', // reddish purple
  '#E69F00', // orange
  '#56B4E9', // sky blue
  '#999999', // grey, for the black that a dark page would swallow
  '#F0E442', // yellow
];

const schema = 'https://vega.github.io/schema/vega-lite/v6.json';
const mimeType = 'application/vnd.vegalite.v6+json';

export interface ChartOptions {
  /** The column along the horizontal axis. */
  x: string;
  /** The column along the vertical axis. */
  y: string;
  /** The column that tells series apart, by colour and by dash or shape. */
  color?: string;
  title?: string;
  /** Axes that grow by factors. */
  xLog?: boolean;
  yLog?: boolean;
  /** Axis titles where the columns' names are not enough. */
  xTitle?: string;
  yTitle?: string;
  width?: number;
  height?: number;
}

/** A figure from any Vega-Lite specification; `plain` is its text where no chart can be drawn. */
export function vegaLite(spec: VegaLiteSpec, plain?: string): Figure {
  const full = { $schema: schema, ...spec };
  const title = typeof spec.title === 'string' ? spec.title : 'Chart';
  const values = (spec.data as { values?: Row[] } | undefined)?.values;
  const text = plain ?? (Array.isArray(values) ? textPreview(title, values) : title);
  return new Figure({ [mimeType]: full, 'text/plain': text });
}

/** A line through the rows, in the order of x; one line for each value of the `color` column. */
export function lineChart(rows: readonly Row[], options: ChartOptions): Figure {
  const point = rows.length <= 60;
  return chart(rows, options, { type: 'line', point }, 'strokeDash');
}

/** A bar for each row; next to each other within an x where a `color` column is given. */
export function barChart(rows: readonly Row[], options: ChartOptions): Figure {
  const { color } = options;
  const beside = color === undefined ? {} : { xOffset: { field: color } };
  return chart(rows, options, { type: 'bar' }, null, {
    x: discreteAxis(options.x, options.xTitle),
    y: axis(rows, options.y, options.yLog, options.yTitle, true), // a bar's length is its value
    ...beside,
  });
}

/** A point for each row. */
export function scatterChart(rows: readonly Row[], options: ChartOptions): Figure {
  return chart(rows, options, { type: 'point', filled: true, size: 60 }, 'shape');
}

function chart(
  rows: readonly Row[],
  options: ChartOptions,
  mark: Record<string, unknown>,
  secondChannel: 'strokeDash' | 'shape' | null,
  encoding: Record<string, unknown> = {},
): Figure {
  const { x, y, color } = options;
  for (const column of [x, y, ...(color === undefined ? [] : [color])]) checkColumn(rows, column);
  const series = color === undefined ? {} : seriesEncoding(color, secondChannel);
  const fields = color === undefined ? [x, y] : [x, y, color];
  return vegaLite({
    ...(options.title !== undefined && { title: options.title }),
    ...frame(options.width ?? 520, options.height ?? 280),
    data: { values: rows },
    mark: { ...mark, tooltip: true, ...(color === undefined && { color: palette[0] }) },
    encoding: {
      x: axis(rows, x, options.xLog, options.xTitle),
      y: axis(rows, y, options.yLog, options.yTitle),
      ...series,
      tooltip: fields.map((field) => ({ field })),
      ...encoding,
    },
  });
}

/** The size in pixels, axes and legend included. */
function frame(width: number, height: number): Record<string, unknown> {
  return { width, height, autosize: { type: 'fit', contains: 'padding' } };
}

function axis(
  rows: readonly Row[],
  field: string,
  log = false,
  title = field,
  zero = false,
): Record<string, unknown> {
  const numeric = rows.every((row) => typeof row[field] === 'number' || row[field] === null);
  if (!numeric) return discreteAxis(field, title);
  return {
    field,
    type: 'quantitative',
    title,
    scale: log ? { type: 'log', nice: false } : { zero },
  };
}

/** One place for each value, in the order of the rows. */
function discreteAxis(field: string, title = field): Record<string, unknown> {
  return { field, type: 'ordinal', title, sort: null, axis: { labelAngle: 0 } };
}

/** Colour never stands alone: a dash or a shape says the same. */
function seriesEncoding(field: string, second: 'strokeDash' | 'shape' | null) {
  const color = { field, type: 'nominal', scale: { range: palette }, sort: null };
  return second === null ? { color } : { color, [second]: { field, type: 'nominal', sort: null } };
}

function checkColumn(rows: readonly Row[], column: string): void {
  if (rows.length > 0 && !rows.some((row) => column in row)) {
    const names = Object.keys(rows[0]!).join(', ');
    throw new Error(`chart: the rows have no column '${column}'; they have ${names}`);
  }
}

export interface HeatmapOptions {
  /** Labels of the columns, and of the rows; numbers from 0 where left out. */
  x?: readonly string[];
  y?: readonly string[];
  xTitle?: string;
  yTitle?: string;
  title?: string;
  /** The values at the ends of the colour scale; those that occur where left out. */
  domain?: readonly [number, number];
  width?: number;
  height?: number;
}

/** Above this many cells the numbers are no longer written into them. */
const labelledCells = 150;

/** A matrix as coloured cells, the first row on top. */
export function heatmap(
  matrix: readonly (readonly number[])[],
  options: HeatmapOptions = {},
): Figure {
  const cells = matrix.flatMap((row, y) =>
    row.map((value, x) => ({
      row: options.y?.[y] ?? String(y),
      column: options.x?.[x] ?? String(x),
      value: Number(value),
      text: cellNumber(Number(value)),
      y,
      x,
    })),
  );
  const [low, high] = options.domain ?? extent(cells.map((cell) => cell.value));
  const columns = Math.max(0, ...matrix.map((row) => row.length));
  const size = (count: number) => Math.min(480, Math.max(160, count * 44)) + 90;
  const layers = [cellLayer(low, high)];
  if (cells.length <= labelledCells) layers.push(numberLayer(low, high));
  const spec = {
    ...(options.title !== undefined && { title: options.title }),
    ...frame(options.width ?? size(columns) + 60, options.height ?? size(matrix.length)),
    data: { values: cells },
    encoding: {
      x: indexAxis('x', options.x, options.xTitle, 'bottom'),
      y: indexAxis('y', options.y, options.yTitle, 'left'),
      tooltip: [{ field: 'row' }, { field: 'column' }, { field: 'value' }],
    },
    layer: layers,
    config: { view: { stroke: null } },
  };
  return vegaLite(spec, textPreview(options.title ?? 'Heat map', textRows(matrix, options)));
}

/** The matrix as rows of a table. */
function textRows(matrix: readonly (readonly number[])[], { x, y }: HeatmapOptions): Row[] {
  return matrix.map((row, i) => {
    const cells = row.map((value, j) => [x === undefined ? `${j}` : `${x[j]} (${j})`, value]);
    return { '': y?.[i] ?? i, ...Object.fromEntries(cells) };
  });
}

/** Two decimals, so that numbers can be compared at a glance; none for whole numbers. */
function cellNumber(value: number): string {
  if (Number.isInteger(value) || !Number.isFinite(value)) return String(value);
  return Math.abs(value) < 1000 ? value.toFixed(2) : cellText(value);
}

function extent(values: readonly number[]): [number, number] {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return [0, 1];
  return [Math.min(...finite), Math.max(...finite)];
}

/** Cells stand at their index, so that equal labels (a word that comes twice) stay apart. */
function indexAxis(
  field: 'x' | 'y',
  labels: readonly string[] | undefined,
  title: string | undefined,
  orient: string,
): Record<string, unknown> {
  const named = labels && { labelExpr: `${JSON.stringify(labels)}[datum.value]` };
  const axis = { orient, ticks: false, domain: false, labelAngle: field === 'x' ? -40 : 0 };
  return { field, type: 'ordinal', title: title ?? null, axis: { ...axis, ...named } };
}

function cellLayer(low: number, high: number): VegaLiteSpec {
  const scale = { scheme: 'viridis', domain: [low, high], clamp: true };
  return {
    mark: { type: 'rect' },
    encoding: { color: { field: 'value', type: 'quantitative', title: null, scale } },
  };
}

/** Viridis is dark at its lower end: light letters there, dark ones above. */
function numberLayer(low: number, high: number): VegaLiteSpec {
  const dark = `datum.value < ${low + 0.6 * (high - low)}`;
  return {
    mark: { type: 'text', fontSize: 11 },
    encoding: {
      text: { field: 'text', type: 'nominal' },
      color: { condition: { test: dark, value: 'white' }, value: 'black' },
    },
  };
}
