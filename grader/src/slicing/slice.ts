import { CellSyntaxError } from '@lectern/kernel/compiler';
import ts from 'typescript';
import type { Exercise } from '../catalogue/index.ts';
import type { AnswerError } from '../client/report.ts';
import { type CompiledAnswer, compileParts } from './compile.ts';
import { locate, undeclared } from './locate.ts';
import type { Cell } from './notebook.ts';
import {
  essence,
  isHelper,
  LONGEST_CELL,
  lineAt,
  lineOfName,
  type Part,
  partsOf,
  partsOrNone,
} from './parts.ts';

/** An answer cut out of its notebook, ready to run; or why there is none. */
export type Slice =
  | { status: 'ready'; answer: CompiledAnswer }
  | { status: 'unanswered' }
  | { status: 'missing'; message: string }
  | { status: 'error'; message?: string; error?: AnswerError };

/** The module that an answer may import. */
const ALLOWED_MODULES = ['@lectern/lib', '@lectern/lib/browser'];

/**
 * Cuts one exercise out of a notebook: its own cell, and what that needs of imports, support cells and the student's
 * own helpers (functions, classes, types, constants), wherever they stand. Nothing else of the notebook runs.
 */
export function slice(cells: Cell[], exercise: Exercise): Slice {
  const located = locate(cells, exercise);
  if ('missing' in located) return { status: 'missing', message: located.missing };
  if ('unclear' in located) return { status: 'error', message: located.unclear };
  const { cell } = located;
  if (cell.source.length > LONGEST_CELL) {
    const message = `The cell is too long: more than ${LONGEST_CELL} characters.`;
    return { status: 'error', message };
  }
  if (essence(cell.source) === essence(exercise.cellSource)) return { status: 'unanswered' };
  return sliceCell(cell, cells, exercise);
}

/** The same for a whole file, such as a solution: all of it is the answer's own cell. */
export function sliceFile(source: string, exercise: Exercise): Slice {
  const cell: Cell = { place: 1, source, exercise: exercise.id, support: false };
  return sliceCell(cell, [cell], exercise);
}

function sliceCell(cell: Cell, cells: Cell[], exercise: Exercise): Slice {
  try {
    const lacking = undeclared(cell, exercise);
    if (lacking.length > 0) {
      return {
        status: 'error',
        message: `The cell must declare \`${lacking.join('`, `')}\`, under exactly this name.`,
      };
    }
    const parts = collect(cell, cells, new Set(exercise.declares));
    checkImports(parts);
    return { status: 'ready', answer: compileParts(parts, cell, exercise.declares) };
  } catch (error) {
    if (error instanceof CellSyntaxError) {
      const line = lineAt(cell.source, error.offset);
      return { status: 'error', error: { name: 'SyntaxError', message: error.message, line } };
    }
    if (error instanceof RangeError) {
      return { status: 'error', message: 'The cell is nested too deeply to be read.' }; // the parser gave up
    }
    if (error instanceof SliceError) {
      return {
        status: 'error',
        error: { name: error.kind, message: error.message, line: error.line },
      };
    }
    throw error;
  }
}

/** A name or module that the answer uses and cannot have. */
class SliceError extends Error {
  readonly kind: string;
  readonly line: number;

  constructor(kind: string, message: string, line: number) {
    super(message);
    this.kind = kind;
    this.line = line;
  }
}

/** The answer's statements and all that they need, in the notebook's order. */
function collect(own: Cell, cells: Cell[], answers: ReadonlySet<string>): Part[] {
  const ownParts = partsOf(own).filter((part) => part.kind !== 'export');
  const collection = new Collection(own, cells, ownParts);
  for (const part of ownParts.filter((part) => part.declared.some((name) => answers.has(name)))) {
    collection.need(part);
  }
  for (const part of ownParts) collection.take(part);
  return collection.inOrder();
}

class Collection {
  readonly #own: Cell;
  readonly #cells: Cell[];
  readonly #ownNames: Map<string, Part>;
  readonly #parts = new Set<Part>();
  readonly #ofCell = new Map<Cell, Part[]>();
  readonly #byName = new Map<string, Part | null>();

  constructor(own: Cell, cells: Cell[], ownParts: Part[]) {
    this.#own = own;
    this.#cells = cells;
    this.#ownNames = new Map(ownParts.flatMap((part) => part.declared.map((name) => [name, part])));
  }

  /** Adds a statement with what it needs; what it cannot have is an error. */
  need(part: Part): void {
    if (this.#parts.has(part)) return;
    this.#parts.add(part);
    for (const name of part.uses) {
      const source = this.#find(name);
      if (!source) continue; // a global, or an error when it runs
      if (source.cell !== this.#own && !isHelper(source)) throw unavailable(name, part, source);
      this.need(source);
      if (source.cell.support) for (const other of this.#partsIn(source.cell)) this.need(other);
    }
  }

  /** Adds a statement of the answer's own cell, such as a try-out, unless it cannot run here. */
  take(part: Part): void {
    if (!this.#reaches(part, new Set())) return;
    this.need(part);
  }

  inOrder(): Part[] {
    return [...this.#parts].sort((a, b) => a.cell.place - b.cell.place || a.start - b.start);
  }

  #reaches(part: Part, seen: Set<Part>): boolean {
    if (this.#parts.has(part) || seen.has(part)) return true;
    seen.add(part);
    return part.uses.every((name) => {
      const source = this.#find(name);
      if (!source) return true;
      return (source.cell === this.#own || isHelper(source)) && this.#reaches(source, seen);
    });
  }

  /** The statement that gives a name its meaning for the answer: its own cell's, else the last one
   * above, else the first one below. */
  #find(name: string): Part | null {
    const own = this.#ownNames.get(name);
    if (own) return own;
    let found = this.#byName.get(name);
    if (found === undefined) {
      found = this.#findElsewhere(name);
      this.#byName.set(name, found);
    }
    return found;
  }

  /** One object per statement, however often it is asked for. */
  #partsIn(cell: Cell): Part[] {
    let parts = this.#ofCell.get(cell);
    if (!parts) {
      parts = partsOrNone(cell);
      this.#ofCell.set(cell, parts);
    }
    return parts;
  }

  #findElsewhere(name: string): Part | null {
    const above = this.#cells.filter((cell) => cell.place < this.#own.place).reverse();
    const below = this.#cells.filter((cell) => cell.place > this.#own.place);
    for (const cell of [...above, ...below]) {
      if (!cell.source.includes(name)) continue;
      const part = this.#partsIn(cell).findLast((one) => one.declared.includes(name));
      if (part) return part;
    }
    return null;
  }
}

function unavailable(name: string, user: Part, source: Part): SliceError {
  return new SliceError(
    'ReferenceError',
    `\`${name}\` is computed in cell ${source.cell.place}, which is not run when your answer is checked. ` +
      'An answer may use imports, its own cell, and functions, classes, types and constants of yours.',
    lineOfName(user, name),
  );
}

/** Only the library can be imported; types may come from anywhere, for they vanish. */
function checkImports(parts: Part[]): void {
  for (const part of parts) {
    if (part.kind !== 'import' || /^import\s+type\b/.test(part.text)) continue;
    const specifier = moduleOf(part);
    if (specifier === undefined || ALLOWED_MODULES.includes(specifier)) continue;
    throw new SliceError(
      'ImportError',
      `An answer may import from @lectern/lib only, not from "${specifier}".`,
      lineAt(part.cell.source, part.start),
    );
  }
}

function moduleOf(part: Part): string | undefined {
  const [statement] = ts.createSourceFile(
    'import.ts',
    part.text,
    ts.ScriptTarget.ES2024,
  ).statements;
  return statement && ts.isImportDeclaration(statement)
    ? (statement.moduleSpecifier as ts.StringLiteral).text
    : undefined;
}
