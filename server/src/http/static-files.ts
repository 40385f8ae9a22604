import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { contentType } from '../contents/mime.ts';

interface Asset {
  bytes: Buffer;
  /** Null where compressing gains nothing. */
  zipped: Buffer | null;
  etag: string;
  mtimeMs: number;
}

const compress = promisify(gzip);
const COMPRESSIBLE = /\.(?:js|mjs|css|json|svg|html|map|txt)$/;
/** `main.3f9c2a1b.js`: another content would have another name. */
const HASHED = /[.-][0-9a-f]{8,}\.\w+$/;

/** Files of a build directory, kept in memory, compressed once. */
export class StaticFiles {
  readonly #directory: string;
  readonly #assets = new Map<string, Asset>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Sends a file, or answers false where there is none of that name. */
  async send(request: FastifyRequest, reply: FastifyReply, name: string): Promise<boolean> {
    const asset = await this.#load(name);
    if (!asset) return false;
    const forever = HASHED.test(name);
    reply.headers({
      'content-type': contentType(name),
      'cache-control': forever ? 'public, max-age=31536000, immutable' : 'no-cache',
      etag: asset.etag,
      vary: 'accept-encoding',
    });
    if (request.headers['if-none-match'] === asset.etag) {
      reply.code(304).send();
      return true;
    }
    const zipped = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '') ? asset.zipped : null;
    if (zipped) reply.header('content-encoding', 'gzip');
    reply.send(zipped ?? asset.bytes);
    return true;
  }

  async text(name: string): Promise<string | null> {
    return (await this.#load(name))?.bytes.toString('utf8') ?? null;
  }

  async #load(name: string): Promise<Asset | null> {
    // Builds contain no hidden files and no odd names; whatever else is asked for does not exist.
    const parts = name.split('/');
    if (parts.some((part) => !/^[\w@~+-][\w@~+.-]*$/.test(part))) return null;
    const file = path.join(this.#directory, ...parts);
    const stat = await fs.stat(file).catch(() => null);
    if (!stat?.isFile()) return null;
    const known = this.#assets.get(name);
    if (known?.mtimeMs === stat.mtimeMs) return known;
    const bytes = await fs.readFile(file);
    const zipped = COMPRESSIBLE.test(name) && bytes.length > 1024 ? await compress(bytes) : null;
    const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
    const asset: Asset = { bytes, zipped, etag, mtimeMs: stat.mtimeMs };
    this.#assets.set(name, asset);
    return asset;
  }
}
