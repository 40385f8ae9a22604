import { decode } from '@jridgewell/sourcemap-codec';
import ts from 'typescript';
import { CellSyntaxError } from './names.ts';
import type { DecodedMap } from './positions.ts';

/** Options that decide what a cell or a local module means; the type checker uses them too. */
export const LANGUAGE_OPTIONS = {
  target: ts.ScriptTarget.ES2024,
  module: ts.ModuleKind.ESNext,
  moduleDetection: ts.ModuleDetectionKind.Force,
  isolatedModules: true,
  esModuleInterop: true,
  experimentalDecorators: false,
} as const satisfies ts.CompilerOptions;

/** JavaScript of one file, with a map back to the TypeScript. */
export interface Transpiled {
  code: string;
  map: DecodedMap;
}

/** Errors of the parser in terms of the source, the first one first. */
export function syntaxError(file: ts.SourceFile): CellSyntaxError | null {
  // `parseDiagnostics` is not in the public types; a program would cost a hundred times as much.
  const { parseDiagnostics } = file as unknown as { parseDiagnostics: ts.DiagnosticWithLocation[] };
  const first = parseDiagnostics[0];
  if (!first) return null;
  const text = ts.flattenDiagnosticMessageText(first.messageText, '\n');
  return new CellSyntaxError(text, first.start, Math.max(1, first.length));
}

export function parse(source: string, fileName = 'cell.ts'): ts.SourceFile {
  return ts.createSourceFile(fileName, source, ts.ScriptTarget.ES2024, true);
}

function hasDecorators(node: ts.Node): boolean {
  if (ts.isSourceFile(node) && !node.text.includes('@')) return false;
  return ts.isDecorator(node) || (ts.forEachChild(node, hasDecorators) ?? false);
}

/**
 * Translates TypeScript to JavaScript without looking at types. Imports of a cell are all kept,
 * for a later cell may use them; those of a module only where the module uses them as values.
 *
 * @throws CellSyntaxError
 */
export function transpile(
  source: string,
  options: { fileName?: string; keepImports?: boolean } = {},
): Transpiled {
  const fileName = options.fileName ?? 'cell.ts';
  const file = parse(source, fileName);
  const error = syntaxError(file);
  if (error) throw error;
  // Node knows everything of the newest standard but decorators, which have to be translated.
  const target = hasDecorators(file) ? LANGUAGE_OPTIONS.target : ts.ScriptTarget.ESNext;
  const { outputText, sourceMapText } = ts.transpileModule(source, {
    fileName,
    compilerOptions: {
      ...LANGUAGE_OPTIONS,
      target,
      verbatimModuleSyntax: options.keepImports ?? false,
      sourceMap: true,
    },
  });
  const { mappings } = JSON.parse(sourceMapText!) as { mappings: string };
  return {
    code: outputText.replace(/\n?\/\/# sourceMappingURL=.*\n?$/, '\n'),
    map: decode(mappings) as DecodedMap,
  };
}
