import type {
  AnyNode,
  ExportAllDeclaration,
  ExportNamedDeclaration,
  Expression,
  FunctionDeclaration,
  Program,
  VariableDeclaration,
} from 'acorn';
import MagicString from 'magic-string';
import type ts from 'typescript';
import { boxMark, CellSyntaxError, type NameKind, type Reference } from './names.ts';
import { parseJavaScript } from './parse-javascript.ts';
import { composeMaps, type DecodedMap, offsetAt, positionAt, trace } from './positions.ts';
import { type CellScope, declarationOf, isUsing, patternNames, resolveScopes } from './scope.ts';
import { isWritten, parseCell, type Transpiled, transpile } from './transpile.ts';

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
   * A function expression. Its parameters are the boxes of `uses` in order, then what stands for
   * `import()` and `import.meta`, what refuses to assign constants, what is called after each
   * `await`, and what makes boxes that check for too early a use. It returns `{ v }` with the value
   * of the last expression, or nothing, or a promise of either where `isAsync`.
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
 * @param options `jsxImportSource`: the package that JSX is made of, if not `react`
 * @throws CellSyntaxError with the place in the cell
 */
export function compileCell(
  source: string,
  known: ReadonlyMap<string, NameKind> = new Map(),
  options: { jsxImportSource?: string | undefined } = {},
): CompiledCell {
  return new CellRewriter(parseCell(source), known, options).compile();
}

class CellRewriter {
  readonly #file: ts.SourceFile;
  readonly #transpiled: Transpiled;
  readonly #known: ReadonlyMap<string, NameKind>;
  readonly #program: Program;
  readonly #scope: CellScope;
  readonly #text: MagicString;
  readonly #declared: Map<string, NameKind>;
  /** Ends the name of the variable that holds a name's box. */
  readonly #box: string;
  readonly #imports: CellImport[] = [];
  readonly #hoisted: FunctionDeclaration[] = [];
  /** Where each `let`, `const` and `class` of the cell has its first value. */
  readonly #ready = new Map<string, number>();
  readonly #early = new Set<string>();

  constructor(
    file: ts.SourceFile,
    known: ReadonlyMap<string, NameKind>,
    options: { jsxImportSource?: string | undefined },
  ) {
    this.#file = file;
    this.#transpiled = transpile(file, { ...options, keepImports: true });
    this.#known = known;
    this.#program = parseJavaScript(this.#transpiled, file.text);
    this.#scope = resolveScopes(this.#program, (name) => isWritten(name, file));
    this.#declared = this.#scope.declared;
    this.#text = new MagicString(this.#transpiled.code);
    this.#box = boxMark(this.#transpiled.code);
  }

  compile(): CompiledCell {
    const { body } = this.#program;
    for (const statement of body) this.#moduleSyntax(statement);
    this.#findEarly();
    for (const reference of this.#scope.references) this.#reference(reference);
    for (const declaration of this.#scope.declarations) this.#variables(declaration);
    for (const { name, value } of this.#scope.named) this.#name(name, value);
    for (const statement of body) this.#declaration(declarationOf(statement));
    this.#meta();
    this.#resumptions();
    const last = body.findLast((node) => !isEmptyExport(node));
    const hasResult = last?.type === 'ExpressionStatement';
    if (hasResult) this.#result(last);
    const uses = [...this.#uses()];
    const { isAsync } = this.#scope;
    // Reserved words: no user's name has a box that is called so.
    const ours = ['import', 'new', 'const', 'await', 'let'];
    const parameters = [...uses, ...ours].map((name) => name + this.#box);
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
      if (node.source) this.#refuseExport(node);
      this.#text.remove(node.start, node.declaration ? node.declaration.start : node.end);
    } else if (node.type === 'ExportAllDeclaration') {
      this.#refuseExport(node);
    } else if (node.type === 'ExportDefaultDeclaration') {
      this.#text.remove(node.start, node.declaration.start);
      if (!('id' in node.declaration && node.declaration.id)) {
        this.#text.appendLeft(node.declaration.start, '(');
        const end = this.#transpiled.code[node.end - 1] === ';' ? node.end - 1 : node.end;
        this.#text.appendRight(end, end === node.end ? ');' : ')');
      }
    }
  }

  #refuseExport({ start, source }: ExportNamedDeclaration | ExportAllDeclaration): never {
    const { map } = this.#transpiled;
    const origin = trace(map, positionAt(this.#transpiled.code, start)) ?? { line: 0, column: 0 };
    throw new CellSyntaxError(
      `A cell has nobody to export to. Write 'import … from ${JSON.stringify(source?.value)}' instead.`,
      offsetAt(this.#file.text, origin),
      'export'.length,
    );
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
      text = `const${this.#box}(${JSON.stringify(name)}).v`;
    }
    this.#text.overwrite(start, end, shorthand ? `${name}: ${text}` : text);
  }

  /** `let a = 1, { b } = c` → `a$$.i = 1, ({ b: b$$.i } = c)`. */
  #variables(node: VariableDeclaration): void {
    if (isUsing(node)) {
      const copies = node.declarations.flatMap(({ id }) => patternNames(id));
      const text = copies.map((name) => ` ${name}${this.#box}.i = ${name};`).join('');
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
      }
    }
  }

  /** Assigned to the property of a box, a function would get no name. */
  #name(name: string, { start, end }: Expression): void {
    this.#text.appendLeft(start, `{${name}: `).appendRight(end, `}.${name}`);
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
    const box = name + this.#box;
    if (!this.#early.has(name)) return box;
    const early = role === 'init' || this.#isEarly(start, this.#ready.get(name)!);
    return early ? `${box}e` : box;
  }

  /** Function declarations work before their line, as everywhere. */
  #prelude(): string {
    const box = this.#box;
    const early = [...this.#early].map((name) => `const ${name}${box}e=let${box}(${name}${box});`);
    const functions = this.#hoisted.map(({ id }) => `${id.name}${box}.v=${id.name};`);
    return [...early, ...functions].join('');
  }

  #meta(): void {
    for (const start of this.#scope.dynamicImports) {
      this.#text.appendLeft(start + 'import'.length, this.#box);
    }
    for (const { start, end } of this.#scope.metas) {
      this.#text.overwrite(start, end, `new${this.#box}`);
    }
  }

  /** After every wait the cell asks whether it was interrupted meanwhile. */
  #resumptions(): void {
    for (const { start, end } of this.#scope.awaits) {
      this.#text.appendLeft(start, `await${this.#box}(`).prependRight(end, ')');
    }
    for (const { start, end } of this.#scope.awaitedBodies) {
      this.#text.appendLeft(start, `{await${this.#box}();`).prependRight(end, '}');
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

function moduleName(node: AnyNode): string {
  return node.type === 'Identifier' ? node.name : String((node as { value?: unknown }).value);
}

function exportedName(specifier: AnyNode): string {
  if (specifier.type === 'ImportSpecifier') return moduleName(specifier.imported);
  return specifier.type === 'ImportDefaultSpecifier' ? 'default' : '*';
}
