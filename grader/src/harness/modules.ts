import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import vm from 'node:vm';
import ts from 'typescript';

type ModuleBody = (exports: object, require: (specifier: string) => unknown) => void;
type Compiled = { body: ModuleBody; stamp: string };

const compiled = new Map<string, Compiled>();

/** What a module is given for an import, or undefined for the ordinary way. */
export type Provide = (specifier: string, file: string) => object | undefined;

/**
 * Evaluates a trusted TypeScript module afresh: nothing is left over from an earlier evaluation, and nothing piles up
 * in Node's own module cache. Translations are kept until the file changes.
 */
export function evaluateFresh(file: string, provide: Provide): Record<string, unknown> {
  const loaded = new Map<string, Record<string, unknown>>();
  const load = (name: string): Record<string, unknown> => {
    const known = loaded.get(name);
    if (known) return known;
    const exports: Record<string, unknown> = {};
    loaded.set(name, exports);
    const nodeRequire = createRequire(name);
    compile(name)(exports, (specifier) => {
      const relative = specifier.startsWith('.');
      const target = relative ? path.resolve(path.dirname(name), specifier) : specifier;
      const provided = provide(target, name);
      if (provided) return provided;
      return relative ? load(target) : nodeRequire(specifier);
    });
    return exports;
  };
  return load(file);
}

function compile(file: string): ModuleBody {
  const { mtimeMs, size } = statSync(file);
  const stamp = `${mtimeMs}:${size}`;
  const known = compiled.get(file);
  if (known?.stamp === stamp) return known.body;
  const { outputText } = ts.transpileModule(readFileSync(file, 'utf8'), {
    fileName: file,
    compilerOptions: {
      module: ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget.ES2024,
      esModuleInterop: true,
    },
  });
  const script = new vm.Script(`(function (exports, require) {\n${outputText}\n})`, {
    filename: file,
    lineOffset: -1,
  });
  const body = script.runInThisContext() as ModuleBody;
  compiled.set(file, { body, stamp });
  return body;
}
