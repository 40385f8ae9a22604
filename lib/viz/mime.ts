/** What a notebook shows: the same content in several formats, of which the page takes the richest it knows. */

/** Content by MIME type; `text/plain` is always there. */
export type MimeBundle = { 'text/plain': string } & { [mime: string]: unknown };

/** A value that knows how a notebook shows it. */
export interface Displayable {
  [Symbol.toStringTag]?: string;
}

/** The name of the method by which a value is asked for its MIME bundle (also used by Deno's kernel). */
export const displayMethod: unique symbol = Symbol.for('Jupyter.display') as never;

/** Text that is safe inside HTML. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
