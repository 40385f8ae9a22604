import { decode } from '@jridgewell/sourcemap-codec';
import ts from 'typescript';
import { CellSyntaxError } from './names.ts';
import type { DecodedMap } from './positions.ts';

/** Options that decide what a cell or a local module means; the type checker uses them too. */
export const LANGUAGE_OPTIONS = {
  target: ts.ScriptTarget.ES2024,
  module: ts.ModuleKind.Preserve,
  jsx: ts.JsxEmit.ReactJSX,
  moduleDetection: ts.ModuleDetectionKind.Force,
  isolatedModules: true,
  esModuleInterop: true,
  experimentalDecorators: false,
} as const satisfies ts.CompilerOptions;

/** JavaScript of one file, with a map back to the TypeScript. */
export interface Transpiled {
  code: string;
  map: DecodedMap;
  format: 'module' | 'commonjs';
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

/** Parses a cell or a module: `await` is a keyword in it, whether it imports something or not. */
export function parse(source: string, fileName = 'cell.ts'): ts.SourceFile {
  const options = {
    languageVersion: LANGUAGE_OPTIONS.target,
    setExternalModuleIndicator: (file: ts.SourceFile) => {
      Object.assign(file, { externalModuleIndicator: true });
    },
  };
  return ts.createSourceFile(fileName, source, options, true);
}

/** Parses a cell: as TSX where only that makes sense of it. */
export function parseCell(source: string): ts.SourceFile {
  const file = parse(source);
  const error = syntaxError(file);
  if (!error || !/<[\p{ID_Start}>]/u.test(source)) return file;
  const jsx = parse(source, 'cell.tsx');
  return (syntaxError(jsx)?.offset ?? Number.POSITIVE_INFINITY) > error.offset ? jsx : file;
}

/** Whether a file has what the newest standard knows and Node does not: decorators, `accessor`. */
function isAheadOfNode(node: ts.Node): boolean {
  if (ts.isSourceFile(node) && !/@|\baccessor\b/.test(node.text)) return false;
  if (ts.isDecorator(node) || node.kind === ts.SyntaxKind.AccessorKeyword) return true;
  return ts.forEachChild(node, (child) => isAheadOfNode(child) || undefined) ?? false;
}

/** Whether a name stands in the source. Those that TypeScript makes up when it translates do not. */
export function isWritten(name: string, file: ts.SourceFile): boolean {
  // Not in the public types; TypeScript asks it so that its own names differ from the user's.
  return (file as unknown as { identifiers: ReadonlyMap<string, string> }).identifiers.has(name);
}

/** `import a = require('b')`. */
function isRequire(node: ts.Statement): boolean {
  return ts.isImportEqualsDeclaration(node) && ts.isExternalModuleReference(node.moduleReference);
}

/** ES modules have no `require`; cells do. */
const REQUIRE = `function require(id) {
  return process.getBuiltinModule('node:module').createRequire(import.meta.url)(id);
}
`;

/** Whether a module is one of CommonJS: by its ending, or because of `export =`. */
function isCommonJs({ fileName, statements }: ts.SourceFile): boolean {
  return (
    fileName.endsWith('.cts') ||
    statements.some((node) => ts.isExportAssignment(node) && node.isExportEquals)
  );
}

/**
 * Translates TypeScript to JavaScript without looking at types. Imports of a cell are all kept,
 * for a later cell may use them; those of a module only where the module uses them as values.
 *
 * @throws CellSyntaxError
 */
export function transpile(
  source: string | ts.SourceFile,
  options: {
    fileName?: string;
    keepImports?: boolean;
    jsxImportSource?: string | undefined;
  } = {},
): Transpiled {
  const file = typeof source === 'string' ? parse(source, options.fileName) : source;
  const isCell = options.keepImports ?? false;
  const error = syntaxError(file);
  if (error) throw error;
  const commonJs = isCommonJs(file);
  const target = isAheadOfNode(file) ? LANGUAGE_OPTIONS.target : ts.ScriptTarget.ESNext;
  const { outputText, sourceMapText } = ts.transpileModule(file.text, {
    fileName: file.fileName,
    compilerOptions: {
      ...LANGUAGE_OPTIONS,
      ...(options.jsxImportSource && { jsxImportSource: options.jsxImportSource }),
      target,
      module: commonJs ? ts.ModuleKind.CommonJS : LANGUAGE_OPTIONS.module,
      verbatimModuleSyntax: isCell,
      sourceMap: true,
    },
  });
  const { mappings } = JSON.parse(sourceMapText!) as { mappings: string };
  const code = outputText.replace(/\n?\/\/# sourceMappingURL=.*\n?$/, '\n');
  return {
    code: isCell || commonJs || !file.statements.some(isRequire) ? code : code + REQUIRE,
    map: decode(mappings) as DecodedMap,
    format: commonJs ? 'commonjs' : 'module',
  };
}
