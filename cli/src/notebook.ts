import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { ICell, INotebookContent } from '@jupyterlab/nbformat';
import { badRequest } from './errors.ts';
import { friendlyPath } from './root.ts';

/** A cell's source as one string (nbformat also allows a list of lines). */
export const sourceOf = (cell: ICell): string =>
  Array.isArray(cell.source) ? cell.source.join('') : cell.source;

/** The exercise a cell belongs to, `attention/softmax-weights`, if it is an exercise cell. */
export function exerciseOf(cell: ICell): string | undefined {
  const ours = cell.metadata.lectern as { exercise?: unknown } | undefined;
  return cell.cell_type === 'code' && typeof ours?.exercise === 'string'
    ? ours.exercise
    : undefined;
}

/** @throws CommandError when the file is missing or not a notebook of format 4. */
export function readNotebook(file: string): INotebookContent {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw badRequest(`There is no notebook ${friendlyPath(file)} (or it may not be read).`);
  }
  let notebook: INotebookContent;
  try {
    notebook = JSON.parse(text);
  } catch (error) {
    throw badRequest(`${friendlyPath(file)} is not a notebook: ${(error as Error).message}.`);
  }
  if (notebook?.nbformat !== 4 || !Array.isArray(notebook.cells)) {
    throw badRequest(`${friendlyPath(file)} is not a notebook of format 4 (nbformat 4.x).`);
  }
  return notebook;
}

/** As Jupyter writes it: one space of indentation, source as lines, a newline at the end. */
export function formatNotebook(notebook: INotebookContent): string {
  const cells = notebook.cells.map((cell) => ({
    ...cell,
    source: sourceOf(cell).split(/(?<=\n)/),
  }));
  return `${JSON.stringify({ ...notebook, cells }, null, 1)}\n`;
}

/** Writes beside the target and renames, so that a crash leaves the old or the new file. */
export function writeNotebook(file: string, notebook: INotebookContent): void {
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, formatNotebook(notebook));
  renameSync(temporary, file);
}

/** Replaces the source of every exercise cell for which `source` knows one. */
export function withSources(
  notebook: INotebookContent,
  source: (exercise: string) => string,
): INotebookContent {
  const cells = notebook.cells.map((cell) => {
    const exercise = exerciseOf(cell);
    return exercise === undefined ? cell : { ...cell, source: source(exercise) };
  });
  return { ...notebook, cells };
}
