import { type CellText, declare, type Origin } from './cell-text.ts';
import { CELL_SCHEME, FILE_SCHEME, type ServiceHost } from './host.ts';
import type { Settings } from './settings.ts';

interface CellModule {
  /** What the cell's author wrote. */
  source: string;
  declarations: string;
  /** Numbers of the modules that it refers to. */
  needs: number[];
  /** What it adds to global declarations, which needs no name to lead to it. */
  augmented: readonly string[];
}

/** A file in memory, and the modules in it. */
interface EnvironmentFile {
  path: string;
  ids: Set<number>;
}

/**
 * So many modules share a file. Each cell has one file read again, and every check asks for all
 * files: with one file for all cells or one for each, every check is slower than the one before.
 */
const SHARING = 32;

/**
 * What executed cells have declared, as the type checker sees it: declaration files with one module
 * for each executed cell. A name declared again points to the newer module, while what was made of
 * the older one keeps its type.
 */
export class Environment {
  readonly names = new Map<string, Origin>();
  /** How cells are checked from now on. */
  settings: Settings;
  readonly #host: ServiceHost;
  readonly #files: EnvironmentFile[] = [];
  readonly #modules = new Map<number, CellModule>();
  #count = 0;

  constructor(host: ServiceHost) {
    this.#host = host;
    this.settings = host.settings;
    this.#roomyFile();
  }

  /** Prepares for the check of a cell that adds to global declarations, perhaps once more. */
  forget(augmented: readonly string[]): void {
    if (augmented.length === 0) return;
    for (const module of this.#modules.values()) {
      if (module.augmented.some((name) => augmented.includes(name))) module.augmented = [];
    }
    this.#collect();
  }

  /** Takes in the names of a cell that is about to run; `file` holds it as last checked. */
  add(cell: CellText, augmented: readonly string[], file: string): void {
    if (cell.declared.size === 0 && augmented.length === 0) return;
    const output = this.#host.service.getEmitOutput(file, true, true).outputFiles[0]?.text ?? '';
    const id = ++this.#count;
    const declarations = output
      .replace(/\b(from |import\()(["'])(\.{1,2}\/[^"'\n]*)\2/g, (_, before, quote, name) =>
        [before, quote, FILE_SCHEME, this.#host.absolute(name), quote].join(''),
      )
      .replace(/^(export )?declare /gm, '$1');
    const needs = Array.from(declarations.matchAll(CELL_REFERENCE), ([, number]) => Number(number));
    this.#modules.set(id, { source: cell.source, declarations, needs, augmented });
    for (const [name, declaration] of cell.declared) {
      declare(this.names, name, declaration, `${CELL_SCHEME}${id}`);
    }
    const room = this.#roomyFile();
    room.ids.add(id);
    if (!this.#collect().has(room)) this.#write(room);
  }

  /** The text of the executed cell that gave a name its present meaning. */
  sourceOf(name: string): string | undefined {
    const origin = this.names.get(name);
    return origin && this.#modules.get(Number(origin.module.slice(CELL_SCHEME.length)))?.source;
  }

  /** Drops modules that no name leads to any more; the files that had some are written anew. */
  #collect(): Set<EnvironmentFile> {
    const live = new Set<number>();
    const visit = (id: number): void => {
      if (live.has(id)) return;
      live.add(id);
      this.#modules.get(id)?.needs.forEach(visit);
    };
    for (const [id, { augmented }] of this.#modules) if (augmented.length > 0) visit(id);
    for (const { module, types } of this.names.values()) {
      for (const name of [module, types]) {
        if (name !== undefined) visit(Number(name.slice(CELL_SCHEME.length)));
      }
    }
    const changed = new Set<EnvironmentFile>();
    for (const file of this.#files) {
      for (const id of file.ids) {
        if (live.has(id)) continue;
        file.ids.delete(id);
        this.#modules.delete(id);
        changed.add(file);
      }
    }
    for (const file of changed) this.#write(file);
    return changed;
  }

  #roomyFile(): EnvironmentFile {
    let file = this.#files.find(({ ids }) => ids.size < SHARING);
    if (!file) {
      const path = this.#host.path(`environment_${this.#files.length}.d.ts`);
      file = { path, ids: new Set() };
      this.#files.push(file);
      this.#write(file);
    }
    return file;
  }

  #write({ path, ids }: EnvironmentFile): void {
    let text = '';
    for (const id of ids) {
      text += `declare module "${CELL_SCHEME}${id}" {\n${this.#modules.get(id)!.declarations}}\n`;
    }
    this.#host.write(path, text);
  }
}

const CELL_REFERENCE = new RegExp(`${CELL_SCHEME}(\\d+)`, 'g');
