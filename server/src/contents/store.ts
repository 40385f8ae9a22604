import type { Stats } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { RequestError } from '../errors.ts';
import { writeAtomically } from './atomic.ts';
import {
  baseModel,
  bytesOf,
  type ContentsModel,
  contentOf,
  type EntryType,
  type FileFormat,
  hashOf,
  type SaveRequest,
} from './model.ts';
import { checkNewName } from './names.ts';
import { emptyNotebook, isNotebook, type Notebook } from './notebook-file.ts';
import { noSuchFile, type PathGuard } from './paths.ts';
import { Trash, type TrashedEntry } from './trash.ts';
import type { Notary } from './trust.ts';
import { Turns } from './turns.ts';
import { Uploads } from './uploads.ts';

export interface GetOptions {
  content: boolean;
  hash: boolean;
  type?: EntryType;
  format?: FileFormat;
}

/** Files and notebooks under the content root, as Jupyter's contents API shows them. */
export class ContentsStore {
  readonly #guard: PathGuard;
  readonly #notary: Notary;
  readonly #trash: Trash;
  readonly #uploads: Uploads;
  /** Between a look at a file and its replacement no other request may change it. */
  readonly #turns = new Turns();

  constructor(guard: PathGuard, notary: Notary) {
    this.#guard = guard;
    this.#notary = notary;
    this.#trash = new Trash(guard.root);
    this.#uploads = new Uploads(guard.root);
  }

  /** Throws away what was deleted long ago, and uploads that a killed server had begun. */
  async sweep(): Promise<void> {
    await Promise.all([this.#trash.empty(), this.#uploads.sweep()]);
  }

  async get(apiPath: string, options: GetOptions): Promise<ContentsModel> {
    const relative = this.#guard.clean(apiPath);
    const file = await this.#guard.resolve(relative);
    const stat = await statOf(file, relative);
    if (stat.isDirectory()) return this.#directory(relative, file, stat, options);
    if (!stat.isFile()) throw noSuchFile(relative);
    if (options.type === 'directory') {
      throw new RequestError('wrong-type', `${relative} is a file, not a directory.`);
    }
    const type = options.type ?? (relative.endsWith('.ipynb') ? 'notebook' : 'file');
    const model = baseModel(relative, type, stat);
    if (!options.content && !options.hash) return model;
    const bytes = await fs.readFile(file);
    if (options.hash) Object.assign(model, hashOf(bytes));
    if (options.content) Object.assign(model, contentOf(relative, type, bytes, options.format));
    if (model.format === 'json') model.content = this.#notary.mark(model.content as Notebook);
    return model;
  }

  /**
   * Creates or replaces; resolves when the bytes are on the disk.
   * @throws RequestError changed-elsewhere where the file is not what the client expects
   */
  async save(apiPath: string, request: SaveRequest) {
    const relative = this.#nameable(apiPath);
    const file = await this.#guard.resolve(relative);
    return this.#turns.take(file, () => this.#save(relative, file, request));
  }

  /** One piece of a file (`Uploads`). The model tells of what there is so far. */
  async upload(apiPath: string, chunk: number, request: SaveRequest) {
    const relative = this.#nameable(apiPath);
    const file = await this.#guard.resolve(relative);
    return this.#turns.take(file, async () => {
      const existing = await this.#replaceable(relative, file);
      if (request.type !== 'file' || request.format === 'json') {
        throw new RequestError('bad-request', 'Only files of text or base64 come in chunks.');
      }
      const bytes = Buffer.from(bytesOf(relative, request));
      const size = await this.#uploads.add(file, chunk, bytes).catch((error) => {
        throw explainWriteError(error, relative);
      });
      const done = chunk === -1;
      const stat = done || existing ? await fs.stat(file) : await fs.stat(path.dirname(file));
      return { model: { ...baseModel(relative, 'file', stat), size }, created: done && !existing };
    });
  }

  async #save(relative: string, file: string, request: SaveRequest) {
    const existing = await this.#replaceable(relative, file, request.type === 'directory');
    await checkExpectation(relative, file, request);
    if (request.type === 'directory') {
      if (!existing)
        await fs.mkdir(file).catch((error) => Promise.reject(explainWriteError(error, relative)));
    } else {
      const bytes = bytesOf(relative, request);
      await writeAtomically(file, bytes).catch((error) => {
        throw explainWriteError(error, relative);
      });
      if (isNotebook(request.content)) this.#notary.signIfTrusted(request.content);
    }
    const type = request.type;
    const model = await this.get(relative, { content: false, hash: type !== 'directory', type });
    return { model, created: !existing };
  }

  /** A new empty entry, or a copy, under a name that is still free in `directory`. */
  async create(directory: string, request: { type?: EntryType; ext?: string; copyFrom?: string }) {
    const parent = this.#guard.clean(directory);
    if (request.copyFrom !== undefined) return this.#copy(parent, request.copyFrom);
    const type = request.type ?? 'file';
    const extension = type === 'notebook' ? '.ipynb' : (request.ext ?? '');
    const stem = { notebook: 'Untitled', file: 'untitled', directory: 'Untitled Folder' }[type];
    const relative = await this.#freeName(parent, stem, extension, '');
    const content = type === 'notebook' ? emptyNotebook : '';
    const saved = await this.save(relative, { type, format: 'text', content });
    return saved.model;
  }

  async rename(from: string, to: string): Promise<ContentsModel> {
    const [source, target] = [this.#nameable(from), this.#nameable(to)];
    const [sourceFile, targetFile] = await Promise.all([
      this.#guard.resolveEntry(source),
      this.#guard.resolveEntry(target),
    ]);
    await statOf(sourceFile, source);
    if (source !== target) {
      checkNewName(target);
      if (await fs.lstat(targetFile).catch(() => null)) throw alreadyExists(target);
      await fs.rename(sourceFile, targetFile).catch((error) => {
        throw explainWriteError(error, target);
      });
    }
    return this.get(target, { content: false, hash: false });
  }

  /** Into the trash, directories with all that is in them. */
  async delete(apiPath: string): Promise<void> {
    const relative = this.#nameable(apiPath);
    const file = await this.#guard.resolveEntry(relative);
    await statOf(file, relative);
    await this.#trash.take(file, relative).catch((error) => {
      throw explainWriteError(error, relative);
    });
  }

  trashed(): Promise<TrashedEntry[]> {
    return this.#trash.list();
  }

  /** Puts back what was deleted, where nothing has taken its place. */
  async restore(id: string): Promise<ContentsModel> {
    const relative = await this.#trash.restore(id, async (apiPath) => {
      const file = await this.#guard.resolve(apiPath);
      if (await fs.lstat(file).catch(() => null)) throw alreadyExists(apiPath);
      return file;
    });
    return this.get(relative, { content: false, hash: false });
  }

  /** Declares that every output of a notebook may be believed. */
  async trust(apiPath: string): Promise<void> {
    const relative = this.#nameable(apiPath);
    const file = await this.#guard.resolve(relative);
    await statOf(file, relative);
    const model = contentOf(relative, 'notebook', await fs.readFile(file));
    this.#notary.sign(model.content as Notebook);
  }

  async #directory(
    relative: string,
    file: string,
    stat: Stats,
    options: GetOptions,
  ): Promise<ContentsModel> {
    if (options.type && options.type !== 'directory') {
      throw new RequestError('wrong-type', `${relative || '/'} is a directory, not a file.`);
    }
    const model = baseModel(relative, 'directory', stat);
    if (!options.content) return model;
    const names = (await fs.readdir(file)).filter((name) => !name.startsWith('.')).sort();
    const entries = await Promise.all(
      names.map((name) =>
        // What may not be seen, or vanished meanwhile, is simply not listed.
        this.get(relative ? `${relative}/${name}` : name, { content: false, hash: false }).catch(
          () => null,
        ),
      ),
    );
    return { ...model, format: 'json', content: entries.filter((entry) => entry !== null) };
  }

  async #copy(parent: string, from: string): Promise<ContentsModel> {
    const source = this.#nameable(from);
    const file = await this.#guard.resolve(source);
    if (!(await statOf(file, source)).isFile()) {
      throw new RequestError('wrong-type', `${source} is a directory; only files can be copied.`);
    }
    const extension = path.posix.extname(source);
    const stem = path.posix.basename(source, extension);
    const relative = await this.#freeName(parent, stem, extension, '-Copy');
    await writeAtomically(await this.#guard.resolve(relative), await fs.readFile(file));
    return this.get(relative, { content: false, hash: false });
  }

  async #freeName(parent: string, stem: string, extension: string, joint: string) {
    for (let n = joint ? 1 : 0; ; n++) {
      const name = `${stem}${joint}${n || ''}${extension}`;
      const relative = parent ? `${parent}/${name}` : name;
      const file = await this.#guard.resolve(relative);
      if (!(await fs.lstat(file).catch(() => null))) return relative;
    }
  }

  /** What stands there now, if it may be replaced by a directory or by a file. */
  async #replaceable(relative: string, file: string, byDirectory = false): Promise<Stats | null> {
    const existing = await fs.stat(file).catch(() => null);
    if (!existing) checkNewName(relative);
    else if (byDirectory && !existing.isDirectory()) throw alreadyExists(relative);
    else if (!byDirectory && !existing.isFile()) {
      throw new RequestError('wrong-type', `${relative} is a directory, not a file.`);
    }
    return existing;
  }

  /** A path that may be written, renamed or deleted: anything but the root itself. */
  #nameable(apiPath: string): string {
    const relative = this.#guard.clean(apiPath);
    if (relative === '')
      throw new RequestError('bad-request', 'The root itself cannot be changed.');
    return relative;
  }
}

async function statOf(file: string, relative: string): Promise<Stats> {
  return fs.stat(file).catch(() => {
    throw noSuchFile(relative);
  });
}

/** Two tabs, or an editor outside, must not overwrite each other without a word. */
async function checkExpectation(relative: string, file: string, request: SaveRequest) {
  const { expected, mustBeNew } = request;
  if (expected === undefined && !mustBeNew) return;
  const bytes = await fs.readFile(file).catch(() => null);
  if (mustBeNew) {
    if (bytes) throw alreadyExists(relative);
    return;
  }
  const found = bytes && hashOf(bytes).hash;
  if (found === expected) return;
  const what = bytes ? 'was changed by somebody else' : 'was deleted by somebody else';
  throw new RequestError(
    'changed-elsewhere',
    `${relative} ${what} since it was loaded; it was not saved.`,
    { hash: found, expected_hash: expected, hash_algorithm: 'sha256' },
  );
}

function alreadyExists(relative: string): RequestError {
  return new RequestError('already-exists', `${relative} exists already; choose another name.`);
}

function explainWriteError(error: NodeJS.ErrnoException, relative: string): Error {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') {
    return new RequestError('no-such-file', `The folder that should hold ${relative} is missing.`);
  }
  if (error.code === 'ENOSPC') {
    return new RequestError('internal', `The disk is full; ${relative} was not saved.`);
  }
  if (error.code === 'EACCES' || error.code === 'EPERM' || error.code === 'EROFS') {
    return new RequestError('internal', `No permission to write ${relative}; it was not saved.`);
  }
  return error;
}
