import path from 'node:path';
import ts from 'typescript';
import { LANGUAGE_OPTIONS, packageSpecifier } from '../compiler/index.ts';
import type { LanguageOpening } from '../threads.ts';
import { courseSettings, type Settings } from './settings.ts';

/** Modules of this scheme are declared inside `environment.ts`'s declaration file. */
export const CELL_SCHEME = 'lectern:cell/';

/** Stands before the path of a file where TypeScript allows no path. */
export const FILE_SCHEME = 'lectern:file/';

const LIBRARIES = ['lib.es2025.d.ts', 'lib.esnext.disposable.d.ts', 'lib.esnext.decorators.d.ts'];

const GLOBALS = declarations('cell-globals.d.ts');

/** What of Node nearly every notebook uses. */
const CONSOLE = declarations('console.d.ts');

function declarations(name: string): string {
  return path.join(import.meta.dirname, name);
}

let hosts = 0;

/** A TypeScript language service over files that exist only in memory, and what they import. */
export class ServiceHost {
  readonly service: ts.LanguageService;
  #options: ts.CompilerOptions;
  readonly #directory: string;
  readonly #root: string;
  readonly #files = new Map<string, { text: string; version: number; kind: ts.ScriptKind }>();
  readonly #snapshots = new Map<string, { version: string; snapshot: ts.IScriptSnapshot }>();
  /** The disk, with the files in memory on it. */
  readonly #fileSystem = {
    fileExists: (file: string) => this.#files.has(file) || ts.sys.fileExists(file),
    readFile: (file: string) => this.#files.get(file)?.text ?? ts.sys.readFile(file),
    directoryExists: ts.sys.directoryExists,
    realpath: (file: string) => (this.#files.has(file) ? file : ts.sys.realpath!(file)),
  };
  #resolutions: ts.ModuleResolutionCache;
  readonly #id = ++hosts;
  #writes = 0;
  #settings!: Settings;
  options!: ts.CompilerOptions;

  /**
   * @param root where packages are looked for when the notebook's directory has them not
   * @param registry what has been read from files, which several services share
   */
  constructor({ directory, root, typeErrors }: LanguageOpening, registry: ts.DocumentRegistry) {
    this.#directory = directory;
    this.#root = root;
    this.#options = {
      ...LANGUAGE_OPTIONS,
      isolatedModules: false,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      customConditions: ['source'],
      lib: LIBRARIES,
      types: [],
      jsx: ts.JsxEmit.Preserve,
      typeRoots: [path.join(root, 'node_modules/@types')],
      declaration: true,
      allowImportingTsExtensions: true,
      emitDeclarationOnly: true,
      resolveJsonModule: true,
      allowJs: true,
      skipLibCheck: true,
    };
    this.settings = courseSettings(directory, root, typeErrors);
    this.#resolutions = this.#newResolutions();
    this.service = ts.createLanguageService(this.#host(), registry);
  }

  /**
   * Reads the declarations of Node, which are more than all others together, and most cells use
   * nothing of them; false where that is done already. So whoever finds a problem asks for them
   * before believing it.
   */
  includeNode(): boolean {
    if (this.#options.types!.length > 0) return false;
    this.#change({ types: ['node'] });
    return true;
  }

  #change(options: ts.CompilerOptions): void {
    this.#options = { ...this.#options, ...options };
    this.options = { ...this.options, ...options };
  }

  /**
   * Where a file of this name would lie: beside the notebook, so that imports resolve from there,
   * and apart from those of other notebooks, for whoever shares a registry shares files by path.
   */
  path(name: string): string {
    return path.join(this.#directory, `__lectern_${this.#id}_${name}`);
  }

  /** How another of these files imports this one. */
  specifier(file: string): string {
    return `./${path.basename(file)}`;
  }

  /** The path that a relative import of a cell means. */
  absolute(relative: string): string {
    return path.resolve(this.#directory, relative);
  }

  /** Writes a file in memory. */
  write(file: string, text: string, { isJsx = false } = {}): void {
    const former = this.#files.get(file);
    if (former?.text === text) return;
    const kind = isJsx ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
    // With this option TypeScript reads React's declarations for every file, JSX in it or not.
    if (isJsx) this.#change({ jsx: ts.JsxEmit.ReactJSX });
    // Not counted per file: one that is deleted and written again is another.
    this.#files.set(file, { text, version: ++this.#writes, kind });
  }

  /** Whether a file exists in memory only. */
  isVirtual(file: string): boolean {
    return this.#files.has(file);
  }

  delete(file: string): void {
    this.#snapshots.delete(file);
    this.#files.delete(file);
  }

  /** Packages may have been installed, files written: looks for a file's imports again. */
  resolveAgain(file: string): void {
    this.#resolutions = this.#newResolutions();
    const known = this.#files.get(file);
    if (known) known.version = ++this.#writes;
  }

  /** How the next file is checked. */
  get settings(): Settings {
    return this.#settings;
  }

  set settings(settings: Settings) {
    if (settings === this.#settings) return;
    this.#settings = settings;
    this.options = { ...this.#options, ...settings.options };
  }

  #newResolutions(): ts.ModuleResolutionCache {
    const canonical = (file: string) =>
      ts.sys.useCaseSensitiveFileNames ? file : file.toLowerCase();
    return ts.createModuleResolutionCache(this.#directory, canonical, this.#options);
  }

  #host(): ts.LanguageServiceHost {
    const { sys } = ts;
    return {
      getCompilationSettings: () => this.options,
      getScriptKind: (file) => this.#files.get(file)?.kind ?? ts.ScriptKind.Unknown,
      getScriptFileNames: () => [
        GLOBALS,
        ...(this.options.types!.length === 0 ? [CONSOLE] : []),
        ...this.#files.keys(),
      ],
      getScriptVersion: (file) => this.#version(file),
      getScriptSnapshot: (file) => this.#snapshot(file),
      useCaseSensitiveFileNames: () => sys.useCaseSensitiveFileNames,
      getCurrentDirectory: () => this.#directory,
      getDefaultLibFileName: (options) => ts.getDefaultLibFilePath(options),
      ...this.#fileSystem,
      readDirectory: sys.readDirectory,
      getDirectories: sys.getDirectories,
      // Not in the public type of this host, but asked for: without it, every change of a file has
      // the package.json of all others read again.
      ...{ getModuleResolutionCache: () => this.#resolutions },
      resolveModuleNameLiterals: (literals, containing) =>
        literals.map(({ text }) => this.#resolve(text, containing)),
    };
  }

  #version(file: string): string {
    return this.#files.get(file)?.version.toString() ?? modified(file);
  }

  /** TypeScript asks for every file at every change of one; reading each would take most time. */
  #snapshot(file: string): ts.IScriptSnapshot | undefined {
    const version = this.#version(file);
    const known = this.#snapshots.get(file);
    if (known?.version === version) return known.snapshot;
    const text = this.#files.get(file)?.text ?? ts.sys.readFile(file);
    if (text === undefined) return undefined;
    const snapshot = ts.ScriptSnapshot.fromString(text);
    this.#snapshots.set(file, { version, snapshot });
    return snapshot;
  }

  #resolve(name: string, containing: string): ts.ResolvedModuleWithFailedLookupLocations {
    if (name.startsWith(CELL_SCHEME) || name.startsWith('node:')) {
      return { resolvedModule: undefined };
    }
    const wanted = name.startsWith(FILE_SCHEME)
      ? name.slice(FILE_SCHEME.length)
      : (packageSpecifier(name)?.resolvable ?? name);
    const resolve = (from: string) =>
      ts.resolveModuleName(wanted, from, this.#options, this.#fileSystem, this.#resolutions);
    const found = resolve(containing);
    const isFile = /^\.{0,2}\//.test(wanted);
    return found.resolvedModule || isFile ? found : resolve(path.join(this.#root, 'notebook.ts'));
  }
}

/** Only the user's own files change while the kernel runs. */
function modified(file: string): string {
  if (file.includes('/node_modules/')) return '1';
  return ts.sys.getModifiedTime!(file)?.getTime().toString() ?? '0';
}
