import { readFileSync } from 'node:fs';
import ts from 'typescript';
import {
  CellSyntaxError,
  type CompiledCell,
  compileCell,
  compileExpression,
  type NameKind,
  parseCell,
  positionAt,
  transpile,
} from '../compiler/index.ts';
import { INTROSPECTION } from '../introspection.ts';
import type { ErrorContent } from '../protocol/index.ts';
import { codeFrame, red } from '../text/code-frame.ts';
import type { CompileResult, LanguageMethods, LanguageOpening } from '../threads.ts';
import { CellOutline, CellText } from './cell-text.ts';
import { completeness } from './completeness.ts';
import { completionsAt } from './completion.ts';
import type { RpcMessage } from './editor/messages.ts';
import { EditorServer } from './editor/server.ts';
import { Environment } from './environment.ts';
import { ServiceHost } from './host.ts';
import { inspectionAt, inspectionBundle } from './inspection.ts';
import { type CellDiagnostic, isMissingModule, problemsOf } from './problems.ts';
import { withDirectives } from './settings.ts';

type Result<Name extends keyof LanguageMethods> = LanguageMethods[Name]['result'];

/** TypeScript's kinds of symbol in the words that Jupyter's clients have icons for. */
const JUPYTER_KINDS: Record<string, string> = {
  const: 'constant',
  let: 'variable',
  var: 'variable',
  'local var': 'variable',
  parameter: 'variable',
  'local function': 'function',
  alias: 'variable',
  getter: 'property',
  setter: 'property',
  'primitive type': 'keyword',
  type: 'interface',
  script: 'file',
  directory: 'folder',
  'external module name': 'module',
};

/** A type error's traceback shows this many problems. */
const SHOWN = 5;

/** Everything that one kernel can ask about its language. */
export class Language {
  readonly #known = new Map<string, NameKind>();
  readonly #host: ServiceHost;
  readonly #environment: Environment;
  readonly #editors: EditorServer;
  readonly #cellFile: string;
  readonly #queryFile: string;

  /**
   * @param registry what has been read from files, which several languages share
   * @param notify sends something unasked to the language client of an editor
   */
  constructor(
    opening: LanguageOpening,
    registry: ts.DocumentRegistry,
    notify: (client: string, message: RpcMessage) => void,
  ) {
    this.#host = new ServiceHost(opening, registry);
    this.#environment = new Environment(this.#host);
    this.#editors = new EditorServer(this.#host, this.#environment, notify);
    this.#cellFile = this.#host.path('cell.ts');
    this.#queryFile = this.#host.path('query.ts');
  }

  /** Reads the standard declarations, which takes a second, before anyone asks for something. */
  warm(source: string): void {
    const cell = new CellText(new CellOutline(source), new Map());
    this.#host.write(this.#cellFile, cell.text);
    problemsOf(cell, this.#cellFile, this.#host.service);
  }

  /** Lets go of everything. */
  close(): void {
    this.#editors.closeAll();
    this.#host.service.dispose();
  }

  /** Compiles and checks a cell; if it may run, its names are known from then on. */
  compile(source: string, label: string): CompileResult {
    const outline = new CellOutline(source);
    const settings = withDirectives(this.#environment.settings, outline.directives);
    this.#environment.settings = settings;
    let cell: CompiledCell;
    try {
      cell = compileCell(source, this.#known, this.#jsx);
    } catch (error) {
      if (error instanceof CellSyntaxError)
        return { error: syntaxErrorContent(error, source, label) };
      throw error;
    }
    this.#host.settings = settings;
    this.#environment.forget(outline.augmented);
    const text = new CellText(outline, this.#environment.names);
    this.#host.write(this.#cellFile, text.text, text);
    const warnings = settings.typeErrors === 'off' ? null : this.#check(text, source, label);
    if (warnings && settings.typeErrors === 'stop') return { error: warnings };
    for (const [name, kind] of cell.declared) this.#known.set(name, kind);
    this.#dropTypeImports(cell);
    this.#environment.add(text, outline.augmented, this.#cellFile);
    this.#editors.executed();
    return warnings ? { cell, warnings } : { cell };
  }

  /** Translates a local module. */
  transpile(source: string, fileName: string): Result<'transpile'> {
    try {
      return { result: transpile(source, { fileName, ...this.#jsx }) };
    } catch (error) {
      const offset = error instanceof CellSyntaxError ? error.offset : 0;
      return { error: { message: (error as Error).message, offset } };
    }
  }

  get #jsx(): { jsxImportSource: string | undefined } {
    return { jsxImportSource: this.#environment.settings.options.jsxImportSource };
  }

  complete(source: string, offset: number): Result<'complete'> {
    const { service } = this.#host;
    const found = completionsAt(this.#query(source), this.#queryFile, offset, service);
    const matches = found.entries.map(({ name, kind }) => ({
      text: name,
      type: JUPYTER_KINDS[kind] ?? kind,
    }));
    return { matches, start: found.start, end: found.end };
  }

  /** @param detail from 1 on, the source of what is a notebook's or a package's own comes with it */
  inspect(source: string, offset: number, detail = 0): Result<'inspect'> {
    const { service } = this.#host;
    const cell = this.#query(source);
    const help = inspectionAt(cell, this.#queryFile, offset, service);
    if (!help) return { found: false, data: {} };
    const definition = detail > 0 ? this.#sourceOf(help.span.start) : undefined;
    return inspectionBundle(help, definition);
  }

  isComplete(source: string): Result<'isComplete'> {
    return completeness(source, this.#known);
  }

  /** Names of the notebook's level become what holds their values, unless they are locals. */
  expression(source: string, locals: readonly string[]): Result<'expression'> {
    const holderOf = (name: string) =>
      this.#known.has(name) && !locals.includes(name)
        ? `globalThis[Symbol.for('${INTROSPECTION}')].box('${name}').v`
        : null;
    try {
      return { code: compileExpression(source, holderOf) };
    } catch (error) {
      if (error instanceof CellSyntaxError) return { error: `SyntaxError: ${error.message}` };
      throw error;
    }
  }

  mapOfModule(file: string): Result<'mapOfModule'> {
    if (!/\.[cm]?tsx?$/.test(file)) return null;
    try {
      return transpile(readFileSync(file, 'utf8'), { fileName: file }).map;
    } catch {
      return null; // It will say what is wrong with it when it is imported.
    }
  }

  /** A message of an editor's language client; null: it has gone. */
  editor(client: string, message: RpcMessage | null): Result<'editor'> {
    if (message) return this.#editors.receive(client, message);
    this.#editors.close(client);
    return null;
  }

  #check(text: CellText, source: string, label: string): ErrorContent | null {
    let problems = problemsOf(text, this.#cellFile, this.#host.service);
    if (problems.length > 0 && this.#host.includeNode()) {
      problems = problemsOf(text, this.#cellFile, this.#host.service);
    }
    if (problems.some(isMissingModule)) {
      this.#host.resolveAgain(this.#cellFile);
      problems = problemsOf(text, this.#cellFile, this.#host.service);
    }
    const errors = problems.filter(
      (problem) => problem.severity === 'error' && !isMissingModule(problem),
    );
    return errors.length > 0 ? typeErrorContent(errors, source, label) : null;
  }

  /** A cell with all names that a completion or a hover could be about. */
  #query(source: string): CellText {
    this.#host.includeNode();
    const text = new CellText(new CellOutline(source), this.#environment.names, { all: true });
    this.#host.write(this.#queryFile, text.text, text);
    return text;
  }

  /** The statement that declares what stands at a place of the query. */
  #sourceOf(at: number): string | undefined {
    const { service } = this.#host;
    const [found] = service.getDefinitionAtPosition(this.#queryFile, at) ?? [];
    if (!found) return undefined;
    const executed = this.#environment.sourceOf(found.name);
    if (this.#host.isVirtual(found.fileName) && executed !== undefined) {
      return statementDeclaring(found.name, executed);
    }
    const text = service.getProgram()?.getSourceFile(found.fileName)?.text;
    const { start, length } = found.contextSpan ?? found.textSpan;
    return text?.slice(start, start + length);
  }

  /** Imported types are nothing at run time, and their module may be nothing but declarations. */
  #dropTypeImports(cell: CompiledCell): void {
    if (cell.imports.length === 0) return;
    const program = this.#host.service.getProgram();
    const file = program?.getSourceFile(this.#cellFile);
    const module = file && program?.getTypeChecker().getSymbolAtLocation(file);
    if (!program || !module) return;
    const checker = program.getTypeChecker();
    const types = new Set<string>();
    for (const symbol of checker.getExportsOfModule(module)) {
      const target =
        symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
      const { flags } = target;
      if (flags & ts.SymbolFlags.Type && !(flags & ts.SymbolFlags.Value)) types.add(symbol.name);
    }
    cell.imports = cell.imports.filter(({ names }) => {
      const locals = Object.keys(names);
      for (const name of locals) if (types.has(name)) delete names[name];
      return locals.length === 0 || Object.keys(names).length > 0;
    });
  }
}

function statementDeclaring(name: string, source: string): string | undefined {
  const start = new CellOutline(source).declared.get(name)?.start;
  if (start === undefined) return undefined;
  const statement = parseCell(source).statements.find(
    ({ pos, end }) => pos <= start && start < end,
  );
  return statement && source.slice(statement.getFullStart(), statement.end).trim();
}

function syntaxErrorContent(error: CellSyntaxError, source: string, label: string): ErrorContent {
  const at = positionAt(source, error.offset);
  const frame = codeFrame(source, at, { title: label, length: error.length });
  const traceback = [`${red('SyntaxError')}: ${error.message}`, ...frame];
  return { ename: 'SyntaxError', evalue: error.message, traceback };
}

function typeErrorContent(errors: CellDiagnostic[], source: string, label: string): ErrorContent {
  const traceback = errors
    .slice(0, SHOWN)
    .flatMap(({ message, code, start, end }) => [
      ...`${red('TypeScriptError')}: ${message} (TS${code})`.split('\n'),
      ...codeFrame(source, positionAt(source, start), { title: label, length: end - start }),
    ]);
  if (errors.length > SHOWN) traceback.push(`… and ${errors.length - SHOWN} more type errors.`);
  const [first] = errors;
  return { ename: 'TypeScriptError', evalue: `${first!.message} (TS${first!.code})`, traceback };
}
