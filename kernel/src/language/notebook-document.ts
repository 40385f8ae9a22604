import type { CellDiagnostic } from '../threads.ts';
import { CellText, type Origin } from './cell-text.ts';
import type { Environment } from './environment.ts';
import type { ServiceHost } from './host.ts';
import { problemsOf } from './problems.ts';

export interface DocumentCell {
  id: string;
  code: string;
}

/**
 * The notebook as it stands in an editor. Its cells are checked in their order, each knowing the
 * names of those above it, run or not, and of what has been executed.
 */
export class NotebookDocument {
  readonly #host: ServiceHost;
  readonly #environment: Environment;
  #files: string[] = [];
  /** Names the document declares, as after its last cell. */
  #names = new Map<string, Origin>();

  constructor(host: ServiceHost, environment: Environment) {
    this.#host = host;
    this.#environment = environment;
  }

  get names(): ReadonlyMap<string, Origin> {
    return this.#names;
  }

  /** Checks all cells, one with each step, so that other requests need not wait for all of them. */
  *check(cells: readonly DocumentCell[]): Generator<void, Record<string, CellDiagnostic[]>> {
    const texts = this.#write(cells);
    const problems: Record<string, CellDiagnostic[]> = {};
    for (const [index, cell] of cells.entries()) {
      yield;
      problems[cell.id] = problemsOf(texts[index]!, this.#files[index]!, this.#host.service);
    }
    return problems;
  }

  #write(cells: readonly DocumentCell[]): CellText[] {
    for (const file of this.#files.slice(cells.length)) this.#host.delete(file);
    this.#files = cells.map((_, index) => this.#host.path(`document_${index}.ts`));
    this.#names = new Map();
    return cells.map(({ code }, index) => {
      const text = new CellText(code, new Map([...this.#environment.names, ...this.#names]));
      this.#host.write(this.#files[index]!, text.text);
      for (const [name, binding] of text.declared) {
        this.#names.set(name, { module: `./__lectern_document_${index}.ts`, binding });
      }
      return text;
    });
  }
}
