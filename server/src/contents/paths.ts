import fs from 'node:fs/promises';
import path from 'node:path';
import { RequestError } from '../errors.ts';

/**
 * Turns the paths of requests into paths on disk, and refuses every way out of the content root:
 * `..`, absolute paths, backslashes, NUL, hidden names, and symbolic links that lead elsewhere.
 */
export interface PathGuard {
  readonly root: string;
  /** Without leading, trailing or doubled slashes. @throws RequestError no-such-file */
  clean(apiPath: string): string;
  /**
   * The absolute path, with symbolic links followed; the last part need not exist yet.
   * @throws RequestError no-such-file for anything that is not the learner's to see
   */
  resolve(apiPath: string): Promise<string>;
  /**
   * The same without following a link in the last part: what is renamed or deleted is the link.
   * @throws RequestError no-such-file, also for a directory that holds what is closed
   */
  resolveEntry(apiPath: string): Promise<string>;
}

/** @param forbidden directories never reachable, even through a content root that holds them */
export async function createPathGuard(root: string, forbidden: string[]): Promise<PathGuard> {
  const realRoot = await fs.realpath(root);
  const closed = await Promise.all(forbidden.map((directory) => realPathOf(directory)));

  function clean(apiPath: string): string {
    const parts = apiPath.split('/').filter((part) => part !== '');
    const bad = parts.some((part) => part.startsWith('.') || /[\\\0]/.test(part));
    if (bad) throw noSuchFile(apiPath);
    return parts.join('/');
  }

  async function resolve(apiPath: string): Promise<string> {
    const relative = clean(apiPath);
    const real = await realPathOf(path.join(realRoot, relative));
    if (!isInside(realRoot, real)) throw noSuchFile(relative);
    // A link to a hidden directory of the root is as closed as its name.
    const hidden = path
      .relative(realRoot, real)
      .split(path.sep)
      .some((part) => part.startsWith('.'));
    if (hidden || closed.some((directory) => isInside(directory, real))) throw noSuchFile(relative);
    return real;
  }

  async function resolveEntry(apiPath: string): Promise<string> {
    const relative = clean(apiPath);
    const real = await resolve(relative);
    const parent = path.posix.dirname(relative);
    const entry = path.join(await resolve(parent === '.' ? '' : parent), path.basename(relative));
    // Closed places can be moved as little as they can be read.
    if (closed.some((directory) => isInside(real, directory))) throw noSuchFile(relative);
    return entry;
  }

  return { root: realRoot, clean, resolve, resolveEntry };
}

export function noSuchFile(apiPath: string): RequestError {
  // Control characters would garble a terminal or a log line.
  const shown = apiPath.replace(/\p{Cc}/gu, '?');
  return new RequestError('no-such-file', `No such file or directory: ${shown}`);
}

function isInside(directory: string, file: string): boolean {
  return file === directory || file.startsWith(directory + path.sep);
}

/** `realpath` that accepts missing last parts: what exists is followed, the rest appended. */
async function realPathOf(file: string): Promise<string> {
  try {
    return await fs.realpath(file);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    // A dangling link must not count as a missing file: writing would follow it out of the root.
    const link = await fs.lstat(file).then(
      (stat) => stat.isSymbolicLink(),
      () => false,
    );
    const parent = path.dirname(file);
    if ((code !== 'ENOENT' && code !== 'ENOTDIR') || link || parent === file) {
      throw noSuchFile(path.basename(file));
    }
    return path.join(await realPathOf(parent), path.basename(file));
  }
}
