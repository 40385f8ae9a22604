// What the build (rspack) adds to the language.

declare module '*.css';

interface ImportMeta {
  /** All modules of a folder whose path matches, each loaded when asked for. */
  webpackContext(
    folder: string,
    options: { recursive: boolean; regExp: RegExp; mode: 'lazy' },
  ): { (path: string): Promise<unknown>; keys(): string[] };
}
