import type { DecodedMap } from '../compiler/positions.ts';
import type { MainInspector } from '../serving/main-inspector.ts';
import { type Script, toScript, urlPatternOf } from './sources.ts';

interface SetBreakpoint {
  breakpointId: string;
}

/** Breakpoints by source. V8 knows them by URL, so they may be set before a cell or module runs. */
export class Breakpoints {
  readonly #main: MainInspector;
  /** Lines from 0 by path. */
  readonly #lines = new Map<string, number[]>();
  /** V8's breakpoints by the URL or pattern that they are set for. */
  readonly #set = new Map<string, string[]>();

  constructor(main: MainInspector) {
    this.#main = main;
  }

  /** All that are wanted, lines from 0. */
  entries(): Iterable<[path: string, lines: readonly number[]]> {
    return this.#lines;
  }

  /** Replaces those of one source; they take effect with `apply`. */
  want(file: string, lines: number[]): void {
    if (lines.length > 0) this.#lines.set(file, lines);
    else this.#lines.delete(file);
  }

  /** Sets a script's as they are wanted. */
  async apply({ url, path, map }: Script): Promise<void> {
    await this.#apply(url, { url }, this.#lines.get(path) ?? [], map);
  }

  /** Sets those of a file, in whatever edition it is loaded. */
  async applyToFile(file: string, map: DecodedMap | null): Promise<void> {
    const urlRegex = urlPatternOf(file);
    await this.#apply(urlRegex, { urlRegex }, this.#lines.get(file) ?? [], map);
  }

  /** V8 has forgotten them. */
  forget(): void {
    this.#set.clear();
  }

  async #apply(
    key: string,
    where: { url: string } | { urlRegex: string },
    lines: readonly number[],
    map: DecodedMap | null,
  ): Promise<void> {
    const former = this.#set.get(key) ?? [];
    this.#set.delete(key);
    for (const breakpointId of former) {
      await this.#main.post('Debugger.removeBreakpoint', { breakpointId });
    }
    const ids: string[] = [];
    const places = new Map(
      lines
        .map((line) => toScript(map, line))
        .map((place) => [`${place?.line}:${place?.column}`, place]),
    );
    for (const place of places.values()) {
      if (!place) continue;
      const { breakpointId } = await this.#main.post<SetBreakpoint>('Debugger.setBreakpointByUrl', {
        ...where,
        lineNumber: place.line,
        columnNumber: place.column,
      });
      ids.push(breakpointId);
    }
    if (ids.length > 0) this.#set.set(key, ids);
  }
}
