/** The parts of nbformat 4 that the server reads. Whatever else a notebook holds is kept. */
export interface Notebook {
  cells: Cell[];
  metadata: Record<string, unknown>;
  nbformat: number;
  nbformat_minor: number;
}

export interface Cell {
  id?: string;
  cell_type: string;
  source: string | string[];
  metadata: Record<string, unknown>;
  outputs?: Record<string, unknown>[];
  execution_count?: number | null;
  attachments?: Record<string, Record<string, unknown>>;
}

export const emptyNotebook: Notebook = {
  cells: [],
  metadata: {},
  nbformat: 4,
  nbformat_minor: 5,
};

/** @throws Error naming what is missing, where the text is not a notebook of version 4 */
export function parseNotebook(text: string): Notebook {
  const value: unknown = JSON.parse(text);
  if (!isNotebook(value)) throw new Error('not a notebook of format 4 (no list of cells)');
  return forMemory(value);
}

export function isNotebook(value: unknown): value is Notebook {
  if (typeof value !== 'object' || value === null) return false;
  const { cells, nbformat } = value as Partial<Notebook>;
  return nbformat === 4 && Array.isArray(cells) && cells.every(isCell);
}

function isCell(value: unknown): value is Cell {
  if (typeof value !== 'object' || value === null) return false;
  const { cell_type, source, metadata } = value as Partial<Cell>;
  const textual = typeof source === 'string' || Array.isArray(source);
  return typeof cell_type === 'string' && textual && typeof metadata === 'object';
}

/** The text Jupyter itself would write: texts as lists of lines, one-space indent, last newline. */
export function formatNotebook(notebook: Notebook): string {
  return `${JSON.stringify(forDisk(notebook), null, 1)}\n`;
}

export const sourceOf = (cell: Cell): string => joinLines(cell.source) as string;

function forMemory(notebook: Notebook): Notebook {
  return mapTexts(notebook, joinLines);
}

function forDisk(notebook: Notebook): Notebook {
  return mapTexts(notebook, splitLines);
}

/** Applies `change` to each multi-line text, and drops the mark of trust: outputs run no script. */
function mapTexts(notebook: Notebook, change: (text: unknown) => unknown): Notebook {
  const cells = notebook.cells.map((cell) => {
    const { trusted: _, ...metadata } = cell.metadata ?? {};
    const mapped: Cell = { ...cell, metadata, source: change(cell.source) as string };
    if (cell.outputs) mapped.outputs = cell.outputs.map((output) => mapOutput(output, change));
    return mapped;
  });
  return { ...notebook, cells };
}

function mapOutput(output: Record<string, unknown>, change: (text: unknown) => unknown) {
  const mapped = { ...output };
  if ('text' in mapped) mapped.text = change(mapped.text);
  const data = mapped.data;
  if (typeof data === 'object' && data !== null) {
    mapped.data = Object.fromEntries(
      Object.entries(data).map(([mime, value]) => [mime, isJson(mime) ? value : change(value)]),
    );
  }
  return mapped;
}

const isJson = (mime: string) => mime === 'application/json' || mime.endsWith('+json');

function joinLines(text: unknown): unknown {
  return Array.isArray(text) ? text.join('') : text;
}

function splitLines(text: unknown): unknown {
  if (typeof text !== 'string') return text;
  return text === '' ? [] : text.split(/(?<=\n)/);
}
