import type { CellText, Origin } from './cell-text.ts';
import { CELL_SCHEME, FILE_SCHEME, type ServiceHost } from './host.ts';

interface CellModule {
  /** What the cell's author wrote. */
  source: string;
  declarations: string;
  /** Numbers of the modules that it refers to. */
  needs: number[];
}

/**
 * What executed cells have declared, as the type checker sees it: one declaration file with one
 * module for each executed cell. (A file of its own for each cell would make every check slower
 * than the one before.) A name declared again points to the newer module, while what was made of
 * the older one keeps its type.
 */
export class Environment {
  readonly names = new Map<string, Origin>();
  readonly #host: ServiceHost;
  readonly #file: string;
  readonly #modules = new Map<number, CellModule>();
  #count = 0;

  constructor(host: ServiceHost) {
    this.#host = host;
    this.#file = host.path('environment.d.ts');
    this.#write();
  }

  /** Takes in the names of a cell that is about to run; `file` holds it as last checked. */
  add(cell: CellText, file: string): void {
    if (cell.declared.size === 0) return;
    const output = this.#host.service.getEmitOutput(file, true, true).outputFiles[0]?.text ?? '';
    const id = ++this.#count;
    const declarations = output
      .replace(/\b(from |import\()(["'])(\.{1,2}\/[^"'\n]*)\2/g, (_, before, quote, name) =>
        [before, quote, FILE_SCHEME, this.#host.absolute(name), quote].join(''),
      )
      .replace(/^(export )?declare /gm, '$1');
    const needs = Array.from(declarations.matchAll(CELL_REFERENCE), ([, number]) => Number(number));
    this.#modules.set(id, { source: cell.source, declarations, needs });
    for (const [name, { binding, kind }] of cell.declared) {
      this.names.set(name, { module: `${CELL_SCHEME}${id}`, binding, kind });
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
    for (const { module } of this.names.values()) visit(Number(module.slice(CELL_SCHEME.length)));
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
