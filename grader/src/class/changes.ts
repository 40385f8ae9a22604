import type { ExerciseReport } from '../client/report.ts';
import { rounded } from '../service/points.ts';
import type { GradedNotebook, StudentReport } from './records.ts';

/** What a regrade changed for one exercise of one notebook. Points are null where it was not graded. */
export type Change = {
  student: string;
  notebook: string;
  exercise: string;
  before: number | null;
  after: number | null;
  /** Tests with another verdict: `"title": passed → failed`. */
  tests: string[];
};

/** Where two gradings of a class differ. */
export function changesBetween(before: StudentReport[], after: StudentReport[]): Change[] {
  const [old, now] = [exercisesOf(before), exercisesOf(after)];
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((key) => {
    const [a, b] = [old.get(key)?.exercise, now.get(key)?.exercise];
    const tests = changedTests(a, b);
    if (a && b && a.points === b.points && tests.length === 0) return [];
    const { student, notebook } = (now.get(key) ?? old.get(key))!;
    const exercise = (b ?? a)!.id;
    return [{ student, notebook, exercise, before: pointsOf(a), after: pointsOf(b), tests }];
  });
}

/** Changes as lines for people, with the sum of points before and after. */
export function describeChanges(changes: Change[]): string {
  const said = (points: number | null) => (points === null ? '–' : String(points));
  const lines = changes.flatMap(({ student, notebook, exercise, before, after, tests }) => [
    `${student}  ${notebook}  ${exercise}: ${said(before)} → ${said(after)}`,
    ...tests.map((test) => `    ${test}`),
  ]);
  const students = new Set(changes.map(({ student }) => student)).size;
  const gained = rounded(changes.reduce((sum, c) => sum + (c.after ?? 0) - (c.before ?? 0), 0));
  const sum = `${changes.length} changes for ${students} students, ${gained >= 0 ? '+' : ''}${gained} points`;
  return `${[...lines, changes.length === 0 ? 'Nothing has changed.' : sum].join('\n')}\n`;
}

type Placed = { student: string; notebook: string; exercise: ExerciseReport };

function exercisesOf(students: StudentReport[]): Map<string, Placed> {
  const all = students.flatMap(({ student, notebooks }) =>
    notebooks.flatMap((graded: GradedNotebook) =>
      (graded.report?.exercises ?? []).map((exercise): [string, Placed] => {
        // A copy handed in later stands under another path; it is the same notebook.
        const name = graded.notebook.split('/').at(-1);
        const key = JSON.stringify([student, graded.assignment, name, exercise.id]);
        return [key, { student, notebook: graded.notebook, exercise }];
      }),
    ),
  );
  return new Map(all);
}

const pointsOf = (exercise: ExerciseReport | undefined): number | null => exercise?.points ?? null;

function changedTests(a: ExerciseReport | undefined, b: ExerciseReport | undefined): string[] {
  const verdicts = (exercise: ExerciseReport | undefined) =>
    new Map(exercise?.tests.map(({ name, status }) => [name, status]));
  const [old, now] = [verdicts(a), verdicts(b)];
  const names = [...new Set([...old.keys(), ...now.keys()])];
  return names
    .filter((name) => old.get(name) !== now.get(name))
    .map((name) => `"${name}": ${old.get(name) ?? 'no such test'} → ${now.get(name) ?? 'gone'}`);
}
