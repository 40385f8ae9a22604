import ts from 'typescript';
import {
  CellSyntaxError,
  type CompiledCell,
  compileCell,
  type NameKind,
  parse,
  positionAt,
  syntaxError,
} from '../compiler/index.ts';
import type { ErrorContent } from '../protocol/index.ts';
import { codeFrame, red } from '../text/code-frame.ts';
import type { CellDiagnostic, CompileResult, LanguageMethods } from '../threads.ts';
import { CellText } from './cell-text.ts';
import { completionsAt } from './completion.ts';
import { Environment } from './environment.ts';
import { ServiceHost } from './host.ts';
import { inspectionAt } from './inspection.ts';
import { type DocumentCell, NotebookDocument } from './notebook-document.ts';
import { isMissingModule, problemsOf } from './problems.ts';

type Result<Name extends keyof LanguageMethods> = LanguageMethods[Name]['result'];

/** What is done about type errors of a cell that is to run. */
export type TypeErrors = 'stop' | 'warn' | 'off';

/** A type error's traceback shows this many problems. */
const SHOWN = 5;

/** Everything the language thread can be asked. */
export class Language {
  readonly #known = new Map<string, NameKind>();
  readonly #host: ServiceHost;
  readonly #environment: Environment;
  readonly #document: NotebookDocument;
  readonly #typeErrors: TypeErrors;
  readonly #cellFile: string;
  readonly #queryFile: string;

  constructor(directory: string, root: string, typeErrors: TypeErrors = 'stop') {
    this.#host = new ServiceHost(directory, root);
    this.#environment = new Environment(this.#host);
    this.#document = new NotebookDocument(this.#host, this.#environment);
    this.#typeErrors = typeErrors;
    this.#cellFile = this.#host.path('cell.ts');
    this.#queryFile = this.#host.path('query.ts');
  }

  /** Reads the standard declarations, which takes a second, before anyone asks for something. */
  warm(source: string): void {
    const cell = new CellText(source, new Map());
    this.#host.write(this.#cellFile, cell.text);
    problemsOf(cell, this.#cellFile, this.#host.service);
  }

  /** Compiles and checks a cell; if it may run, its names are known from then on. */
  compile(source: string, label: string): CompileResult {
    let cell: CompiledCell;
    try {
      cell = compileCell(source, this.#known);
    } catch (error) {
      if (error instanceof CellSyntaxError)
        return { error: syntaxErrorContent(error, source, label) };
      throw error;
    }
    const text = new CellText(source, this.#environment.names);
    this.#host.write(this.#cellFile, text.text);
    const warnings = this.#check(text, source, label);
    if (warnings && this.#typeErrors === 'stop') return { error: warnings };
    for (const [name, kind] of cell.declared) this.#known.set(name, kind);
    this.#dropTypeImports(cell);
    this.#environment.add(text, this.#cellFile);
    return warnings ? { cell, warnings } : { cell };
  }

  complete(source: string, offset: number): Result<'complete'> {
    return completionsAt(this.#query(source), this.#queryFile, offset, this.#host.service);
  }

  inspect(source: string, offset: number): Result<'inspect'> {
    return inspectionAt(this.#query(source), this.#queryFile, offset, this.#host.service);
  }

  isComplete(source: string): Result<'isComplete'> {
    const error = syntaxError(parse(source));
    if (!error) return { status: 'complete' };
    // What lacks its end can be completed; what is wrong before it cannot.
    if (error.offset < source.trimEnd().length && !/^Unterminated/.test(error.message)) {
      return { status: 'invalid' };
    }
    const depth = (source.match(/[{[(]/g)?.length ?? 0) - (source.match(/[}\])]/g)?.length ?? 0);
    return { status: 'incomplete', indent: '  '.repeat(Math.max(0, depth)) };
  }

  /** Problems of all cells of a notebook, in steps. */
  diagnostics(cells: readonly DocumentCell[]): Generator<void, Result<'diagnostics'>> {
    return this.#document.check(cells);
  }

  #check(text: CellText, source: string, label: string): ErrorContent | null {
    if (this.#typeErrors === 'off') return null;
    let problems = problemsOf(text, this.#cellFile, this.#host.service);
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
    const names = new Map([...this.#document.names, ...this.#environment.names]);
    const text = new CellText(source, names, { all: true });
    this.#host.write(this.#queryFile, text.text);
    return text;
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
