import type { CompiledCell } from './compile.ts';
import type { NameKind } from './names.ts';

/**
 * Holds the value of one notebook-level name. Cells read and write `v` directly: always a plain
 * property of an object that never changes its form, which is what V8 makes fast.
 */
export class Box {
  readonly name: string;
  /** Not there before the first value: V8 fits the property to the kind of that, so that numbers
   * can change in place (1e7 additions: 14 ms; in a property that once was undefined, 46). */
  declare v: unknown;
  /** Whether any cell has declared the name. */
  declared = false;
  /** How often it got a first value: 0 means it has none yet. */
  initialisations = 0;

  constructor(name: string) {
    this.name = name;
  }

  /** The value as the operand of `typeof`. */
  get t(): unknown {
    return this.v;
  }

  /** Sets the first value. */
  set i(value: unknown) {
    this.v = value;
    this.initialisations++;
  }
}

/**
 * A box as references see it that may come too early: those before the declaration in its own
 * cell, or in a function that could be called before it.
 */
class EarlyBox {
  readonly #box: Box;
  readonly #before: number;

  constructor(box: Box) {
    this.#box = box;
    this.#before = box.initialisations;
  }

  get v(): unknown {
    this.#check();
    return this.#box.v;
  }

  set v(value: unknown) {
    this.#check();
    this.#box.v = value;
  }

  set i(value: unknown) {
    this.#box.i = value;
  }

  #check(): void {
    if (this.#box.initialisations === this.#before) throw tooEarly(this.#box.name);
  }
}

/** A box that had no value when the cell began: its cell failed, or there is no such cell yet. */
class UnsetBox {
  readonly #box: Box;

  constructor(box: Box) {
    this.#box = box;
  }

  get v(): unknown {
    const { name, declared, initialisations, v } = this.#box;
    if (initialisations > 0) return v;
    if (declared) throw tooEarly(name);
    if (name in globalThis) return Reflect.get(globalThis, name);
    throw new ReferenceError(`${name} is not defined`);
  }

  set v(value: unknown) {
    const { name, declared, initialisations } = this.#box;
    if (initialisations > 0) this.#box.v = value;
    else if (!declared && name in globalThis) Reflect.set(globalThis, name, value);
    else this.v; // throws
  }

  /** To `typeof`, an undeclared name is no error. */
  get t(): unknown {
    const { name, declared, initialisations } = this.#box;
    return initialisations > 0 || declared || name in globalThis ? this.v : undefined;
  }
}

/** An imported name: reads what the module exports at that moment. */
class ImportBox {
  read: () => unknown = () => undefined;

  get v(): unknown {
    return this.read();
  }

  get t(): unknown {
    return this.read();
  }
}

/** What a cell gets beside the boxes of its names. */
export interface CellContext {
  /** Stands for `import(…)`. */
  import: (specifier: string, options?: unknown) => Promise<unknown>;
  /** Stands for `import.meta`. */
  meta: object;
  /** Called with what each `await` gave; may throw instead of returning it. */
  resume: <Value>(value: Value) => Value;
}

interface Entry {
  box: Box;
  /** Stands for the box in cells that know the name as an import. */
  imported?: ImportBox;
  isImport: boolean;
}

/** What the code of a cell evaluates to. */
export type CellFunction = (...parameters: unknown[]) => unknown;

/** The notebook's names. They outlive cells; a name declared again keeps its box. */
export class Scope {
  readonly #entries = new Map<string, Entry>();

  /**
   * Prepares the names of a cell that is about to run. A `let`, `const` or `class` keeps its former
   * value until the cell sets it, so that a cell that fails before has lost nothing.
   */
  declare(declared: ReadonlyMap<string, NameKind>): void {
    for (const [name, kind] of declared) {
      const entry = this.#entry(name);
      const { box, imported } = entry;
      box.declared = true;
      entry.isImport = kind === 'import';
      if (imported) imported.read = () => box.v;
      if (kind === 'var' || kind === 'function') box.i = undefined;
    }
  }

  /** Binds the names of an import statement to a loaded module, live. */
  bindImport(specifier: string, names: Record<string, string>, module: object): void {
    for (const [local, exported] of Object.entries(names)) {
      const entry = this.#entry(local);
      const read = importReader(exported, module as Record<string, unknown>);
      entry.imported ??= new ImportBox();
      entry.imported.read = read ?? (() => lacks(specifier, exported));
      // Cells that know the name as a variable see what the import is now.
      if (read) entry.box.i = read();
    }
  }

  /** The cell's function with everything but its run done. */
  bind(cell: CompiledCell, run: CellFunction, context: CellContext): () => unknown {
    const boxes = cell.uses.map((name) => {
      const { box, imported, isImport } = this.#entry(name);
      if (isImport && imported) return imported;
      return cell.declared.has(name) || box.initialisations > 0 ? box : new UnsetBox(box);
    });
    const early = (box: Box) => new EarlyBox(box);
    const { meta, resume } = context;
    return () => run(...boxes, context.import, meta, refuseConstant, resume, early);
  }

  /** The names that have a value. Of an import it is what the module gave at the start. */
  *names(): Generator<{ name: string; value: unknown; isImport: boolean }> {
    for (const [name, { box, isImport }] of this.#entries) {
      if (box.initialisations > 0) yield { name, value: box.v, isImport };
    }
  }

  /** What holds a name's value. */
  box(name: string): { v: unknown } {
    const { box, imported, isImport } = this.#entry(name);
    return isImport && imported ? imported : box;
  }

  #entry(name: string): Entry {
    let entry = this.#entries.get(name);
    if (!entry) {
      // A class of its own gives every box its own hidden class in V8, so that the type of one
      // name's values does not slow down all the others.
      entry = { box: new (class extends Box {})(name), isImport: false };
      this.#entries.set(name, entry);
    }
    return entry;
  }
}

function importReader(exported: string, module: Record<string, unknown>): (() => unknown) | null {
  if (exported === '*') return () => module;
  if (exported in module) return () => module[exported];
  // CommonJS: not every exported name can be seen from outside.
  const whole = module.default as Record<string, unknown> | null | undefined;
  return whole && typeof whole === 'object' && exported in whole ? () => whole[exported] : null;
}

/** Perhaps only a type, so it is an error only where it is used as a value. */
function lacks(specifier: string, exported: string): never {
  throw new SyntaxError(`The module '${specifier}' has no export named '${exported}'.`);
}

function tooEarly(name: string): ReferenceError {
  return new ReferenceError(`Cannot access '${name}' before initialization`);
}

function refuseConstant(name: string): never {
  throw new TypeError(`Assignment to constant variable '${name}'.`);
}
