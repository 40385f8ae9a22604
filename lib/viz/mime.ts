/**
 * What a notebook shows: the same content in several formats, of which the page takes the richest
 * it knows.
 */

/** Content by MIME type; `text/plain` is always there. */
export type MimeBundle = { 'text/plain': string } & { [mime: string]: unknown };

/**
 * The name of the method that gives a value's MIME bundle, at once or as a promise (Deno's kernel
 * has it too).
 */
const displayMethod = Symbol.for('Jupyter.display');

/**
 * Something a notebook shows in its own way: a cell's last expression, or an argument of `display`.
 */
export class Figure {
  readonly #bundle: MimeBundle;

  constructor(bundle: MimeBundle) {
    this.#bundle = bundle;
  }

  /** The content by MIME type. */
  toBundle(): MimeBundle {
    return this.#bundle;
  }

  [displayMethod](): MimeBundle {
    return this.#bundle;
  }

  /** What Node's console and tslab show. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.#bundle['text/plain'];
  }
}

/**
 * The MIME bundle of any value: its own where it has one (a tensor must be computed for it), else
 * plain text.
 */
export function bundleOf(value: unknown): MimeBundle | Promise<MimeBundle> {
  const own = (value as Record<symbol, unknown> | null | undefined)?.[displayMethod];
  if (typeof own === 'function') return own.call(value) as MimeBundle | Promise<MimeBundle>;
  return { 'text/plain': plainText(value) };
}

/** As Node's console writes a value, where there is Node. */
function plainText(value: unknown): string {
  if (typeof value === 'string') return value;
  const util = globalThis.process?.getBuiltinModule?.('node:util');
  return util === undefined ? String(value) : util.inspect(value);
}

/** Text that is safe inside HTML. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
