import type { Exercise } from '../catalogue/index.ts';
import type { Cell } from './notebook.ts';
import { essence, partsOf, partsOrNone } from './parts.ts';

/** Where the answer to an exercise stands, or why it cannot be told. */
export type Located = { cell: Cell } | { missing: string } | { unclear: string };

/** Finds the cell of an exercise: by its metadata, else by the names that it must declare. */
export function locate(cells: Cell[], exercise: Exercise): Located {
  const tagged = cells.filter((cell) => cell.exercise === exercise.id);
  if (tagged.length === 0) return locateByName(cells, exercise);
  const filled = tagged.filter((cell) => cell.source.trim() !== '');
  if (filled.length === 0) {
    return { missing: `The exercise's cell (cell ${tagged[0]!.place}) is empty.` };
  }
  const byEssence = new Map(filled.toReversed().map((cell) => [essence(cell.source), cell]));
  const distinct = filled.filter((cell) => byEssence.get(essence(cell.source)) === cell);
  if (distinct.length === 1) return { cell: distinct[0]! };
  return chooseAmong(distinct, exercise);
}

function chooseAmong(cells: Cell[], exercise: Exercise): Located {
  const places = `cells ${listed(cells.map((cell) => cell.place))}`;
  if (cells.length > MOST_COPIES) {
    return { unclear: `This exercise stands in ${places}. Keep one of them, delete the others.` };
  }
  const whole = cells.filter((cell) => declaresAll(cell, exercise));
  if (whole.length === 1) return { cell: whole[0]! };
  if (whole.length > 1) {
    return {
      unclear:
        `This exercise stands twice, in ${places}. ` +
        'Keep the cell that you want to be graded and delete the other.',
    };
  }
  return {
    unclear: `This exercise's cell has been split into ${places}. Merge them again, or reset it.`,
  };
}

/** Of more, none is looked at. */
const MOST_COPIES = 20;

function listed(places: number[]): string {
  const shown = places.slice(0, 5).join(' and ');
  return places.length > 5 ? `${shown} and ${places.length - 5} more` : shown;
}

function locateByName(cells: Cell[], exercise: Exercise): Located {
  const found = cells.filter((cell) => cell.exercise === null && declaresAll(cell, exercise));
  if (found.length === 0)
    return { missing: "The exercise's cell is not in the notebook any more." };
  return found.length === 1 ? { cell: found[0]! } : chooseAmong(found, exercise);
}

/** Whether a cell declares every name that an answer must. */
function declaresAll(cell: Cell, exercise: Exercise): boolean {
  if (!exercise.declares.every((name) => cell.source.includes(name))) return false;
  const parts = partsOrNone(cell).filter((part) => part.kind !== 'import');
  const declared = new Set(parts.flatMap((part) => part.declared));
  return exercise.declares.every((name) => declared.has(name));
}

/** Names of the exercise that a cell fails to declare. @throws CellSyntaxError */
export function undeclared(cell: Cell, exercise: Exercise): string[] {
  const declared = new Set(partsOf(cell).flatMap((part) => part.declared));
  return exercise.declares.filter((name) => !declared.has(name));
}
