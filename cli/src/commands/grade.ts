import path from 'node:path';
import type { ExerciseReport, Report } from '@lectern/grader/client';
import { Command, InvalidArgumentError } from 'commander';
import { badRequest, CommandError, exit } from '../errors.ts';
import { exerciseOf, readNotebook } from '../notebook.ts';
import { root } from '../root.ts';

interface GradeOptions {
  json?: boolean;
  seed?: number;
  exercise?: string[];
  dir?: string;
  out?: string;
  csv?: string;
  against?: string;
  jobs?: number;
}

export const wholeNumberFrom =
  (least: number) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() !== '' && Number.isSafeInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`A whole number, ${least} or more, is needed.`);
  };

const collect = (value: string, earlier: string[] = []): string[] => [...earlier, value];

function describeTests(exercise: ExerciseReport): string[] {
  return exercise.tests
    .filter(({ status }) => status !== 'passed' && status !== 'not-run')
    .map(({ name, visibility, status, message }) => {
      const kind = visibility === 'hidden' ? ' (hidden)' : '';
      return `      ${status}${kind}: ${name}${message ? `\n        ${message.replaceAll('\n', '\n        ')}` : ''}`;
    });
}

function describe(report: Report): string {
  const lines = report.exercises.flatMap((exercise) => [
    `  ${exercise.status.padEnd(10)} ${exercise.points ?? '–'}/${exercise.maxPoints}  ${exercise.title}`,
    ...(exercise.message ? [`      ${exercise.message}`] : []),
    ...(exercise.error ? [`      ${exercise.error.name}: ${exercise.error.message}`] : []),
    ...describeTests(exercise),
    ...(exercise.mistake
      ? [`      ${exercise.mistake.feedback.replaceAll('\n', '\n      ')}`]
      : []),
  ]);
  const summary = `${report.points}/${report.maxPoints} points (seed ${report.seed}, sandbox ${report.sandbox}, ${report.ms} ms)`;
  return `${[...lines, summary].join('\n')}\n`;
}

async function gradeNotebook(file: string, options: GradeOptions): Promise<void> {
  const notebook = readNotebook(file);
  if (!options.exercise && !notebook.cells.some((cell) => exerciseOf(cell))) {
    process.stderr.write(`${file} has no cell marked as an exercise; looking for declarations.\n`);
  }
  const { startGrader } = await import('@lectern/grader/client');
  const grader = startGrader({ root });
  try {
    const report = await grader.grade({
      notebook,
      path: path.relative(process.cwd(), path.resolve(file)),
      ...(options.exercise ? { exercises: options.exercise } : {}),
      ...(options.seed === undefined ? {} : { seed: options.seed }),
    });
    process.stdout.write(options.json ? `${JSON.stringify(report, null, 2)}\n` : describe(report));
    if (!report.complete) {
      throw new CommandError(
        'Not every exercise could be graded; see "ungradable".',
        exit.ourFailure,
      );
    }
  } finally {
    await grader.close();
  }
}

/** One notebook, or with `--dir` a class. */
async function gradeOneOrAll(file: string | undefined, options: GradeOptions): Promise<void> {
  const { dir, out, csv, against, jobs, exercise } = options;
  if (dir === undefined) {
    const stray = Object.entries({ out, csv, against, jobs }).find(([, value]) => value);
    if (stray) throw badRequest(`--${stray[0]} goes with --dir.`);
    if (file === undefined) throw badRequest('Name a notebook, or a folder of them with --dir.');
    return gradeNotebook(file, options);
  }
  if (file !== undefined) throw badRequest('Name a notebook or --dir, not both.');
  if (exercise) throw badRequest('--exercise goes with one notebook; a class is graded whole.');
  if (out === undefined) throw badRequest('--dir needs --out, the folder of the reports.');
  const { gradeFolder } = await import('../grade-folder.ts');
  return gradeFolder({ ...options, dir, out });
}

export const gradeCommand = (): Command =>
  new Command('grade')
    .description('grade the exercise cells of a notebook file, or a class in a folder')
    .argument('[notebook]', 'a notebook file; it need not lie in the course')
    .option('--json', 'print the report as one JSON object')
    .option('--seed <n>', 'the seed of the random inputs (default: a new one)', wholeNumberFrom(0))
    .option(
      '--exercise <slug>',
      'only this exercise, as in attention/projections (may be given again)',
      collect,
    )
    .option('--dir <submissions>', 'grade all notebooks of a folder, a folder per student')
    .option('--out <reports>', 'with --dir: where the reports go; what is there is not done again')
    .option(
      '--csv <file>',
      'with --dir: where the gradebook goes (default: gradebook.csv in --out)',
    )
    .option('--against <reports>', 'with --dir: say what is different from these earlier reports')
    .option(
      '--jobs <n>',
      'with --dir: gradings side by side (default: one per processor)',
      wholeNumberFrom(1),
    )
    .action(gradeOneOrAll);
