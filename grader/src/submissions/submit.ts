import { createHash } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';

/** Says that a notebook was handed in, and which. Stands beside the copy as `receipt.json`. */
export type Receipt = {
  schemaVersion: 1;
  /** SHA-256 of the notebook's bytes, in hexadecimal: what `sha256sum` prints. */
  receipt: string;
  student: string;
  /** The notebook's name without its ending. */
  assignment: string;
  notebook: string;
  /** ISO 8601, UTC. */
  submittedAt: string;
  /** Exercise → hints that had been looked at before it was solved; only those that had any. */
  hints: Record<string, number>;
};

export type Submitted = {
  receipt: Receipt;
  /** The copy. */
  file: string;
};

const RECEIPT = 'receipt.json';

/**
 * Keeps a copy of a notebook under `folder/<student>/<assignment>/<time>-<hash>/`. Nothing that was handed in is ever
 * written again; handing in the same bytes twice running gives the same receipt. When this returns the copy is on
 * the disk.
 *
 * @throws RangeError where `student` or `notebook` cannot be the name of a file
 */
export function submit(request: {
  folder: string;
  student: string;
  /** The notebook's file name. */
  notebook: string;
  bytes: Uint8Array;
  hints?: Record<string, number>;
}): Submitted {
  const { bytes, hints = {} } = request;
  const [student, notebook] = [fileName(request.student), fileName(request.notebook)];
  const assignment = path.parse(notebook).name;
  const place = path.join(request.folder, student, assignment);
  const hash = createHash('sha256').update(bytes).digest('hex');
  const last = newestIn(place, notebook);
  if (last?.receipt.receipt === hash) return last;
  const submittedAt = timeAfter(last?.receipt.submittedAt);
  const receipt: Receipt = {
    schemaVersion: 1,
    ...{ receipt: hash, student, assignment, notebook, submittedAt, hints },
  };
  const name = `${submittedAt.replaceAll(/[-:.]/g, '')}-${hash.slice(0, 12)}`;
  const directory = path.join(place, name);
  const draft = path.join(place, `.${name}.${process.pid}`);
  mkdirSync(draft, { recursive: true });
  try {
    keep(path.join(draft, notebook), bytes);
    keep(path.join(draft, RECEIPT), `${JSON.stringify(receipt, null, 2)}\n`);
    renameSync(draft, directory); // all of it is there, or nothing
    flush(place);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    throw error;
  }
  return { receipt, file: path.join(directory, notebook) };
}

/** The receipt beside a notebook, if there is one that can be read. */
export function readReceipt(notebook: string): Receipt | null {
  try {
    const receipt = JSON.parse(readFileSync(path.join(path.dirname(notebook), RECEIPT), 'utf8'));
    return isReceipt(receipt) && receipt.notebook === path.basename(notebook) ? receipt : null;
  } catch {
    return null;
  }
}

function isReceipt(value: unknown): value is Receipt {
  const { schemaVersion, receipt, submittedAt, notebook, hints } = (value ?? {}) as Receipt;
  const texts = [receipt, submittedAt, notebook].every((text) => typeof text === 'string');
  return schemaVersion === 1 && texts && typeof hints === 'object' && hints !== null;
}

/** Later than what was handed in before, also where the clock was set back. */
function timeAfter(last: string | undefined): string {
  const after = last === undefined ? 0 : Date.parse(last) + 1;
  return new Date(Math.max(Date.now(), after || 0)).toISOString();
}

function newestIn(place: string, notebook: string): Submitted | null {
  let names: string[];
  try {
    names = readdirSync(place).filter((name) => !name.startsWith('.'));
  } catch {
    return null; // the first
  }
  const all = names.flatMap((name) => {
    const file = path.join(place, name, notebook);
    const receipt = readReceipt(file);
    return receipt ? [{ receipt, file }] : [];
  });
  const newer = (a: Submitted, b: Submitted) =>
    b.receipt.submittedAt > a.receipt.submittedAt ? b : a;
  return all.length > 0 ? all.reduce(newer) : null;
}

/** Writes a file that nobody is to change, and waits for the disk. */
function keep(file: string, content: string | Uint8Array): void {
  writeFileSync(file, content, { flag: 'wx', mode: 0o444, flush: true });
}

function flush(directory: string): void {
  if (process.platform === 'win32') return; // cannot be opened there
  const handle = openSync(directory, 'r');
  fsyncSync(handle);
  closeSync(handle);
}

function fileName(text: string): string {
  const name = text.normalize('NFC').trim();
  const fits = name.length > 0 && name.length <= 100 && !/^\.|[\\/:*?"<>|\p{Cc}]/u.test(name);
  if (fits) return name;
  throw new RangeError(
    `"${text}" cannot be the name of a folder: take letters, digits, spaces and - _ . @ only.`,
  );
}
