import { SourceMap } from 'node:module';
import ts from 'typescript';
import type { Cell } from './notebook.ts';
import type { Part } from './parts.ts';

/** An answer as one script for a worker, with the way back to the student's lines. */
export type CompiledAnswer = {
  code: string;
  declares: string[];
  /** The student's line for a place (from 1) in `code`; null where the line is not theirs. */
  origin(
    position: [line: number, column: number],
  ): { cell: number; line: number; own: boolean } | null;
};

/** Where a line of the assembled module comes from. */
type Origin = { cell: Cell; line: number };

/** Assembles statements into one module and translates it to a script. */
export function compileParts(parts: Part[], own: Cell, declares: string[]): CompiledAnswer {
  const lines: string[] = [];
  const origins: Origin[] = [];
  const imported = new Set<string>();
  for (const part of parts) {
    const text = part.kind === 'import' ? importOnce(part, imported) : withoutExport(part.text);
    const before = part.cell.source.slice(0, part.start);
    const firstLine = before.split('\n').length;
    const column = before.length - (before.lastIndexOf('\n') + 1);
    for (const [i, line] of text.split('\n').entries()) {
      lines.push(i === 0 ? ' '.repeat(column) + line : line); // columns stay what they were
      origins.push({ cell: part.cell, line: firstLine + i });
    }
  }
  lines.push(`export { ${declares.join(', ')} };`);
  const { code, map } = toCommonJs(lines.join('\n'));
  return {
    code,
    declares,
    origin([line, column]) {
      const entry = map.findEntry(line - 1, column - 1);
      const origin = 'originalLine' in entry ? origins[entry.originalLine] : undefined;
      return origin
        ? { cell: origin.cell.place, line: origin.line, own: origin.cell === own }
        : null;
    },
  };
}

function withoutExport(text: string): string {
  return text.replace(/^export\s+(?:default\s+)?/, (found) => ' '.repeat(found.length));
}

/** An import without the names that an earlier one has brought already. */
function importOnce(part: Part, imported: Set<string>): string {
  const fresh = part.declared.filter((name) => !imported.has(name));
  for (const name of fresh) imported.add(name);
  if (fresh.length === part.declared.length) return part.text;
  const file = ts.createSourceFile('import.ts', part.text, ts.ScriptTarget.ES2024, true);
  const statement = file.statements[0];
  const bindings =
    statement && ts.isImportDeclaration(statement) ? statement.importClause?.namedBindings : null;
  if (!bindings || !ts.isNamedImports(bindings)) return '';
  const kept = bindings.elements.filter((element) => fresh.includes(element.name.text));
  const names = kept.map((element) => element.getText(file)).join(', ');
  return kept.length === 0
    ? ''
    : part.text.slice(0, bindings.getStart(file)).replace(/import\s+[\w$]+\s*,/, 'import') +
        `{ ${names} }${part.text.slice(bindings.getEnd())}`;
}

function toCommonJs(source: string): { code: string; map: SourceMap } {
  const output = ts.transpileModule(source, {
    fileName: 'answer.ts',
    compilerOptions: {
      module: ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget.ES2024,
      esModuleInterop: true,
      sourceMap: true,
    },
  });
  const code = output.outputText.replace(/\n?\/\/# sourceMappingURL=.*\n?$/, '\n');
  return { code, map: new SourceMap(JSON.parse(output.sourceMapText!)) };
}
