import { randomBytes } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { RequestError } from '../errors.ts';
import { writeAtomically } from './atomic.ts';

const KEPT_MS = 30 * 24 * 3600_000;

export interface TrashedEntry {
  id: string;
  /** Where it was, under the content root. */
  path: string;
  deleted: string;
}

/**
 * What was deleted, for thirty days: `<content root>/.lectern/trash/<id>/<name>`, and `<id>.json`
 * that says where it was. On the disk of the learner's own folder, so that moving costs nothing.
 */
export class Trash {
  readonly #directory: string;

  constructor(contentRoot: string) {
    this.#directory = path.join(contentRoot, '.lectern/trash');
  }

  /** Takes the file or directory away. @param file its place on disk, a link itself not followed */
  async take(file: string, apiPath: string): Promise<void> {
    const deleted = new Date().toISOString();
    const id = `${deleted.replace(/\D/g, '')}-${randomBytes(4).toString('hex')}`;
    await fs.mkdir(path.join(this.#directory, id), { recursive: true });
    await writeAtomically(this.#note(id), JSON.stringify({ path: apiPath, deleted }));
    await fs.rename(file, path.join(this.#directory, id, path.basename(file)));
  }

  /** The newest first. */
  async list(): Promise<TrashedEntry[]> {
    const names = await fs.readdir(this.#directory).catch(() => []);
    const ids = names.filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -5));
    const entries = await Promise.all(ids.map((id) => this.#read(id)));
    return entries.filter((entry) => entry !== null).sort((a, b) => (a.id < b.id ? 1 : -1));
  }

  /**
   * Puts an entry to `file`, where nothing may stand.
   * @throws RequestError no-such-file
   */
  async restore(id: string, fileOf: (apiPath: string) => Promise<string>): Promise<string> {
    const entry = (await this.list()).find((candidate) => candidate.id === id);
    if (!entry) throw new RequestError('no-such-file', `There is nothing “${id}” in the trash.`);
    const file = await fileOf(entry.path);
    await fs.mkdir(path.dirname(file), { recursive: true });
    await fs.rename(path.join(this.#directory, id, path.basename(entry.path)), file);
    await this.#forget(id);
    return entry.path;
  }

  /** Removes for good what has been here for longer than thirty days. */
  async empty(now = Date.now()): Promise<void> {
    for (const { id, deleted } of await this.list()) {
      if (now - Date.parse(deleted) > KEPT_MS) await this.#forget(id);
    }
  }

  async #read(id: string): Promise<TrashedEntry | null> {
    try {
      const { path: where, deleted } = JSON.parse(await fs.readFile(this.#note(id), 'utf8'));
      await fs.lstat(path.join(this.#directory, id, path.basename(where)));
      return { id, path: where, deleted };
    } catch {
      return null; // killed between the note and the move: the entry is where it was
    }
  }

  async #forget(id: string): Promise<void> {
    await fs.rm(path.join(this.#directory, id), { recursive: true, force: true });
    await fs.rm(this.#note(id), { force: true });
  }

  #note(id: string): string {
    return path.join(this.#directory, `${id}.json`);
  }
}
