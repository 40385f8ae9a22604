import { randomUUID } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { RequestError } from '../errors.ts';
import { syncDirectory } from './atomic.ts';

interface Upload {
  file: string;
  chunks: number;
  bytes: number;
}

/**
 * Files that come in pieces, as JupyterLab sends what is larger than a megabyte: chunks 1, 2, 3 …,
 * the last one numbered -1. Until that has come the old file stays as it was.
 */
export class Uploads {
  readonly #directory: string;
  readonly #running = new Map<string, Upload>();

  constructor(contentRoot: string) {
    this.#directory = path.join(contentRoot, '.lectern/uploads');
  }

  /**
   * Adds a chunk; with the last one the whole is on the disk at `target`.
   * @returns how many bytes there are so far
   * @throws RequestError bad-request where a chunk is missing before this one
   */
  async add(target: string, chunk: number, bytes: Buffer): Promise<number> {
    const upload = chunk === 1 ? await this.#begin(target) : this.#running.get(target);
    if (!upload || (chunk !== -1 && chunk !== upload.chunks + 1)) {
      const wanted = upload ? upload.chunks + 1 : 1;
      throw new RequestError(
        'bad-request',
        `Chunk ${chunk} came where chunk ${wanted} was due; upload the file again.`,
      );
    }
    await fs.appendFile(upload.file, bytes);
    upload.chunks += 1;
    upload.bytes += bytes.length;
    if (chunk === -1) await this.#finish(target, upload);
    return upload.bytes;
  }

  /** Throws away what servers that were killed had begun. */
  async sweep(): Promise<void> {
    await fs.rm(this.#directory, { recursive: true, force: true });
  }

  async #begin(target: string): Promise<Upload> {
    await this.#abandon(target);
    await fs.mkdir(this.#directory, { recursive: true });
    const upload = { file: path.join(this.#directory, randomUUID()), chunks: 0, bytes: 0 };
    this.#running.set(target, upload);
    return upload;
  }

  async #finish(target: string, { file }: Upload): Promise<void> {
    const handle = await fs.open(file, 'r+');
    await handle.sync();
    await handle.close();
    await fs.rename(file, target);
    await syncDirectory(path.dirname(target));
    this.#running.delete(target);
  }

  async #abandon(target: string): Promise<void> {
    const old = this.#running.get(target);
    this.#running.delete(target);
    if (old) await fs.rm(old.file, { force: true });
  }
}
