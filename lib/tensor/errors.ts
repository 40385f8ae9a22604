/**
 * Errors that point at the line which made them.
 *
 * Shapes and types are checked when an operation is written down, not when it is computed, so the
 * stack of such an error leads straight to the caller. The library's own frames are taken out of
 * it: the first line that remains is the one to look at.
 */

/** Deep compositions put many library frames above the caller's, more than the ten V8 records. */
const frameLimit = 100;

/** Where the library's own files lie, as stack frames spell it: as a URL and as a path. */
const ownPlaces = placesOf(import.meta.url);

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
    hideOwnFrames(this, limit);
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

/** A file whose contents are not what its format demands, or are cut short. */
export class FileFormatError extends LibraryError {
  static {
    FileFormatError.prototype.name = 'FileFormatError';
  }
}

/**
 * V8 writes an error's stack at the first look at it, by way of `Error.prepareStackTrace` where
 * there is one (a notebook's kernel has one). We look at once, and hand on what is not ours.
 */
function hideOwnFrames(error: Error, limit: number): void {
  const { prepareStackTrace } = Error;
  Error.prepareStackTrace = (_, frames) => {
    const kept = frames.filter((_, i) => !isOwnFrame(frames, i)).slice(0, limit);
    if (prepareStackTrace !== undefined) return prepareStackTrace(error, kept);
    return [String(error), ...kept.map((frame) => `    at ${frame}`)].join('\n');
  };
  void error.stack;
  Error.prepareStackTrace = prepareStackTrace;
}

/** Built-in functions between, such as Array.map, belong to whoever called them. */
function isOwnFrame(frames: readonly NodeJS.CallSite[], i: number): boolean {
  const frame = frames[i];
  if (frame === undefined) return false;
  const file = frame.getFileName();
  if (!file) return isOwnFrame(frames, i + 1);
  return ownPlaces.some((place) => file.startsWith(place));
}

function placesOf(thisFile: string | undefined): string[] {
  if (!thisFile) return []; // run from a string
  const inTree = thisFile.lastIndexOf('/tensor/errors.');
  const root = inTree < 0 ? thisFile : thisFile.slice(0, inTree + 1); // a bundle is a single file
  return [root, decodeURIComponent(root.replace(/^file:\/\//, ''))];
}
