import { type Course, type Exercise, loadExercise } from '../catalogue/index.ts';
import { type Cell, readCells } from '../slicing/notebook.ts';
import { BadRequest } from './errors.ts';

/** What is to be graded. */
export type Submission = { cells: Cell[]; exercises: Exercise[] };

/**
 * Reads a notebook and decides which exercises are graded: those asked for, else all of the chapters that the notebook
 * belongs to, by its exercise cells and by its file name. So an exercise whose cell is gone is still listed.
 */
export function readSubmission(
  root: string,
  course: Course,
  request: { notebook: unknown; path: string; exercises?: string[] },
): Submission {
  const cells = readCells(request.notebook);
  const asked = request.exercises ?? exercisesOf(course, cells, request.path);
  const ids = [...new Set(asked)]; // an exercise counts once
  return { cells, exercises: ids.map((id) => loadExercise(root, id)) };
}

function exercisesOf(course: Course, cells: Cell[], path: string): string[] {
  const file = path.split(/[\\/]/).at(-1);
  const tagged = new Set(cells.flatMap((cell) => cell.exercise?.split('/')[0] ?? []));
  const chapters = course.chapters.filter(
    (chapter) => tagged.has(chapter.id) || chapter.file === file,
  );
  const ids = chapters.flatMap((chapter) => chapter.exercises);
  if (ids.length > 0) return ids;
  const names = course.chapters.map((chapter) => chapter.file).join(', ');
  throw new BadRequest(
    `${path} has no exercise of this course. Its chapters are ${names}; ` +
      'an exercise cell is known by its metadata, which a copy by text loses.',
  );
}
