import fs from 'node:fs/promises';
import path from 'node:path';
import { RequestError } from '../errors.ts';
import { writeAtomically } from './atomic.ts';
import { noSuchFile, type PathGuard } from './paths.ts';

/** One checkpoint per file, as Jupyter's own default: the state at the last deliberate save. */
const ID = 'checkpoint';

export interface CheckpointModel {
  id: string;
  last_modified: string;
}

/** Copies to go back to, kept outside the content root so that they never show up in it. */
export class Checkpoints {
  readonly #guard: PathGuard;
  readonly #directory: string;

  constructor(guard: PathGuard, directory: string) {
    this.#guard = guard;
    this.#directory = directory;
  }

  async list(apiPath: string): Promise<CheckpointModel[]> {
    const stat = await fs.stat(this.#file(apiPath)).catch(() => null);
    return stat ? [{ id: ID, last_modified: stat.mtime.toISOString() }] : [];
  }

  async create(apiPath: string): Promise<CheckpointModel> {
    const source = await this.#guard.resolve(apiPath);
    const bytes = await fs.readFile(source).catch(() => {
      throw noSuchFile(apiPath);
    });
    const copy = this.#file(apiPath);
    await fs.mkdir(path.dirname(copy), { recursive: true });
    await writeAtomically(copy, bytes);
    return (await this.list(apiPath))[0]!;
  }

  async restore(apiPath: string, id: string): Promise<void> {
    const bytes = await this.#read(apiPath, id);
    await writeAtomically(await this.#guard.resolve(apiPath), bytes);
  }

  async delete(apiPath: string, id: string): Promise<void> {
    await this.#read(apiPath, id);
    await this.forget(apiPath);
  }

  /** Where a file or a directory of files is deleted. */
  async forget(apiPath: string): Promise<void> {
    await fs.rm(this.#file(apiPath), { recursive: true, force: true });
  }

  /** Where a file or a directory of files is renamed. */
  async move(from: string, to: string): Promise<void> {
    const [source, target] = [this.#file(from), this.#file(to)];
    if (!(await fs.stat(source).catch(() => null))) return;
    await fs.rm(target, { recursive: true, force: true });
    await fs.mkdir(path.dirname(target), { recursive: true });
    await fs.rename(source, target);
  }

  async #read(apiPath: string, id: string): Promise<Buffer> {
    const bytes = id === ID ? await fs.readFile(this.#file(apiPath)).catch(() => null) : null;
    if (bytes) return bytes;
    throw new RequestError('no-such-file', `${apiPath} has no checkpoint “${id}”.`);
  }

  #file(apiPath: string): string {
    return path.join(this.#directory, this.#guard.clean(apiPath));
  }
}
