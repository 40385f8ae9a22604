import { readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import type { ServiceHost } from './host.ts';

/** A name that a module offers to whoever imports it. */
export interface Export {
  name: string;
  module: string;
  flags: ts.SymbolFlags;
}

const LIBRARY = '@lectern/lib';

/** Those of Node's modules that one may want in a notebook. */
const BUILTINS = [
  'assert',
  'child_process',
  'crypto',
  'events',
  'fs',
  'fs/promises',
  'os',
  'path',
  'perf_hooks',
  'readline/promises',
  'stream',
  'timers/promises',
  'url',
  'util',
  'worker_threads',
  'zlib',
].map((name) => `node:${name}`);

/**
 * What a notebook could import: names of the library, of Node, of the packages that its directory's
 * `package.json` names, and of those it imports already. Modules are read one at a time, when asked
 * to: a package can be large, and what has been read of it is given back but for the names.
 */
export class ExportIndex {
  readonly #host: ServiceHost;
  readonly #file: string;
  readonly #read = new Map<string, Export[]>();
  readonly #wanted: string[] = [LIBRARY, ...BUILTINS];

  constructor(host: ServiceHost) {
    this.#host = host;
    this.#file = host.path('exports.ts');
  }

  /** Names that are known so far. */
  *[Symbol.iterator](): Generator<Export> {
    for (const names of this.#read.values()) yield* names;
  }

  /** Whether all that is wanted has been read. */
  get isComplete(): boolean {
    return this.#wanted.length === 0;
  }

  /** Adds modules to those that are to be read. */
  want(modules: Iterable<string>): void {
    for (const name of modules) {
      if (!this.#read.has(name) && !this.#wanted.includes(name)) this.#wanted.push(name);
    }
  }

  /** Adds the packages that the notebook's directory depends on. */
  wantDependencies(): void {
    this.want(dependenciesOf(this.#host.absolute('.')));
  }

  /** Reads one module more. @returns whether there are others to read */
  readNext(): boolean {
    const name = this.#wanted.shift();
    if (name === undefined) return false;
    this.#host.write(this.#file, `import * as all from ${JSON.stringify(name)};\nall;\n`);
    const names = this.#exportsOf(name);
    // What is not there may be installed later.
    if (names) this.#read.set(name, names);
    if (this.#wanted.length === 0) this.#host.delete(this.#file);
    return this.#wanted.length > 0;
  }

  #exportsOf(name: string): Export[] | null {
    const program = this.#host.service.getProgram();
    const file = program?.getSourceFile(this.#file);
    const statement = file?.statements[0];
    if (!program || !statement || !ts.isImportDeclaration(statement)) return null;
    const checker = program.getTypeChecker();
    const module = checker.getSymbolAtLocation(statement.moduleSpecifier);
    if (!module) return null;
    const names: Export[] = [];
    for (const symbol of exportsOf(module, statement, checker)) {
      if (!/^[\p{ID_Start}$][\p{ID_Continue}$]*$/u.test(symbol.name)) continue;
      if (symbol.name === 'default' || symbol.name === 'prototype') continue;
      const isAlias = symbol.flags & ts.SymbolFlags.Alias;
      const { flags } = isAlias ? checker.getAliasedSymbol(symbol) : symbol;
      const isBuiltinType = name.startsWith('node:') && !(flags & ts.SymbolFlags.Value);
      if (!isBuiltinType) names.push({ name: symbol.name, module: name, flags });
    }
    return names;
  }
}

function exportsOf(
  module: ts.Symbol,
  { importClause }: ts.ImportDeclaration,
  checker: ts.TypeChecker,
): ts.Symbol[] {
  if (!module.exports?.has(ts.InternalSymbolName.ExportEquals)) {
    return checker.getExportsOfModule(module);
  }
  // `export = …`: the names are those of the value.
  return checker.getPropertiesOfType(checker.getTypeAtLocation(importClause!.namedBindings!));
}

/** What the nearest `package.json` at or above a directory names as dependencies. */
function dependenciesOf(directory: string): string[] {
  for (let at = directory; ; at = path.dirname(at)) {
    try {
      const text = readFileSync(path.join(at, 'package.json'), 'utf8');
      const { dependencies } = JSON.parse(text) as { dependencies?: Record<string, string> };
      return Object.keys(dependencies ?? {}).filter((name) => !name.startsWith('@types/'));
    } catch {
      // There is none, or none that can be read: look further up.
    }
    if (at === path.dirname(at)) return [];
  }
}

/**
 * How a cell's text changes so that it imports a name: a place, and what is inserted there.
 * An import of the same module is extended, else one is added behind the others.
 */
export function importEdit(source: string, { name, module }: Export): [at: number, text: string] {
  const file = ts.createSourceFile('cell.ts', source, ts.ScriptTarget.Latest, false);
  const imports = file.statements.filter(ts.isImportDeclaration);
  for (const { moduleSpecifier, importClause } of imports) {
    const named = importClause?.namedBindings;
    const fitting = ts.isStringLiteral(moduleSpecifier) && moduleSpecifier.text === module;
    if (!fitting || importClause?.phaseModifier || !named || !ts.isNamedImports(named)) continue;
    const last = named.elements.at(-1);
    return last ? [last.end, `, ${name}`] : [named.getStart(file) + 1, ` ${name} `];
  }
  const statement = `import { ${name} } from '${module}';`;
  const last = imports.at(-1);
  if (last) return [last.end, `\n${statement}`];
  // The comment that turns checking off has to stay the first line.
  const first = /^\/\/\/?\s*@ts-nocheck[^\n]*\n/.exec(source)?.[0] ?? '';
  return [first.length, `${statement}\n`];
}
