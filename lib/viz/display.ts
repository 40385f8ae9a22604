/** Showing values now, whatever the notebook's kernel. */

import { bundleOf, Figure, type MimeBundle } from './mime.ts';

/** Where a value is shown. */
export interface DisplayOptions {
  /** Names the place on the page. */
  id?: string;
  /** Whether what stands at that place is replaced. */
  update?: boolean;
}

type Publish = (
  bundle: MimeBundle,
  metadata: Record<string, unknown>,
  options: DisplayOptions,
) => void;

/** What tslab's `display` module offers. */
interface TslabDisplay {
  raw(contentType: string, content: string): void;
}

/** Formats from the richest to the plainest; tslab sends one at a time, and takes strings. */
const tslabFormats = ['text/html', 'text/markdown', 'image/svg+xml', 'text/plain'];

/**
 * Shows a value now: a tensor with its values, a chart, a table, or anything else as text.
 * Under our own kernel and tslab it appears in the notebook, elsewhere on the console.
 * A tensor has to be computed first, so `await` it where the order of things shown matters.
 *
 * @param options under our own kernel: `id` names the place, so that a later call with `update` can
 *   replace what it shows
 */
export function display(value: unknown, options: DisplayOptions = {}): void | Promise<void> {
  const bundle = bundleOf(value);
  return bundle instanceof Promise
    ? bundle.then((late) => show(late, options))
    : show(bundle, options);
}

/** @internal Whether what `display` shows can be replaced later. */
export function canReplace(): boolean {
  return publisher() !== null;
}

/** What our own kernel offers. */
function publisher(): Publish | null {
  const publish = (globalThis as Record<symbol, unknown>)[Symbol.for('Jupyter.display.publish')];
  return typeof publish === 'function' ? (publish as Publish) : null;
}

function show(bundle: MimeBundle, options: DisplayOptions): void {
  const publish = publisher();
  if (publish !== null) {
    publish(bundle, {}, options);
    return;
  }
  const tslab = tslabDisplay();
  if (tslab === null) console.log(bundle['text/plain']);
  else showUnderTslab(tslab, bundle);
}

/** Text in Markdown, with formulas between dollar signs. */
export function markdown(text: string): Figure {
  return new Figure({ 'text/plain': text, 'text/markdown': text });
}

function showUnderTslab(tslab: TslabDisplay, bundle: MimeBundle): void {
  const chart = Object.entries(bundle).find(([mime]) => mime.startsWith('application/vnd.vega'));
  if (chart !== undefined) {
    // tslab passes content on untouched, objects too, though its types say strings
    tslab.raw(chart[0], chart[1] as string);
    return;
  }
  const mime = tslabFormats.find((format) => typeof bundle[format] === 'string') ?? 'text/plain';
  tslab.raw(mime, String(bundle[mime]));
}

/** The display module of the tslab that runs this process, if one does. */
function tslabDisplay(): TslabDisplay | null {
  if (!('__tslab__' in globalThis)) return null;
  const require = globalThis.process?.getBuiltinModule?.('node:module').createRequire('/');
  // several tslabs may be installed; the one that runs has its part for Jupyter loaded
  const running = Object.keys(require?.cache ?? {}).find((file) => tslabJupyter.test(file));
  if (require === undefined || running === undefined) return null;
  return require(running.replace(tslabJupyter, '$1public.js')).display as TslabDisplay;
}

const tslabJupyter = /(\btslab[\\/]dist[\\/])jupyter\.js$/;
