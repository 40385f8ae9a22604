import { createHmac, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Cell, Notebook } from './notebook-file.ts';

/** How many signatures are remembered; beyond that the oldest quarter is forgotten. */
const CACHE_SIZE = 65_535;
/** Output that no client runs or loads anything for. */
const HARMLESS = new Set(['text/plain', 'image/png', 'image/jpeg', 'application/json']);

/**
 * Which notebooks were run by this learner, on this machine: Jupyter's own scheme (nbformat's
 * `sign.py`), with its names of files and tables. A notebook whose every output was made here is
 * signed when it is saved; one with a known signature has its cells marked as trusted when it is
 * read. The mark itself never reaches the disk, or a downloaded notebook could bring it along.
 *
 * Our own page runs no script of a notebook, trusted or not; other Jupyter clients do.
 */
export class Notary {
  readonly #directory: string;
  #store: { secret: Buffer; database: DatabaseSync } | null = null;

  constructor(dataDir: string) {
    this.#directory = dataDir;
  }

  /** Signs where every code cell is trusted. @param notebook as a client sent it, with its marks */
  signIfTrusted(notebook: Notebook): void {
    if (codeCells(notebook).every(isTrusted)) this.sign(notebook);
  }

  sign(notebook: Notebook): void {
    const { database } = this.#open();
    const now = new Date().toISOString();
    const signature = this.signatureOf(notebook);
    const seen = database
      .prepare('UPDATE nbsignatures SET last_seen = ? WHERE algorithm = ? AND signature = ?')
      .run(now, 'sha256', signature);
    if (seen.changes > 0) return;
    database
      .prepare('INSERT INTO nbsignatures (algorithm, signature, last_seen) VALUES (?, ?, ?)')
      .run('sha256', signature, now);
    this.#cull();
  }

  /** Marks the code cells of a notebook that was signed here. */
  mark(notebook: Notebook): Notebook {
    if (!this.#isSigned(notebook)) return notebook;
    const cells = notebook.cells.map((cell) =>
      cell.cell_type === 'code' ? { ...cell, metadata: { ...cell.metadata, trusted: true } } : cell,
    );
    return { ...notebook, cells };
  }

  /** HMAC-SHA256 over all keys and values in order, marks and earlier signatures left out. */
  signatureOf(notebook: Notebook): string {
    const mac = createHmac('sha256', this.#open().secret);
    const { signature: _, ...metadata } = notebook.metadata;
    for (const text of everything({ ...notebook, cells: notebook.cells.map(unmarked), metadata })) {
      mac.update(text);
    }
    return mac.digest('hex');
  }

  close(): void {
    this.#store?.database.close();
    this.#store = null;
  }

  #isSigned(notebook: Notebook): boolean {
    const found = this.#open()
      .database.prepare('SELECT id FROM nbsignatures WHERE algorithm = ? AND signature = ?')
      .get('sha256', this.signatureOf(notebook));
    return found !== undefined;
  }

  #cull(): void {
    const { database } = this.#open();
    const count = Number(database.prepare('SELECT count(*) AS n FROM nbsignatures').get()?.n);
    if (count <= CACHE_SIZE) return;
    database
      .prepare(
        `DELETE FROM nbsignatures WHERE id IN
           (SELECT id FROM nbsignatures ORDER BY last_seen DESC LIMIT -1 OFFSET ?)`,
      )
      .run(Math.floor(0.75 * CACHE_SIZE));
  }

  #open() {
    if (this.#store) return this.#store;
    const secret = readSecret(path.join(this.#directory, 'notebook_secret'));
    const database = new DatabaseSync(path.join(this.#directory, 'nbsignatures.db'));
    database.exec(`
      PRAGMA busy_timeout = 5000;
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      CREATE TABLE IF NOT EXISTS nbsignatures (
        id integer PRIMARY KEY AUTOINCREMENT,
        algorithm text, signature text, path text, last_seen timestamp
      );
      CREATE INDEX IF NOT EXISTS algosig ON nbsignatures (algorithm, signature);
    `);
    this.#store = { secret, database };
    return this.#store;
  }
}

function readSecret(file: string): Buffer {
  try {
    // `wx`: of two servers that start together one makes the secret and both read it.
    fs.writeFileSync(file, randomBytes(1024).toString('base64'), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return fs.readFileSync(file);
}

const codeCells = ({ cells }: Notebook) => cells.filter((cell) => cell.cell_type === 'code');

/** Marked by the client, or without any output that could do something. */
function isTrusted({ metadata, outputs = [] }: Cell): boolean {
  if (metadata.trusted === true) return true;
  return outputs.every(({ output_type, data }) => {
    if (output_type === 'stream' || output_type === 'error') return true;
    return Object.keys((data as object | undefined) ?? {}).every((mime) => HARMLESS.has(mime));
  });
}

function unmarked(cell: Cell): Cell {
  const { trusted: _, ...metadata } = cell.metadata;
  return { ...cell, metadata };
}

/** What Python's `str` makes of each value, the keys of objects in order before their values. */
function* everything(value: unknown): Generator<string> {
  if (Array.isArray(value)) {
    for (const item of value) yield* everything(item);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) {
      yield key;
      yield* everything(item);
    }
  } else if (value === null) yield 'None';
  else if (typeof value === 'boolean') yield value ? 'True' : 'False';
  else yield String(value);
}
