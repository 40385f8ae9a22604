import { existsSync, readFileSync, statSync } from 'node:fs';
import module, { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Transpiled } from '../compiler/index.ts';
import { type PackageSpecifier, packageSpecifier } from '../compiler/specifiers.ts';
import { registerTranslation } from './frames.ts';

/** Marks a specifier as written in a cell, where the resolver has no file to start from. */
const FROM_CELL = 'lectern-cell:';

const TYPESCRIPT = /\.[cm]?tsx?$/;

/** Not every importer knows that JSON is to be announced. */
const JSON_MODULE = { type: 'json' };

/** Tried in turn behind a specifier that is not itself a file. */
const ENDINGS = ['.ts', '.tsx', '.mts', '.cts', '.js', '.mjs', '.cjs', '.json'];

/** Files that stand for their directory. */
const INDEXES = ENDINGS.slice(0, -1).map((ending) => `/index${ending}`);

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

  /** The file that cells are in, so to speak. */
  get #notebook(): string {
    return path.join(this.#directory, 'notebook.ts');
  }

  /** What stands in the place of `import.meta` in cells. */
  get meta(): object {
    const filename = this.#notebook;
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

  /** What cells find as `require`: as in a file of Node, but aware of edits. */
  get require(): NodeJS.Require {
    const require = createRequire(this.#notebook);
    return new Proxy(require, {
      apply: (target, _, [specifier]: [string]) => {
        this.#noticeEdits();
        return target(specifier);
      },
    });
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
    const notebook = pathToFileURL(this.#notebook).href;
    const parent = fromCell ? notebook : withoutEdition(context.parentURL ?? '');
    if (parent !== notebook && !this.#local.has(parent)) return next(specifier, context);
    const wanted = fromCell ? specifier.slice(FROM_CELL.length) : specifier;
    if (/^(\.{1,2}\/|\/|file:)/.test(wanted)) return this.#resolveFile(wanted, parent);
    refuseNetwork(wanted);
    const named = packageSpecifier(wanted);
    const resolvable = named?.resolvable ?? wanted;
    const from = (parentURL: string) => {
      const found = next(resolvable, { ...context, parentURL });
      return found.url.endsWith('.json') ? { ...found, importAttributes: JSON_MODULE } : found;
    };
    try {
      return from(parent);
    } catch (error) {
      if (!isNotFound(error)) throw error;
      try {
        return from(pathToFileURL(path.join(this.#root, 'notebook.ts')).href);
      } catch (again) {
        throw named && isNotFound(again) ? this.#notInstalled(named, error as Error) : again;
      }
    }
  }

  #resolveFile(wanted: string, parent: string): module.ResolveFnOutput {
    const target = fileURLToPath(new URL(wanted, parent));
    const file = [
      target,
      target.replace(/\.([cm]?)js$/, '.$1ts'),
      ...[...ENDINGS, ...INDEXES].map((ending) => target + ending),
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
    if (file.endsWith('.json')) result.importAttributes = JSON_MODULE;
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
    const { code, map, format } = this.#transpile(source, fileURLToPath(file));
    registerTranslation(url, source, map);
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

  #notInstalled({ name, resolvable, install }: PackageSpecifier, cause: Error): Error {
    // The package is there, but not the part of it that was asked for.
    const isMissing = [`package '${name}'`, `module '${resolvable}'`].some((what) =>
      cause.message.includes(what),
    );
    if (!isMissing) return cause;
    return new ModuleNotFoundError(
      `The package '${name}' is not installed. To install it, type in a terminal:\n` +
        `  cd ${this.#packageDirectory()} && ${install}`,
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

/** What `import` and `require` say when they do not find something. */
function isNotFound(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
}

/** @throws ModuleNotFoundError for what a browser or another runtime would download */
function refuseNetwork(specifier: string): void {
  if (!/^https?:/.test(specifier)) return;
  throw new ModuleNotFoundError(
    `Modules are not loaded from the network ('${specifier}'). Install the package that has it ` +
      "(npm install …) and import it by the package's name.",
  );
}

function isFile(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
}

function stampOf(url: string): string {
  const stats = statSync(new URL(url), { throwIfNoEntry: false, bigint: true });
  return stats ? `${stats.mtimeNs}-${stats.size}` : 'gone';
}
