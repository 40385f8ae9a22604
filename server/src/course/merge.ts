import { type Cell, type Notebook, sourceOf } from '../contents/notebook-file.ts';

/** What a merge did, for the message to the learner. Ids are those of the course's cells. */
export interface MergeResult {
  notebook: Notebook;
  /** Cells that the course changed and that the learner had changed too: both are shown. */
  conflicts: string[];
}

/**
 * Brings a learner's copy up to a newer template. Cells are matched by id.
 *
 * - Cells that the learner did not touch follow the template: changed, moved, added, removed.
 * - An answer (the cell of an exercise) stays, unless it is still the starter.
 * - A course cell that the learner edited stays as long as the template's has not changed; where
 *   both changed, the template's new text stands first and the learner's follows as an own cell.
 * - The learner's own cells stay, behind the cell that they followed.
 * - A course cell that the learner deleted stays away until the template changes it; an exercise
 *   returns.
 *
 * Merging again with the same template changes nothing, also after a crash in between.
 *
 * @param base the template from which `mine` was made or last updated; null where it is lost:
 *   then every cell of `mine` counts as the learner's text and nothing is replaced
 * @param mine the learner's copy
 * @param theirs the newer template
 */
export function mergeNotebook(
  base: Notebook | null,
  mine: Notebook,
  theirs: Notebook,
): MergeResult {
  const baseCells = byId(base ?? { cells: [] });
  const mineCells = byId(mine);
  const theirCells = byId(theirs);
  const conflicts: string[] = [];
  const merged: Cell[] = [];
  const ownCells = groupOwnCells(mine, (id) => theirCells.has(id), baseCells);

  merged.push(...(ownCells.get(null) ?? []));
  for (const their of theirs.cells) {
    const id = their.id ?? '';
    const mineCell = mineCells.get(id);
    const { cells, conflict } = mergeCell(baseCells.get(id), mineCell, their, mineCells);
    if (conflict) conflicts.push(id);
    merged.push(...cells, ...(ownCells.get(id) ?? []));
  }
  const metadata = mergeMetadata(base?.metadata, mine.metadata, theirs.metadata);
  return { notebook: { ...theirs, metadata, cells: merged }, conflicts };
}

function mergeCell(
  base: Cell | undefined,
  mine: Cell | undefined,
  their: Cell,
  mineCells: Map<string, Cell>,
): { cells: Cell[]; conflict: boolean } {
  const one = (cell: Cell) => ({ cells: [cell], conflict: false });
  if (!mine) {
    const deleted = base && sameText(base, their) && !isExercise(their);
    return deleted ? { cells: [], conflict: false } : one(their);
  }
  if (sameText(mine, their)) return one(withResultsOf(mine, their));
  if (base && sameText(mine, base)) return one(their);
  // From here on the learner has edited the cell.
  if (isExercise(their)) return one({ ...mine, metadata: their.metadata });
  if (!base || sameText(base, their)) return one(mine);
  return { cells: [their, keptVersion(mine, mineCells)], conflict: true };
}

/**
 * The cells of `mine` that the template does not have, by the id of the course cell that they
 * follow; null stands for the top. Cells that the course removed are left out unless edited.
 */
function groupOwnCells(
  mine: Notebook,
  isCourseCell: (id: string) => boolean,
  baseCells: Map<string, Cell>,
): Map<string | null, Cell[]> {
  const groups = new Map<string | null, Cell[]>();
  let anchor: string | null = null;
  for (const cell of mine.cells) {
    if (cell.id !== undefined && isCourseCell(cell.id)) {
      anchor = cell.id;
      continue;
    }
    const base = baseCells.get(cell.id ?? '');
    if (base && sameText(base, cell)) continue;
    const group = groups.get(anchor) ?? [];
    group.push(base ? asOwnCell(cell) : cell);
    groups.set(anchor, group);
  }
  return groups;
}

/** The template's cell, with the outputs of the learner's run of the same text. */
function withResultsOf(mine: Cell, their: Cell): Cell {
  if (their.cell_type !== 'code') return their;
  return { ...their, outputs: mine.outputs ?? [], execution_count: mine.execution_count ?? null };
}

/** The learner's version of a course cell, as a cell of their own beside the new one. */
function keptVersion(mine: Cell, taken: Map<string, Cell>): Cell {
  const stem = `${(mine.id ?? 'cell').slice(0, 54)}-yours`;
  let id = stem;
  for (let n = 2; taken.has(id); n++) id = `${stem}-${n}`;
  return { ...asOwnCell(mine), id };
}

/** Drops what marks a cell as the course's. */
function asOwnCell(cell: Cell): Cell {
  const { lectern: _, ...metadata } = cell.metadata;
  return { ...cell, metadata };
}

/** The learner's choice of kernel stays; everything else is the template's. */
function mergeMetadata(
  base: Record<string, unknown> | undefined,
  mine: Record<string, unknown>,
  theirs: Record<string, unknown>,
): Record<string, unknown> {
  const chosen = JSON.stringify(mine.kernelspec) !== JSON.stringify(base?.kernelspec);
  if (!chosen || mine.kernelspec === undefined) return theirs;
  return { ...theirs, kernelspec: mine.kernelspec, language_info: mine.language_info };
}

function byId({ cells }: { cells: Cell[] }): Map<string, Cell> {
  return new Map(cells.flatMap((cell) => (cell.id === undefined ? [] : [[cell.id, cell]])));
}

function sameText(a: Cell, b: Cell): boolean {
  return a.cell_type === b.cell_type && sourceOf(a) === sourceOf(b);
}

/** The exercise that a cell answers, by its metadata. */
export function exerciseOf(cell: Cell): string | undefined {
  const lectern = cell.metadata?.lectern;
  if (typeof lectern !== 'object' || lectern === null) return undefined;
  const { exercise } = lectern as { exercise?: unknown };
  return typeof exercise === 'string' ? exercise : undefined;
}

const isExercise = (cell: Cell) => exerciseOf(cell) !== undefined;
