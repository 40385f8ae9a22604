import type { NotebookPanel } from '@jupyterlab/notebook';
import type { ExerciseState } from '../course/types.ts';
import { exerciseCells } from '../notebook/finding.ts';
import { foldStatement } from './fold-statement.ts';

/**
 * Puts a deleted exercise's cell back, with its starter: below the nearest earlier exercise that is
 * there, or at the end. It can be undone.
 *
 * @param order the chapter's exercises
 * @returns the id of the new cell
 */
export function bringBack(
  panel: NotebookPanel,
  { id, starter }: ExerciseState,
  order: readonly string[],
): string | undefined {
  const { model, widgets } = panel.content;
  if (!model) return undefined;
  const earlier = order.slice(0, order.indexOf(id));
  const last = exerciseCells(panel).findLast((each) => earlier.includes(each.id));
  const index = last ? widgets.indexOf(last.cell) + 1 : widgets.length;
  const metadata = { lectern: { exercise: id } };
  const cell = model.sharedModel.insertCell(index, {
    cell_type: 'code',
    source: starter,
    metadata,
  });
  const made = panel.content.widgets[index];
  if (made) void made.ready.then(() => foldStatement(made));
  return cell.id;
}
