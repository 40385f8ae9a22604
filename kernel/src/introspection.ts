/** What can be known of the main thread from outside. */
import type { DecodedMap } from './compiler/index.ts';

/** What one can know of a value without running any code of the user's. */
export interface Description {
  name: string;
  /** Of an object the name of its class, else what `typeof` says; of a tensor with its dtype. */
  type: string;
  /** The sizes of a tensor, or the length of whatever has one. */
  shape?: number[];
  /** The value in one short line. */
  preview: string;
  /** Whether it has parts that could be looked at. */
  hasParts: boolean;
}

/** A name of the notebook's level and its value. */
export interface Variable extends Description {
  /** What a reader may want to leave out: `import`, `function`, `class`; else `variable`. */
  kind: 'variable' | 'function' | 'class' | 'import';
}

/**
 * What the protocol thread can ask of this thread through V8's inspector, so also while a cell
 * computes or stands at a breakpoint. Nothing here runs code of the user's.
 */
export interface Introspection {
  /** All names that have a value. */
  variables(): Variable[];
  /** Their values, as an object of its own. */
  values(): Record<string, unknown>;
  /** What holds the value of a name, in `v`. */
  box(name: string): { v: unknown };
  describe(name: string, value: unknown): Description;
  partsOf(value: object): Record<string, unknown>;
  describeParts(parts: Record<string, unknown>): Description[];
  /** What V8 calls the cells that have run, and their text. */
  cells(): [url: string, source: string][];
  translation(url: string): { source: string; map: DecodedMap } | null;
}

/** Where the other thread finds it. */
export const INTROSPECTION = 'lectern.introspection';
