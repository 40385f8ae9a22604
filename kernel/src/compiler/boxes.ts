import type { CompiledCell } from './compile.ts';
import type { NameKind } from './names.ts';

/**
 * Holds the value of one notebook-level name, in its own property `v`. As long as there is none,
 * the accessors below answer: what is read too early or never declared is an error, as in a module.
 */
export class Box {
  readonly name: string;
  declared = false;

  constructor(name: string) {
    this.name = name;
  }

  get v(): unknown {
    if (this.declared) {
      throw new ReferenceError(`Cannot access '${this.name}' before initialization`);
    }
    if (this.name in globalThis) return Reflect.get(globalThis, this.name);
    throw new ReferenceError(`${this.name} is not defined`);
  }

  set v(value: unknown) {
    if (!this.declared && this.name in globalThis) Reflect.set(globalThis, this.name, value);
    else this.v; // throws
  }

  /** Sets the first value. */
  set i(value: unknown) {
    setValue(this, value);
  }

  /** The value as the operand of `typeof`, to which an undeclared name is no error. */
  get t(): unknown {
    return this.declared || this.name in globalThis ? this.v : undefined;
  }
}

function setValue(box: Box, value: unknown): void {
  Object.defineProperty(box, 'v', { value, writable: true, configurable: true, enumerable: true });
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

type CellFunction = (...parameters: unknown[]) => unknown;

/** The notebook's names. They outlive cells; declaring one again starts it anew. */
export class Scope {
  readonly #boxes = new Map<string, Box>();

  box(name: string): Box {
    let box = this.#boxes.get(name);
    if (!box) {
      // A class of its own gives every box its own hidden class in V8, so that the type of one
      // name's values does not slow down all the others.
      box = new (class extends Box {})(name);
      this.#boxes.set(name, box);
    }
    return box;
  }

  /**
   * Makes the names of a cell new and uninitialised, as if the notebook were a module read from
   * there on. The returned function is for a cell that failed: names that it left without a value
   * get the one back that they had before.
   */
  declare(declared: ReadonlyMap<string, NameKind>): () => void {
    const former = new Map<Box, PropertyDescriptor>();
    for (const [name, kind] of declared) {
      const box = this.box(name);
      const descriptor = Object.getOwnPropertyDescriptor(box, 'v');
      if (descriptor) former.set(box, descriptor);
      Reflect.deleteProperty(box, 'v');
      box.declared = true;
      if (kind === 'var' || kind === 'function') setValue(box, undefined);
    }
    return () => {
      for (const [box, descriptor] of former) {
        if (!Object.hasOwn(box, 'v')) Object.defineProperty(box, 'v', descriptor);
      }
    };
  }

  /** Binds the names of an import statement to a loaded module, live. */
  bindImport(specifier: string, names: Record<string, string>, module: object): void {
    for (const [local, exported] of Object.entries(names)) {
      const get = importGetter(specifier, exported, module as Record<string, unknown>);
      Object.defineProperty(this.box(local), 'v', { get, configurable: true, enumerable: true });
    }
  }

  /** The cell's function with everything but its run done. */
  bind(cell: CompiledCell, run: CellFunction, context: CellContext): () => unknown {
    const boxes = cell.uses.map((name) => this.box(name));
    return () => run(...boxes, context.import, context.meta, refuseConstant, context.resume);
  }
}

function importGetter(specifier: string, exported: string, module: Record<string, unknown>) {
  if (exported === '*') return () => module;
  if (exported in module) return () => module[exported];
  // CommonJS: not every exported name can be seen from outside.
  const whole = module.default as Record<string, unknown> | null | undefined;
  if (whole && typeof whole === 'object' && exported in whole) return () => whole[exported];
  // Perhaps only a type, so it is an error only where it is used as a value.
  return () => {
    throw new SyntaxError(`The module '${specifier}' has no export named '${exported}'.`);
  };
}

function refuseConstant(name: string): never {
  throw new TypeError(`Assignment to constant variable '${name}'.`);
}
