import { existsSync, readFileSync, statSync } from 'node:fs';
import module, { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Transpiled } from '../compiler/index.ts';
import { registerTranslation } from './frames.ts';

/** Marks a specifier as written in a cell, where the resolver has no file to start from. */
const FROM_CELL = 'lectern-cell:';

const TYPESCRIPT = /\.[cm]?tsx?$/;

/** Tried in turn behind a specifier that is not itself a file. */
const ENDINGS = ['.ts', '.mts', '.js', '.mjs', '.json', '/index.ts', '/index.js'];

/** A file imported by its path, directly or not, from a cell. It is loaded anew when edited. */
interface LocalModule {
  stamp: string;
  /** Counts editions of the file or of anything it imports; part of its URL. */
  edition: number;
  imports: Set<string>;
}

class ModuleNotFoundError extends Error {
  override name = 'ModuleNotFoundError';
}

/**
 * Imports of cells: from the notebook's directory, then from the course's root. Local files go
 * through the cell compiler's translation (so enums and the like work in them) and are read again
 * when they or what they import have changed.
 */
export class Modules {
  readonly #directory: string;
  readonly #root: string;
  readonly #transpile: (source: string, fileName: string) => Transpiled;
  readonly #local = new Map<string, LocalModule>();
  readonly #require = createRequire(import.meta.url);

  /** @param transpile translates the text of a TypeScript module, synchronously */
  constructor(
    directory: string,
    root: string,
    transpile: (source: string, fileName: string) => Transpiled,
  ) {
    this.#directory = directory;
    this.#root = root;
    this.#transpile = transpile;
    module.registerHooks({
      resolve: (specifier, context, next) => this.#resolve(specifier, context, next),
      load: (url, context, next) => this.#load(url, context, next),
    });
  }

  /** What stands in the place of `import.meta` in cells. */
  get meta(): object {
    const filename = path.join(this.#directory, 'notebook.ts');
    const { resolve } = createRequire(filename);
    return {
      url: pathToFileURL(filename).href,
      filename,
      dirname: this.#directory,
      resolve: (specifier: string) =>
        specifier.startsWith('.')
          ? new URL(specifier, pathToFileURL(filename)).href
          : pathToFileURL(resolve(specifier)).href,
    };
  }

  /** Loads a module as a cell's import statement or `import()` names it. */
  async import(specifier: string): Promise<object> {
    this.#noticeEdits();
    try {
      return await import(FROM_CELL + specifier);
    } catch (error) {
      this.#forgetFailure();
      throw error;
    }
  }

  #resolve(
    specifier: string,
    context: module.ResolveHookContext,
    next: (
      specifier: string,
      context?: Partial<module.ResolveHookContext>,
    ) => module.ResolveFnOutput,
  ): module.ResolveFnOutput {
    const fromCell = specifier.startsWith(FROM_CELL);
    const parent = fromCell
      ? pathToFileURL(path.join(this.#directory, 'notebook.ts')).href
      : withoutEdition(context.parentURL ?? '');
    if (!fromCell && !this.#local.has(parent)) return next(specifier, context);
    const wanted = fromCell ? specifier.slice(FROM_CELL.length) : specifier;
    if (/^(\.{1,2}\/|\/|file:)/.test(wanted)) return this.#resolveFile(wanted, parent);
    try {
      return next(wanted, { ...context, parentURL: parent });
    } catch (error) {
      if (!isNotFound(error)) throw error;
      try {
        const root = pathToFileURL(path.join(this.#root, 'notebook.ts')).href;
        return next(wanted, { ...context, parentURL: root });
      } catch (again) {
        throw isNotFound(again) ? this.#notInstalled(wanted, error as Error) : again;
      }
    }
  }

  #resolveFile(wanted: string, parent: string): module.ResolveFnOutput {
    const target = fileURLToPath(new URL(wanted, parent));
    const file = [
      target,
      target.replace(/\.([cm]?)js$/, '.$1ts'),
      ...ENDINGS.map((e) => target + e),
    ].find(isFile);
    if (!file) {
      const where = path.relative(this.#directory, fileURLToPath(parent));
      const importer = where === 'notebook.ts' ? '' : ` imported by ${where}`;
      throw new ModuleNotFoundError(`There is no file ${target} ('${wanted}'${importer}).`);
    }
    const url = pathToFileURL(file).href;
    this.#local.get(parent)?.imports.add(url);
    let known = this.#local.get(url);
    if (!known) {
      known = { stamp: stampOf(url), edition: 1, imports: new Set() };
      this.#local.set(url, known);
    }
    const result: module.ResolveFnOutput = {
      url: `${url}?edition=${known.edition}`,
      shortCircuit: true,
    };
    if (file.endsWith('.json')) result.importAttributes = { type: 'json' };
    return result;
  }

  #load(
    url: string,
    context: module.LoadHookContext,
    next: (url: string, context?: Partial<module.LoadHookContext>) => module.LoadFnOutput,
  ): module.LoadFnOutput {
    const file = withoutEdition(url);
    if (!this.#local.has(file)) return next(url, context);
    if (file.endsWith('.json')) {
      return { format: 'json', source: readFileSync(new URL(file)), shortCircuit: true };
    }
    if (!TYPESCRIPT.test(file)) return next(url, context);
    const source = readFileSync(new URL(file), 'utf8');
    const { code, map } = this.#transpile(source, fileURLToPath(file));
    registerTranslation(url, source, map);
    const format = file.endsWith('.cts') ? 'commonjs' : 'module';
    return { format, source: code, shortCircuit: true };
  }

  /** Gives a new edition to every local module that has changed or imports one that has. */
  #noticeEdits(): void {
    const changed = new Set<string>();
    for (const [url, known] of this.#local) {
      const stamp = stampOf(url);
      if (stamp !== known.stamp) changed.add(url);
      known.stamp = stamp;
    }
    for (let before = -1; before !== changed.size; ) {
      before = changed.size;
      for (const [url, { imports }] of this.#local) {
        if ([...imports].some((imported) => changed.has(imported))) changed.add(url);
      }
    }
    for (const url of changed) {
      const known = this.#local.get(url)!;
      known.edition++;
      known.imports.clear();
      delete this.#require.cache[fileURLToPath(url)];
    }
  }

  /** Node remembers that a module failed; what it lacked may be there next time. */
  #forgetFailure(): void {
    for (const known of this.#local.values()) known.stamp = '';
  }

  #notInstalled(specifier: string, cause: Error): Error {
    if (specifier.startsWith('node:') || specifier.startsWith('#')) return cause;
    const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
    // The package is there, but not the part of it that was asked for.
    if (!cause.message.includes(`package '${name}'`)) return cause;
    return new ModuleNotFoundError(
      `The package '${name}' is not installed. To install it, type in a terminal:\n` +
        `  cd ${this.#packageDirectory()} && npm install ${name}`,
    );
  }

  #packageDirectory(): string {
    for (let directory = this.#directory; ; directory = path.dirname(directory)) {
      if (existsSync(path.join(directory, 'package.json'))) return directory;
      if (directory === path.dirname(directory)) return this.#root;
    }
  }
}

function withoutEdition(url: string): string {
  return url.replace(/\?edition=\d+$/, '');
}

function isNotFound(error: unknown): boolean {
  return (error as { code?: unknown }).code === 'ERR_MODULE_NOT_FOUND';
}

function isFile(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
}

function stampOf(url: string): string {
  const stats = statSync(new URL(url), { throwIfNoEntry: false, bigint: true });
  return stats ? `${stats.mtimeNs}-${stats.size}` : 'gone';
}
