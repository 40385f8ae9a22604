import { createHash } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Linked } from './link.ts';

/** The two scripts that go into the sandbox, as files. */
export type Bundle = {
  /** The worker program. */
  worker: string;
  /** The tensor library with the reference back end alone, for a fresh context. */
  library: string;
};

const graderRoot = path.join(import.meta.dirname, '../..');
const repository = path.join(graderRoot, '..');
const workerEntry = path.join(graderRoot, 'src/worker/main.ts');
const libraryEntry = path.join(graderRoot, 'src/worker/inside.ts');

let bundle: Promise<Bundle> | undefined;

/** Builds what the sandbox needs, or takes it from the cache where no source has changed. */
export function loadBundle(): Promise<Bundle> {
  bundle ??= buildBundle();
  return bundle;
}

async function buildBundle(): Promise<Bundle> {
  const directory = cacheDirectory();
  return {
    worker: await cached(directory, 'worker', workerEntry, true),
    library: await cached(directory, 'library', libraryEntry, false),
  };
}

/** A directory of our own beside the packages, or a private temporary one where that is read-only. */
function cacheDirectory(): string {
  const directory = path.join(repository, 'node_modules/.cache/lectern-grader');
  try {
    mkdirSync(directory, { recursive: true });
    const probe = path.join(directory, `probe-${process.pid}`);
    writeFileSync(probe, '');
    renameSync(probe, path.join(directory, 'probe'));
    return directory;
  } catch {
    return mkdtempSync(path.join(os.tmpdir(), 'lectern-grader-'));
  }
}

type Stamp = { file: string; mtimeMs: number; size: number };

async function cached(
  directory: string,
  name: string,
  entry: string,
  builtins: boolean,
): Promise<string> {
  const index = path.join(directory, `${name}.json`);
  const known = readIndex(index);
  // A copied folder brings along an index that speaks of the folder it was copied from.
  const ours = known && path.dirname(known.script) === directory;
  if (ours && isFresh(known.inputs)) return known.script;
  const { link } = await import('./link.ts'); // brings TypeScript along, which the cache saves
  const linked: Linked = link(entry, { root: repository, builtins });
  const code = builtins ? `${linked.code}(require);\n` : linked.code;
  const hash = createHash('sha256').update(code).digest('hex').slice(0, 16);
  const script = path.join(directory, `${name}-${hash}.cjs`);
  write(script, code);
  removeOld(directory);
  write(index, JSON.stringify({ script, inputs: linked.inputs.map(stamp) }));
  return script;
}

const WEEK_MS = 7 * 24 * 3600 * 1000;

/** Scripts of earlier versions; a younger one may still be in use by a grader that runs. */
function removeOld(directory: string): void {
  for (const name of readdirSync(directory)) {
    const file = path.join(directory, name);
    const stats = statSync(file, { throwIfNoEntry: false });
    if (stats?.isFile() && Date.now() - stats.mtimeMs > WEEK_MS) rmSync(file, { force: true });
  }
}

function readIndex(index: string): { script: string; inputs: Stamp[] } | null {
  try {
    const known = JSON.parse(readFileSync(index, 'utf8'));
    statSync(known.script);
    return known;
  } catch {
    return null;
  }
}

function isFresh(inputs: Stamp[]): boolean {
  return inputs.every(({ file, mtimeMs, size }) => {
    const stats = statSync(file, { throwIfNoEntry: false });
    return stats?.mtimeMs === mtimeMs && stats.size === size;
  });
}

function stamp(file: string): Stamp {
  const { mtimeMs, size } = statSync(file);
  return { file, mtimeMs, size };
}

/** In one step, so that another grader never reads half a file. */
function write(file: string, text: string): void {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, text, { mode: 0o644 });
  renameSync(draft, file);
}
