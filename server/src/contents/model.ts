import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import path from 'node:path';
import { RequestError } from '../errors.ts';
import { mimeType } from './mime.ts';
import { formatNotebook, isNotebook, parseNotebook } from './notebook-file.ts';

export type EntryType = 'notebook' | 'file' | 'directory';
export type FileFormat = 'text' | 'base64' | 'json';

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

/** What a client wants a path to hold. */
export interface SaveRequest {
  type: EntryType;
  format?: FileFormat;
  content?: unknown;
  /** The sha256 that the file must still have: what its editor was loaded from. */
  expected?: string;
  /** Refuses where there is a file already. */
  mustBeNew?: boolean;
}

export function baseModel(relative: string, type: EntryType, stat: Stats): ContentsModel {
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

export function hashOf(bytes: Uint8Array) {
  const hash = createHash('sha256').update(bytes).digest('hex');
  return { hash, hash_algorithm: 'sha256' as const };
}

export function contentOf(relative: string, type: EntryType, bytes: Buffer, format?: FileFormat) {
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

export function bytesOf(relative: string, { type, format, content }: SaveRequest): string | Buffer {
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
