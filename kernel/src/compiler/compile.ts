import type { AnyNode, Expression, FunctionDeclaration, Program, VariableDeclaration } from 'acorn';
import MagicString from 'magic-string';
import type { NameKind, Reference } from './names.ts';
import { parseJavaScript } from './parse-javascript.ts';
import { composeMaps, type DecodedMap } from './positions.ts';
import { type CellScope, declarationOf, isUsing, patternNames, resolveScopes } from './scope.ts';
import { type Transpiled, transpile } from './transpile.ts';

/** Ends the name of the local variable that holds a name's box; unlikely in anyone's code. */
const BOX = '$$';

/** … that holds it for references that may come before its first value. */
const EARLY = '$$e';

/** One import statement of a cell. */
export interface CellImport {
  specifier: string;
  /** Local name → exported name, or `*` for the whole namespace. */
  names: Record<string, string>;
  attributes: Record<string, string>;
}

/** A cell ready to be run by `Scope.bind` (or any other holder of boxes). */
export interface CompiledCell {
  /**
   * A function expression. Its parameters are the boxes of `uses` in order, then `$import`,
   * `$meta`, `$const`, `$resume` and `$early`. It returns `{ v }` with the value of the last expression, or
   * nothing, or a promise of either where `isAsync`.
   */
  code: string;
  /** Names the cell declares (imports included). */
  declared: Map<string, NameKind>;
  /** Names whose boxes the cell needs. */
  uses: string[];
  /** To be loaded, in order, before the code runs. */
  imports: CellImport[];
  hasResult: boolean;
  isAsync: boolean;
  /** From `code` to the cell's source. */
  map: DecodedMap;
}

const globals = new Set(Object.getOwnPropertyNames(globalThis));

/**
 * Compiles a TypeScript cell. Every notebook-level name lives in one persistent box; each
 * reference to it becomes a property access on the box, so that closures of any cell see what
 * any later cell assigns or declares anew.
 *
 * @param known names declared by earlier cells
 * @throws CellSyntaxError with the place in the cell
 */
export function compileCell(
  source: string,
  known: ReadonlyMap<string, NameKind> = new Map(),
): CompiledCell {
  const transpiled = transpile(source, { keepImports: true });
  return new CellRewriter(source, transpiled, known).compile();
}

class CellRewriter {
  readonly #transpiled: Transpiled;
  readonly #known: ReadonlyMap<string, NameKind>;
  readonly #program: Program;
  readonly #scope: CellScope;
  readonly #text: MagicString;
  readonly #declared: Map<string, NameKind>;
  readonly #imports: CellImport[] = [];
  readonly #hoisted: FunctionDeclaration[] = [];
  /** Where each `let`, `const` and `class` of the cell has its first value. */
  readonly #ready = new Map<string, number>();
  readonly #early = new Set<string>();

  constructor(source: string, transpiled: Transpiled, known: ReadonlyMap<string, NameKind>) {
    this.#transpiled = transpiled;
    this.#known = known;
    this.#program = parseJavaScript(transpiled, source);
    this.#scope = resolveScopes(this.#program);
    this.#declared = this.#scope.declared;
    this.#text = new MagicString(transpiled.code);
  }

  compile(): CompiledCell {
    const { body } = this.#program;
    for (const statement of body) this.#moduleSyntax(statement);
    this.#findEarly();
    for (const reference of this.#scope.references) this.#reference(reference);
    for (const declaration of this.#scope.declarations) this.#variables(declaration);
    for (const statement of body) this.#declaration(declarationOf(statement));
    this.#meta();
    this.#resumptions();
    const last = body.findLast((node) => !isEmptyExport(node));
    const hasResult = last?.type === 'ExpressionStatement';
    if (hasResult) this.#result(last);
    const uses = [...this.#uses()];
    const { isAsync } = this.#scope;
    const parameters = [
      ...uses.map((name) => name + BOX),
      '$import',
      '$meta',
      '$const',
      '$resume',
      '$early',
    ];
    this.#text.prepend(
      `(${isAsync ? 'async ' : ''}function(${parameters}){"use strict";${this.#prelude()}`,
    );
    this.#text.append('\n})');
    const outer = this.#text.generateDecodedMap({ hires: 'boundary' }).mappings as DecodedMap;
    return {
      code: this.#text.toString(),
      declared: this.#declared,
      uses,
      imports: this.#imports,
      hasResult,
      isAsync,
      map: composeMaps(outer, this.#transpiled.map),
    };
  }

  /** Imports become data; `export` is tolerated and means nothing. */
  #moduleSyntax(node: AnyNode): void {
    if (node.type === 'ImportDeclaration') {
      const names: Record<string, string> = {};
      for (const specifier of node.specifiers) {
        const { name } = specifier.local;
        names[name] = exportedName(specifier);
        this.#declared.set(name, 'import');
      }
      const attributes = Object.fromEntries(
        (node.attributes ?? []).map(({ key, value }) => [moduleName(key), String(value.value)]),
      );
      this.#imports.push({ specifier: String(node.source.value), names, attributes });
      this.#text.remove(node.start, node.end);
    } else if (node.type === 'ExportNamedDeclaration') {
      this.#text.remove(node.start, node.declaration ? node.declaration.start : node.end);
    } else if (node.type === 'ExportAllDeclaration') {
      this.#text.remove(node.start, node.end);
    } else if (node.type === 'ExportDefaultDeclaration') {
      this.#text.remove(node.start, node.declaration.start);
      if (!('id' in node.declaration && node.declaration.id)) {
        this.#text.appendLeft(node.declaration.start, '(');
        const end = this.#transpiled.code[node.end - 1] === ';' ? node.end - 1 : node.end;
        this.#text.appendRight(end, end === node.end ? ');' : ')');
      }
    }
  }

  /** Whether a free name lives in a box: everything that is not one of the language's globals. */
  #isBoxed(name: string): boolean {
    return this.#declared.has(name) || this.#known.has(name) || !globals.has(name);
  }

  #uses(): Set<string> {
    const names = this.#scope.references.map(({ name }) => name);
    return new Set([...this.#declared.keys(), ...names.filter((name) => this.#isBoxed(name))]);
  }

  #reference(reference: Reference): void {
    const { name, start, end, role, shorthand } = reference;
    if (!this.#isBoxed(name)) return;
    const box = this.#boxFor(reference);
    const kind = this.#declared.get(name) ?? this.#known.get(name);
    let text = `${box}.v`;
    if (role === 'init') text = `${box}.i`;
    else if (role === 'call') text = `(0, ${box}.v)`;
    else if (role === 'typeof' && !kind) text = `${box}.t`;
    else if (role === 'write' && (kind === 'const' || kind === 'import')) {
      text = `$const(${JSON.stringify(name)}).v`;
    }
    this.#text.overwrite(start, end, shorthand ? `${name}: ${text}` : text);
  }

  /** `let a = 1, { b } = c` → `a$$.i = 1, ({ b: b$$.i } = c)`. */
  #variables(node: VariableDeclaration): void {
    if (isUsing(node)) {
      const copies = node.declarations.flatMap(({ id }) => patternNames(id));
      const text = copies.map((name) => ` ${name}${BOX}.i = ${name};`).join('');
      this.#text.appendRight(node.end, text);
      return;
    }
    const [first] = node.declarations;
    this.#text.remove(node.start, first!.start);
    for (const { id, init, end } of node.declarations) {
      if (!init) {
        if (node.kind !== 'var' && id.type === 'Identifier') {
          this.#text.appendLeft(end, ' = undefined');
        }
      } else if (id.type === 'ObjectPattern') {
        this.#text.appendLeft(id.start, '(');
        this.#text.appendRight(end, ')');
      } else if (id.type === 'Identifier' && isAnonymousFunction(init)) {
        // Assigned to a property a function would get no name.
        this.#text.appendLeft(init.start, `{${id.name}: `);
        this.#text.appendRight(init.end, `}.${id.name}`);
      }
    }
  }

  #declaration(node: AnyNode): void {
    if (node.type !== 'ClassDeclaration' || !node.id) return;
    const box = this.#boxFor({ name: node.id.name, start: node.start, role: 'init' });
    this.#text.appendLeft(node.start, `${box}.i = `);
    this.#text.appendRight(node.end, ';');
  }

  /** Which names are referred to where they may have no value yet. */
  #findEarly(): void {
    for (const node of this.#program.body.map(declarationOf)) {
      if (node.type === 'FunctionDeclaration' && node.id) this.#hoisted.push(node);
      else if (node.type === 'ClassDeclaration' && node.id) {
        this.#ready.set(node.id.name, node.end);
      } else if (node.type === 'VariableDeclaration' && node.kind !== 'var' && !isUsing(node)) {
        for (const { id, end } of node.declarations) {
          for (const name of patternNames(id)) this.#ready.set(name, end);
        }
      }
    }
    for (const { name, start, role } of this.#scope.references) {
      const ready = this.#ready.get(name);
      if (ready !== undefined && role !== 'init' && this.#isEarly(start, ready)) {
        this.#early.add(name);
      }
    }
  }

  #isEarly(start: number, ready: number): boolean {
    return start < ready || this.#hoisted.some((f) => f.start <= start && start < f.end);
  }

  /** The variable that a reference goes through; the first value of an early name sets its box. */
  #boxFor({ name, start, role }: Pick<Reference, 'name' | 'start' | 'role'>): string {
    if (!this.#early.has(name)) return name + BOX;
    const early = role === 'init' || this.#isEarly(start, this.#ready.get(name)!);
    return name + (early ? EARLY : BOX);
  }

  /** Function declarations work before their line, as everywhere. */
  #prelude(): string {
    const early = [...this.#early].map((name) => `const ${name}${EARLY}=$early(${name}${BOX});`);
    const functions = this.#hoisted.map(({ id }) => `${id.name}${BOX}.v=${id.name};`);
    return [...early, ...functions].join('');
  }

  #meta(): void {
    for (const start of this.#scope.dynamicImports) {
      this.#text.overwrite(start, start + 'import'.length, '$import');
    }
    for (const { start, end } of this.#scope.metas) this.#text.overwrite(start, end, '$meta');
  }

  /** After every wait the cell asks whether it was interrupted meanwhile. */
  #resumptions(): void {
    for (const { start, end } of this.#scope.awaits) {
      this.#text.appendLeft(start, '$resume(').prependRight(end, ')');
    }
    for (const { start, end } of this.#scope.awaitedBodies) {
      this.#text.appendLeft(start, '{$resume();').prependRight(end, '}');
    }
  }

  #result({ start, end }: AnyNode): void {
    // `0, ` keeps a function without a name from getting the property's.
    // The translation always ends a statement with a semicolon.
    const before = this.#transpiled.code[end - 1] === ';' ? end - 1 : end;
    // In an array, for a property's name would become that of functions within.
    this.#text.prependLeft(start, 'return [(0, ').appendRight(before, ')]');
  }
}

function isEmptyExport(node: AnyNode): boolean {
  return node.type === 'ExportNamedDeclaration' && !node.declaration;
}

function isAnonymousFunction(node: Expression): boolean {
  if (node.type === 'ArrowFunctionExpression') return true;
  return (node.type === 'FunctionExpression' || node.type === 'ClassExpression') && !node.id;
}

function moduleName(node: AnyNode): string {
  return node.type === 'Identifier' ? node.name : String((node as { value?: unknown }).value);
}

function exportedName(specifier: AnyNode): string {
  if (specifier.type === 'ImportSpecifier') return moduleName(specifier.imported);
  return specifier.type === 'ImportDefaultSpecifier' ? 'default' : '*';
}
