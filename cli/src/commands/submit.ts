import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Command } from 'commander';
import { badRequest } from '../errors.ts';
import { readNotebook } from '../notebook.ts';
import { friendlyPath, root } from '../root.ts';

interface SubmitOptions {
  to: string;
  student: string;
  json?: boolean;
}

/** Who hands in, where nobody says otherwise. */
export const studentName = (): string => process.env.LECTERN_STUDENT || os.userInfo().username;

async function submitNotebook(file: string, { to, student, json }: SubmitOptions): Promise<void> {
  readNotebook(file); // what is no notebook is not handed in
  const { submit } = await import('@lectern/grader/submissions');
  const { loadCourse, loadExercise } = await import('@lectern/grader/catalogue');
  const { hintsUsed } = await import('@lectern/server');
  const notebook = path.basename(file);
  const bytes = readFileSync(file);
  const ids = loadCourse(root).chapters.flatMap(({ exercises }) => exercises);
  const exercises = ids.map((id) => loadExercise(root, id));
  const hints = hintsUsed(path.join(root, '.lectern'), exercises);
  try {
    const submitted = submit({ folder: path.resolve(to), student, notebook, bytes, hints });
    if (json) {
      process.stdout.write(`${JSON.stringify(submitted.receipt, null, 2)}\n`);
      return;
    }
    process.stdout.write(
      `Handed in as ${friendlyPath(submitted.file)}\nReceipt ${submitted.receipt.receipt}\n`,
    );
  } catch (error) {
    if (error instanceof RangeError) throw badRequest(error.message);
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw badRequest(`Nothing was handed in: ${message}. Choose another folder with --to.`);
  }
}

/** Where the page hands in to. */
const own = path.join(root, 'my', 'submitted');

export const submitCommand = (): Command =>
  new Command('submit')
    .description('hand in a notebook: keep a copy that is never changed, with a receipt')
    .argument('<notebook>', 'the notebook as you want it graded')
    .option('--to <dir>', "the folder of submissions, such as the class's", own)
    .option('--student <name>', 'in whose name', studentName())
    .option('--json', 'print the receipt as JSON')
    .action(submitNotebook);
