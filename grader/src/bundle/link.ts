import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import ts from 'typescript';

/** A program as one script: an expression that is a function `(external) => exports of the entry`. */
export type Linked = { code: string; inputs: string[] };

/**
 * Links a TypeScript module and all that it imports into one plain script, which needs no file system
 * and no module loader: it can run inside a sandbox and in a fresh `vm` context.
 *
 * @param entry absolute path of the entry
 * @param options.root modules are named relative to it
 * @param options.builtins whether `node:` modules may be asked of `external`
 */
export function link(entry: string, options: { root: string; builtins: boolean }): Linked {
  const name = (file: string) => path.relative(options.root, file).replaceAll(path.sep, '/');
  const parts: string[] = [];
  const seen = new Set([entry]);
  for (const file of seen) {
    const source = readFileSync(file, 'utf8');
    const links: Record<string, string> = {};
    const body = toCommonJs(source, file, `file:///lectern/${name(file)}`);
    // What is imported for its types alone has vanished from the translation.
    for (const [, , specifier] of body.matchAll(/\brequire\((["'])([^"']+)\1\)/g)) {
      if (specifier!.startsWith('node:') && options.builtins) continue;
      const target = resolve(specifier!, file);
      seen.add(target);
      links[specifier!] = name(target);
    }
    parts.push(
      `${JSON.stringify(name(file))}: [${JSON.stringify(links)}, ` +
        `function (exports, require, module) {\n${body}\n}]`,
    );
  }
  const code = `(function (external) {
  const modules = {\n${parts.join(',\n')}\n  };
  const loaded = Object.create(null);
  function load(id) {
    if (loaded[id]) return loaded[id].exports;
    const [links, body] = modules[id];
    const module = (loaded[id] = { exports: {} });
    body(module.exports, (specifier) => {
      const target = links[specifier];
      return target === undefined ? external(specifier) : load(target);
    }, module);
    return module.exports;
  }
  return load(${JSON.stringify(name(entry))});
})`;
  return { code, inputs: [...seen] };
}

/** The file that a module specifier means. */
function resolve(specifier: string, importer: string): string {
  if (specifier.startsWith('.')) return path.resolve(path.dirname(importer), specifier);
  return createRequire(importer).resolve(specifier);
}

function toCommonJs(source: string, file: string, url: string): string {
  const output = ts.transpileModule(source.replaceAll('import.meta.url', JSON.stringify(url)), {
    fileName: file,
    compilerOptions: {
      module: ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget.ES2024,
      allowJs: true,
      esModuleInterop: true,
    },
  });
  return output.outputText;
}
