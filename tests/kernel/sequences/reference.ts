/**
 * What plain modules of Node say. Started as a process of its own with the texts of modules, as
 * JSON, on stdin; answers with what each gave, as JSON, on stdout.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import ts from 'typescript';

/** TypeScript alone, with its last expression as the default export. */
function toModule(source: string): string {
  const file = ts.createSourceFile(
    'module.ts',
    `${source}\nexport {};`,
    ts.ScriptTarget.Latest,
    true,
  );
  const last = file.statements.at(-2);
  const exported =
    last && ts.isExpressionStatement(last)
      ? `${source.slice(0, last.getStart())};export default (\n${last.expression.getText()}\n);`
      : source;
  const modern = /@\w|\baccessor\b/.test(source) ? ts.ScriptTarget.ES2024 : ts.ScriptTarget.ESNext;
  return ts.transpileModule(exported, {
    compilerOptions: {
      target: modern,
      module: ts.ModuleKind.ESNext,
      moduleDetection: ts.ModuleDetectionKind.Force,
    },
  }).outputText;
}

const directory = mkdtempSync(path.join(tmpdir(), 'lectern-reference-'));
const sources = JSON.parse(await text(process.stdin)) as string[];
const answers = new Map<string, string>();
for (const source of new Set(sources)) {
  const file = path.join(directory, `module${answers.size}.mjs`);
  writeFileSync(file, toModule(source));
  try {
    const module = (await import(pathToFileURL(file).href)) as { default?: unknown };
    const value = module.default instanceof Promise ? await module.default : module.default;
    answers.set(source, inspect(value));
  } catch (error) {
    const isError = error instanceof Error;
    answers.set(source, isError ? `${error.name}: ${error.message}` : `Thrown: ${inspect(error)}`);
  }
}
rmSync(directory, { recursive: true });
process.stdout.write(JSON.stringify(sources.map((source) => answers.get(source))));
