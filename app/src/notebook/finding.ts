import { Cell } from '@jupyterlab/cells';
import { NotebookPanel } from '@jupyterlab/notebook';
import type { Widget } from '@lumino/widgets';

/** The cell that a widget stands in. Parts of a cell are built without it and attached later. */
export function cellOf(widget: Widget): Cell | null {
  for (let each: Widget | null = widget; each; each = each.parent) {
    if (each instanceof Cell) return each;
  }
  return null;
}

export function panelOf(widget: Widget): NotebookPanel | null {
  for (let each: Widget | null = widget; each; each = each.parent) {
    if (each instanceof NotebookPanel) return each;
  }
  return null;
}

/** The exercise that a cell answers, by its metadata. */
export function exerciseOf(cell: Cell): string | null {
  const own = cell.model.getMetadata('lectern') as { exercise?: unknown } | undefined;
  return typeof own?.exercise === 'string' ? own.exercise : null;
}

/** The cells of a notebook that answer an exercise, in order. */
export function exerciseCells(panel: NotebookPanel): { id: string; cell: Cell }[] {
  const found: { id: string; cell: Cell }[] = [];
  for (const cell of panel.content.widgets) {
    const id = exerciseOf(cell);
    if (id !== null) found.push({ id, cell });
  }
  return found;
}
