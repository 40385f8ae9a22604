import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { RequestError } from '../errors.ts';
import { writeAtomically } from './atomic.ts';
import { mimeType } from './mime.ts';
import { emptyNotebook, formatNotebook, isNotebook, parseNotebook } from './notebook-file.ts';
import { noSuchFile, type PathGuard } from './paths.ts';

export type EntryType = 'notebook' | 'file' | 'directory';
type FileFormat = 'text' | 'base64' | 'json';

/** Jupyter's contents model. `content`, `format` and `mimetype` are null where not asked for. */
export interface ContentsModel {
  name: string;
  path: string;
  type: EntryType;
  created: string;
  last_modified: string;
  size: number | null;
  writable: boolean;
  mimetype: string | null;
  format: FileFormat | null;
  content: unknown;
  hash: string | null;
  hash_algorithm: 'sha256' | null;
}

export interface GetOptions {
  content: boolean;
  hash: boolean;
  type?: EntryType;
  format?: FileFormat;
}

export interface SaveRequest {
  type: EntryType;
  format?: FileFormat;
  content?: unknown;
}

/** Files and notebooks under the content root, as Jupyter's contents API shows them. */
export class ContentsStore {
  readonly #guard: PathGuard;

  constructor(guard: PathGuard) {
    this.#guard = guard;
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
    return model;
  }

  /** Creates or replaces; resolves when the bytes are on the disk. */
  async save(apiPath: string, request: SaveRequest) {
    const relative = this.#nameable(apiPath);
    const file = await this.#guard.resolve(relative);
    const existing = await fs.stat(file).catch(() => null);
    if (!existing) checkNewName(relative);
    if (request.type === 'directory') {
      if (existing && !existing.isDirectory()) throw alreadyExists(relative);
      await fs.mkdir(file, { recursive: true });
    } else {
      if (existing && !existing.isFile()) {
        throw new RequestError('wrong-type', `${relative} is a directory, not a file.`);
      }
      const bytes = bytesOf(relative, request);
      await writeAtomically(file, bytes).catch((error) => {
        throw explainWriteError(error, relative);
      });
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
      this.#guard.resolve(source),
      this.#guard.resolve(target),
    ]);
    await statOf(sourceFile, source);
    if (source !== target) {
      checkNewName(target);
      if (await fs.stat(targetFile).catch(() => null)) throw alreadyExists(target);
      await fs.rename(sourceFile, targetFile).catch((error) => {
        throw explainWriteError(error, target);
      });
    }
    return this.get(target, { content: false, hash: false });
  }

  /** A directory must be empty: nobody loses a folder of work to one request. */
  async delete(apiPath: string): Promise<void> {
    const relative = this.#nameable(apiPath);
    const file = await this.#guard.resolve(relative);
    const stat = await statOf(file, relative);
    if (!stat.isDirectory()) return fs.rm(file);
    await fs.rmdir(file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
      throw new RequestError('not-empty', `${relative} is not empty; delete what is in it first.`);
    });
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

function baseModel(relative: string, type: EntryType, stat: Stats): ContentsModel {
  return {
    name: path.posix.basename(relative),
    path: relative,
    type,
    created: stat.birthtime.toISOString(),
    last_modified: stat.mtime.toISOString(),
    size: type === 'directory' ? null : stat.size,
    writable: (stat.mode & 0o200) !== 0,
    mimetype: null,
    format: null,
    content: null,
    hash: null,
    hash_algorithm: null,
  };
}

function hashOf(bytes: Uint8Array) {
  const hash = createHash('sha256').update(bytes).digest('hex');
  return { hash, hash_algorithm: 'sha256' as const };
}

function contentOf(relative: string, type: EntryType, bytes: Buffer, format?: FileFormat) {
  if (type === 'notebook') {
    try {
      return { format: 'json' as const, content: parseNotebook(bytes.toString('utf8')) };
    } catch (error) {
      const reason = (error as Error).message;
      throw new RequestError('wrong-type', `${relative} cannot be read as a notebook: ${reason}`);
    }
  }
  const text = format === 'base64' ? null : decodeText(bytes);
  if (text !== null) {
    return { format: 'text' as const, mimetype: mimeType(relative) ?? 'text/plain', content: text };
  }
  if (format === 'text') throw new RequestError('wrong-type', `${relative} is not UTF-8 text.`);
  const mimetype = mimeType(relative) ?? 'application/octet-stream';
  return { format: 'base64' as const, mimetype, content: bytes.toString('base64') };
}

function decodeText(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

function bytesOf(relative: string, { type, format, content }: SaveRequest): string | Buffer {
  if (type === 'notebook') {
    if (isNotebook(content)) return formatNotebook(content);
    throw new RequestError('bad-request', `What should become ${relative} is not a notebook.`);
  }
  if (format === 'json') return JSON.stringify(content);
  if (typeof content !== 'string') {
    throw new RequestError('bad-request', `The content of ${relative} must be a string.`);
  }
  return format === 'base64' ? Buffer.from(content, 'base64') : content;
}

// What Windows refuses or takes for a device, and what makes a name look like another.
const UNUSABLE = /[<>:"|?*\p{Cc}\u202a-\u202e\u2066-\u2069]|[. ]$/u;
const DEVICES = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/** A learner's folder goes from one machine to another: new names must do on all of them. */
function checkNewName(relative: string): void {
  const name = path.posix.basename(relative);
  if (!UNUSABLE.test(name) && !DEVICES.test(name)) return;
  throw new RequestError(
    'bad-request',
    'This name cannot be used on every computer: leave out < > : " | ? * and control characters, ' +
      'dots and spaces at the end, and names of devices such as con or aux.',
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
