/** A code cell as far as the grader cares. */
export type Cell = {
  /** Its place in the notebook, from 1, all cells counted: what a reader would count. */
  place: number;
  source: string;
  /** The exercise that it says it answers. */
  exercise: string | null;
  /** Whether the course's authors marked it as one that answers may rely on. */
  support: boolean;
};

/** Why a file is no notebook that can be graded; a sentence for whoever sent it. */
export class NotebookError extends Error {
  override name = 'NotebookError';
}

/** A chapter has a few hundred at most. */
const MOST_CELLS = 2000;

/** The code cells of a notebook in nbformat 4 JSON. @throws NotebookError */
export function readCells(notebook: unknown): Cell[] {
  if (!isObject(notebook)) throw new NotebookError('This is no notebook: not a JSON object.');
  if (notebook.nbformat !== 4) {
    throw new NotebookError(
      'This notebook is not in nbformat 4; open and save it in Jupyter first.',
    );
  }
  if (!Array.isArray(notebook.cells)) {
    throw new NotebookError('This is no notebook: it has no list of cells.');
  }
  if (notebook.cells.length > MOST_CELLS) {
    throw new NotebookError(`This notebook has more than ${MOST_CELLS} cells; delete some.`);
  }
  const cells = notebook.cells.map((cell: unknown, index) => readCell(cell, index + 1));
  return cells.filter((cell) => cell !== null);
}

function readCell(cell: unknown, place: number): Cell | null {
  if (!isObject(cell)) throw new NotebookError(`Cell ${place} of this notebook is no cell.`);
  if (cell.cell_type !== 'code') return null;
  const { source } = cell;
  const text = Array.isArray(source) ? source.join('') : source;
  if (typeof text !== 'string') throw new NotebookError(`Cell ${place} has no source.`);
  const metadata = isObject(cell.metadata) ? cell.metadata : {};
  const lectern = isObject(metadata.lectern) ? metadata.lectern : {};
  const tags = Array.isArray(metadata.tags) ? metadata.tags : [];
  return {
    place,
    source: text.replaceAll('\r\n', '\n'),
    exercise: typeof lectern.exercise === 'string' ? lectern.exercise : null,
    support: lectern.support === true || tags.includes('lectern.support'),
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
