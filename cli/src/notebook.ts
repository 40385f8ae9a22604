import {
  accessSync,
  constants,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
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

const isText = (value: unknown): boolean => typeof value === 'string';

function isCell(value: unknown): value is ICell {
  const { cell_type, metadata, source } = (value ?? {}) as Record<string, unknown>;
  return (
    isText(cell_type) &&
    typeof metadata === 'object' &&
    metadata !== null &&
    (isText(source) || (Array.isArray(source) && source.every(isText)))
  );
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
  const odd = notebook.cells.findIndex((cell) => !isCell(cell));
  if (odd >= 0) {
    throw badRequest(
      `${friendlyPath(file)}: cell ${odd + 1} is not a notebook's cell: it needs cell_type, metadata and source.`,
    );
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

const cannotWrite = (file: string, why: string): Error =>
  badRequest(`Cannot write ${friendlyPath(path.resolve(file))}: ${why}.`);

/**
 * To be asked before work whose result goes to `file`.
 * @throws CommandError when it is clear by now that `file` cannot be written
 */
export function requireWritable(file: string): void {
  const folder = path.dirname(path.resolve(file));
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) {
    throw cannotWrite(file, 'it is a folder; give the name of a file');
  }
  if (!existsSync(folder)) throw cannotWrite(file, 'its folder does not exist');
  try {
    accessSync(folder, constants.W_OK);
  } catch {
    throw cannotWrite(file, 'its folder may not be written');
  }
}

/**
 * Writes beside the target and renames, so that a crash leaves the old or the new file.
 * @throws CommandError when the file cannot be written
 */
export function writeNotebook(file: string, notebook: INotebookContent): void {
  requireWritable(file);
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, formatNotebook(notebook));
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw cannotWrite(file, (error as Error).message);
  }
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
