import type { GradedNotebook, StudentReport } from './records.ts';

const COLUMNS = 'student_id assignment notebook timestamp status score max_score'.split(' ');

/**
 * The gradebook as CSV (RFC 4180): a row for each notebook, a column of points for each exercise. The first columns
 * are named as nbgrader names them.
 */
export function gradebookCsv(students: StudentReport[]): string {
  const rows = students.flatMap((student) =>
    student.notebooks.map((notebook) => ({ student: student.student, notebook })),
  );
  const exercises = new Set(
    rows.flatMap(({ notebook }) => notebook.report?.exercises.map(({ id }) => id) ?? []),
  );
  const lines = rows.map(({ student, notebook }) => {
    const points = new Map(notebook.report?.exercises.map((one) => [one.id, one.points]));
    return [...headOf(student, notebook), ...[...exercises].map((id) => points.get(id) ?? '')];
  });
  return [[...COLUMNS, ...exercises], ...lines]
    .map((line) => `${line.map(field).join(',')}\r\n`)
    .join('');
}

function headOf(student: string, graded: GradedNotebook): (string | number)[] {
  const { report, notebook, assignment, submittedAt } = graded;
  const chapters = new Set(report?.exercises.map(({ id }) => id.split('/')[0]!) ?? []);
  return [
    student,
    assignment ?? [...chapters].join(' '),
    notebook,
    submittedAt ?? '',
    statusOf(graded),
    report?.complete ? report.points : '',
    report?.maxPoints ?? '',
  ];
}

/** `graded`, `ungradable` (our failure; no score) or `unreadable` (what was handed in is no notebook of the course). */
function statusOf({ report, ours }: GradedNotebook): string {
  if (report?.complete) return 'graded';
  return report || ours ? 'ungradable' : 'unreadable';
}

/** A field that a spreadsheet takes for text, also where a folder's name begins like a formula. */
function field(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
