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

/**
 * What executed cells have declared, as the type checker sees it: one declaration file with one
 * module for each executed cell. (A file of its own for each cell would make every check slower
 * than the one before.) A name declared again points to the newer module, while what was made of
 * the older one keeps its type.
 */
export class Environment {
  readonly names = new Map<string, Origin>();
  /** How cells are checked from now on. */
  settings: Settings;
  readonly #host: ServiceHost;
  readonly #file: string;
  readonly #modules = new Map<number, CellModule>();
  #count = 0;

  constructor(host: ServiceHost) {
    this.#host = host;
    this.settings = host.settings;
    this.#file = host.path('environment.d.ts');
    this.#write();
  }

  /** Prepares for the check of a cell that adds to global declarations, perhaps once more. */
  forget(augmented: readonly string[]): void {
    if (augmented.length === 0) return;
    for (const module of this.#modules.values()) {
      if (module.augmented.some((name) => augmented.includes(name))) module.augmented = [];
    }
    this.#collect();
    this.#write();
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
    this.#collect();
    this.#write();
  }

  /** The text of the executed cell that gave a name its present meaning. */
  sourceOf(name: string): string | undefined {
    const origin = this.names.get(name);
    return origin && this.#modules.get(Number(origin.module.slice(CELL_SCHEME.length)))?.source;
  }

  /** Drops modules that no name leads to any more. */
  #collect(): void {
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
    for (const id of this.#modules.keys()) if (!live.has(id)) this.#modules.delete(id);
  }

  #write(): void {
    let text = '';
    for (const [id, { declarations }] of this.#modules) {
      text += `declare module "${CELL_SCHEME}${id}" {\n${declarations}}\n`;
    }
    this.#host.write(this.#file, text);
  }
}

const CELL_REFERENCE = new RegExp(`${CELL_SCHEME}(\\d+)`, 'g');
