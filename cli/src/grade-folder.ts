import { copyFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {
  type ClassProgress,
  type ClassResult,
  describeChanges,
  gradeClass,
  RecordsError,
} from '@lectern/grader/class';
import { detectSandbox } from '@lectern/grader/sandbox';
import { SubmissionsError } from '@lectern/grader/submissions';
import { badRequest, CommandError, exit } from './errors.ts';
import { requireWritable } from './notebook.ts';
import { root } from './root.ts';

export interface FolderOptions {
  dir: string;
  out: string;
  csv?: string;
  against?: string;
  seed?: number;
  jobs?: number;
  json?: boolean;
}

/** Grades a class: reports and gradebook into `out`, a summary to stdout, progress to stderr. */
export async function gradeFolder(options: FolderOptions): Promise<void> {
  const { dir, out, csv, against, seed } = options;
  if (csv !== undefined) requireWritable(csv);
  if ((await detectSandbox()) === 'permissions') {
    throw badRequest(
      'Answers of others are graded only where they can be shut away: install bubblewrap, or allow ' +
        'user namespaces. `npx lectern doctor` says what this machine has.',
    );
  }
  let result: ClassResult;
  try {
    result = await gradeClass({
      root,
      from: path.resolve(dir),
      to: path.resolve(out),
      processes: options.jobs ?? os.availableParallelism(),
      onProgress: progressOn(process.stderr),
      ...(seed === undefined ? {} : { seed }),
      ...(against === undefined ? {} : { against: path.resolve(against) }),
    });
  } catch (error) {
    if (error instanceof RecordsError || error instanceof SubmissionsError) {
      throw badRequest(error.message);
    }
    throw error;
  }
  if (csv !== undefined) copyFileSync(path.join(out, 'gradebook.csv'), csv);
  process.stdout.write(options.json ? asJson(result) : asText(result, out));
  if (result.ungradable > 0) {
    throw new CommandError(
      'Not everything could be graded, through a failure of ours; see "ungradable" in the ' +
        'gradebook. The same command tries those again.',
      exit.ourFailure,
    );
  }
}

/** A line that is written over on a terminal; elsewhere one every ten seconds, and the last. */
function progressOn(stream: NodeJS.WriteStream): (progress: ClassProgress) => void {
  let said = performance.now();
  return (progress) => {
    const last = progress.done === progress.total;
    if (stream.isTTY) {
      stream.write(`\r${line(progress)}\x1b[K${last ? '\n' : ''}`);
    } else if (last || performance.now() - said > 10_000) {
      said = performance.now();
      stream.write(`${line(progress)}\n`);
    }
  };
}

function line({ done, total, graded, elapsedMs, leftMs }: ClassProgress): string {
  const rate = (graded / (elapsedMs / 1000)).toFixed(1);
  const left = leftMs === null || done === total ? '' : `, ${duration(leftMs)} left`;
  return `${done} of ${total} notebooks, ${rate} a second${left}`;
}

function duration(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  return seconds < 3600 ? `${Math.ceil(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

function asText({ students, graded, changes, ms }: ClassResult, out: string): string {
  const notebooks = students.flatMap((student) => student.notebooks);
  const problems = students.flatMap(({ student, notebooks: own }) =>
    own.flatMap(({ notebook, problem }) =>
      problem ? `  ${student}  ${notebook}: ${problem}` : [],
    ),
  );
  const known = notebooks.length - graded;
  const lines = [
    `${notebooks.length} notebooks of ${students.length} students: ${graded} graded in ` +
      `${(ms / 1000).toFixed(1)} s${known > 0 ? `, ${known} graded before` : ''}.`,
    ...problems,
    `Reports and gradebook.csv are in ${out}`,
  ];
  return `${lines.join('\n')}\n${changes ? describeChanges(changes) : ''}`;
}

function asJson({ students, graded, ungradable, changes, ms }: ClassResult): string {
  const summary = {
    students: students.map(({ student, points, maxPoints, complete }) => ({
      ...{ student, points, maxPoints, complete },
    })),
    ...{ graded, ungradable, ms: Math.round(ms) },
    ...(changes && { changes }),
  };
  return `${JSON.stringify(summary, null, 2)}\n`;
}
