import { CellOutline, CellText, declare, type Origin } from './cell-text.ts';
import type { Environment } from './environment.ts';
import type { ServiceHost } from './host.ts';
import { type CellDiagnostic, problemsOf } from './problems.ts';
import { type Settings, sameSettings, withDirectives } from './settings.ts';

/** A code cell of an editor, in whatever way the editor names it. */
export interface DocumentCell {
  uri: string;
  source: string;
}

/** A cell of the document as a file of the type checker's program. */
export interface CellFile {
  uri: string;
  file: string;
  outline: CellOutline;
  text: CellText;
  /** How it is checked. */
  settings: Settings;
}

/**
 * The notebook as it stands in an editor. Each of its cells knows the names of those above it, run
 * or not, and of what has been executed.
 */
export class NotebookDocument {
  readonly #host: ServiceHost;
  readonly #environment: Environment;
  readonly #prefix: string;
  #cells: readonly CellFile[] = [];
  #files = 0;

  /** @param prefix tells the files of this document from those of others */
  constructor(host: ServiceHost, environment: Environment, prefix: string) {
    this.#host = host;
    this.#environment = environment;
    this.#prefix = prefix;
  }

  get cells(): readonly CellFile[] {
    return this.#cells;
  }

  at(uri: string): CellFile | undefined {
    return this.#cells.find((cell) => cell.uri === uri);
  }

  /** The cell whose file this is. */
  of(file: string): CellFile | undefined {
    return this.#cells.find((cell) => cell.file === file);
  }

  /**
   * Takes in the cells as they are now.
   *
   * @returns the cells of which the type checker's view has changed
   */
  update(cells: readonly DocumentCell[]): CellFile[] {
    const former = new Map(this.#cells.map((cell) => [cell.uri, cell]));
    const names = new Map(this.#environment.names);
    let { settings } = this.#environment;
    const changed: CellFile[] = [];
    this.#cells = cells.map(({ uri, source }) => {
      const known = former.get(uri);
      former.delete(uri);
      const outline = known?.outline.source === source ? known.outline : new CellOutline(source);
      const file = known?.file ?? this.#host.path(`${this.#prefix}_${++this.#files}.ts`);
      settings = withDirectives(settings, outline.directives);
      const cell: CellFile = { uri, file, outline, text: new CellText(outline, names), settings };
      const isSame = cell.text.text === known?.text.text && sameSettings(settings, known.settings);
      if (!isSame) changed.push(cell);
      this.#host.write(file, cell.text.text, cell.text);
      declareIn(names, cell, this.#host);
      return cell;
    });
    for (const { file } of former.values()) this.#host.delete(file);
    return changed;
  }

  /** The same once more, after cells were executed. */
  refresh(): CellFile[] {
    return this.update(this.#cells.map(({ uri, outline }) => ({ uri, source: outline.source })));
  }

  close(): void {
    this.update([]);
  }

  /**
   * Names that someone who writes in a cell may mean, the nearest meaning of each: that of a cell
   * above, else what was executed, else that of a cell below, which may be run before.
   */
  namesAt(uri: string): ReadonlyMap<string, Origin> {
    const at = this.#cells.findIndex((cell) => cell.uri === uri);
    const names = new Map<string, Origin>();
    for (const cell of this.#cells.slice(at + 1).reverse()) declareIn(names, cell, this.#host);
    for (const [name, origin] of this.#environment.names) names.set(name, origin);
    for (const cell of this.#cells.slice(0, at)) declareIn(names, cell, this.#host);
    return names;
  }

  /**
   * The cell that gives a name its meaning in another cell: that cell itself, else the nearest above
   * it, else, where the name comes from what was executed, the nearest below.
   */
  declaring(name: string, { uri }: CellFile): CellFile | undefined {
    const at = this.#cells.findIndex((cell) => cell.uri === uri);
    const declares = (cell: CellFile) => cell.outline.declared.has(name);
    return (
      this.#cells.slice(0, at + 1).findLast(declares) ?? this.#cells.slice(at + 1).find(declares)
    );
  }

  problems({ file, text, settings }: CellFile): CellDiagnostic[] {
    this.#host.settings = settings;
    return problemsOf(text, file, this.#host.service, settings.typeErrors);
  }
}

function declareIn(names: Map<string, Origin>, { file, outline }: CellFile, host: ServiceHost) {
  const module = host.specifier(file);
  for (const [name, declaration] of outline.declared) declare(names, name, declaration, module);
}
