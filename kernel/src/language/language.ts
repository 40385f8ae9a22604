import { CellSyntaxError, compileCell, type NameKind, positionAt } from '../compiler/index.ts';
import { codeFrame, red } from '../text/code-frame.ts';
import type { CompileResult, LanguageMethods } from '../threads.ts';

type Result<Name extends keyof LanguageMethods> = LanguageMethods[Name]['result'];

/** What the language thread answers. */
export class Language {
  readonly #known = new Map<string, NameKind>();

  constructor(_directory: string, _root: string) {}

  compile(source: string, label: string): CompileResult {
    try {
      const cell = compileCell(source, this.#known);
      for (const [name, kind] of cell.declared) this.#known.set(name, kind);
      return { cell };
    } catch (error) {
      if (!(error instanceof CellSyntaxError)) throw error;
      const frame = codeFrame(source, positionAt(source, error.offset), { title: label });
      const traceback = [`${red('SyntaxError')}: ${error.message}`, ...frame];
      return { error: { ename: 'SyntaxError', evalue: error.message, traceback } };
    }
  }

  complete(_source: string, offset: number): Result<'complete'> {
    return { matches: [], start: offset, end: offset };
  }

  inspect(_source: string, _offset: number): Result<'inspect'> {
    return { found: false, data: {} };
  }

  isComplete(_source: string): Result<'isComplete'> {
    return { status: 'complete' };
  }

  diagnostics(_cells: { id: string; code: string }[]): Result<'diagnostics'> {
    return {};
  }
}
