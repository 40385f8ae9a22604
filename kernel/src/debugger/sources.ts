import os from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type DecodedMap, type Position, trace } from '../compiler/positions.ts';
import type { MainInspector } from '../serving/main-inspector.ts';
import { murmur2 } from './murmur.ts';

const SEED = 0xc70f6907;
const PREFIX = path.join(os.tmpdir(), `lectern_kernel_${process.pid}`, path.sep);
const SUFFIX = '.ts';

/** How a client finds out under which path a cell is known. */
export const NAMING = {
  hashMethod: 'Murmur2',
  hashSeed: SEED,
  tmpFilePrefix: PREFIX,
  tmpFileSuffix: SUFFIX,
};

/** The path under which a cell of this text is known; there is no such file. */
function pathOfCell(code: string): string {
  return `${PREFIX}${murmur2(code, SEED)}${SUFFIX}`;
}

/** What V8 runs under one URL. */
export interface Script {
  url: string;
  /** Where its source is, as the client sees it. */
  path: string;
  /** From V8's positions to those in the source; null where they are the same. */
  map: DecodedMap | null;
}

/** Cells and modules: what V8 calls them and what the client does. */
export class Sources {
  readonly #main: MainInspector;
  readonly #scripts = new Map<string, Script>();
  readonly #texts = new Map<string, string>();

  constructor(main: MainInspector) {
    this.#main = main;
  }

  /** Takes in the text of a cell, run or not. @returns its path */
  dump(code: string): string {
    const file = pathOfCell(code);
    this.#texts.set(file, code);
    return file;
  }

  /** The text behind a path, where that is a cell. */
  text(file: string): string | undefined {
    return this.#texts.get(file);
  }

  /** A cell that is about to run. */
  addCell(url: string, source: string, map: DecodedMap): Script {
    const script: Script = { url, path: this.dump(source), map };
    this.#scripts.set(url, script);
    return script;
  }

  /** Cells that ran before anybody debugged. */
  async addCellsRun(): Promise<void> {
    for (const [url, source] of await this.#main.ask('cells')) {
      const known = this.#scripts.get(url);
      if (!known) await this.find(url, source);
    }
  }

  /** Scripts of a source that are known so far. */
  of(file: string): Script[] {
    return [...this.#scripts.values()].filter((script) => script.path === file);
  }

  /** What V8 calls a URL; null where that is neither a cell nor a file. */
  async find(url: string, source?: string): Promise<Script | null> {
    const known = this.#scripts.get(url);
    if (known) return known;
    const isFile = url.startsWith('file:');
    if (!isFile && !url.startsWith('Cell ')) return null;
    const translation = await this.#main.ask('translation', url);
    if (!isFile && !translation) return null;
    const script: Script = {
      url,
      path: isFile ? fileOf(url) : this.dump(source ?? translation!.source),
      map: translation?.map ?? null,
    };
    this.#scripts.set(url, script);
    return script;
  }
}

function fileOf(url: string): string {
  return fileURLToPath(url.replace(/\?.*$/, ''));
}

/** Matches the URLs of all editions of a file. */
export function urlPatternOf(file: string): string {
  const { href } = pathToFileURL(file);
  return `^${href.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(\\?edition=\\d+)?$`;
}

/** A place in the source of a place in a script, or null where that is ours. */
export function toSource(map: DecodedMap | null, place: Position): Position | null {
  return map ? trace(map, place) : place;
}

/** The first place in a script that comes from a line of the source, or from the next that has one. */
export function toScript(map: DecodedMap | null, line: number): (Position & { at: number }) | null {
  if (!map) return { line, column: 0, at: line };
  let found: (Position & { at: number }) | null = null;
  for (const [generated, segments] of map.entries()) {
    for (const segment of segments) {
      if (segment.length === 1) continue;
      const at = segment[2]!;
      if (at < line || (found && found.at <= at)) continue;
      found = { line: generated, column: segment[0], at };
    }
  }
  return found;
}
