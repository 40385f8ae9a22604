/**
 * Errors that point at the line which made them.
 *
 * Shapes and types are checked when an operation is written down, not when it is computed, so the
 * stack of such an error leads straight to the caller. The library's own frames are taken out of
 * it: the first line that remains is the one to look at.
 */

/** Where the library's own files lie, as stack frames spell it: as a URL and as a path. */
const ownPlaces = placesOf(import.meta.url);

/**
 * Deep compositions put many library frames above the caller's, more than the ten that V8 records.
 */
const frameLimit = 100;

/** An error in how the library was used; its stack starts at the caller's line. */
export class LibraryError extends Error {
  // On the prototype, so that the stack's first line, written while constructing, has it too.
  static {
    LibraryError.prototype.name = 'LibraryError';
  }

  constructor(message: string, options?: ErrorOptions) {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = frameLimit;
    super(message, options);
    Error.stackTraceLimit = limit;
    this.stack = withoutOwnFrames(this.stack, limit);
  }
}

/** Shapes that do not fit the operation. */
export class ShapeError extends LibraryError {
  static {
    ShapeError.prototype.name = 'ShapeError';
  }
}

/** Element types that do not fit the operation. */
export class DTypeError extends LibraryError {
  static {
    DTypeError.prototype.name = 'DTypeError';
  }
}

function placesOf(thisFile: string | undefined): string[] {
  if (!thisFile) return []; // run from a string
  const inTree = thisFile.lastIndexOf('/tensor/errors.');
  const root = inTree < 0 ? thisFile : thisFile.slice(0, inTree + 1); // a bundle is a single file
  return [root, decodeURIComponent(root.replace(/^file:\/\//, ''))];
}

function withoutOwnFrames(stack: string | undefined, limit = 10): string | undefined {
  if (stack === undefined) return undefined;
  const lines = stack.split('\n');
  const first = lines.findIndex((line) => /^\s+at /.test(line));
  if (first < 0) return stack;
  const all = lines.slice(first);
  const frames = all.filter((_, i) => !isOwnFrame(all, i));
  return [...lines.slice(0, first), ...frames.slice(0, limit)].join('\n');
}

/** Built-in functions between (`at Array.map (<anonymous>)`) belong to whoever called them. */
function isOwnFrame(frames: readonly string[], i: number): boolean {
  const frame = frames[i];
  if (frame === undefined) return false;
  if (frame.endsWith('(<anonymous>)')) return isOwnFrame(frames, i + 1);
  return ownPlaces.some((place) => frame.includes(place));
}
