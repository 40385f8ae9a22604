import type { MimeBundle } from '../protocol/index.ts';
import { isThenable, present } from './display.ts';
import { plainText, shorten } from './plain-text.ts';
import { Bar, progressOver } from './progress.ts';

/** How a display can be addressed later. */
export interface DisplayOptions {
  /** Names the place on the page; with `update`, what stands there is replaced. */
  id?: string;
  update?: boolean;
}

export type Publish = (
  data: MimeBundle,
  metadata?: Record<string, unknown>,
  options?: DisplayOptions,
) => void;

/** Bytes, or their base64. */
type Image = Uint8Array | ArrayBuffer | string;

/** Content of a known kind as a bundle. `text/plain` is for clients that know no other. */
const kinds = {
  html: (content: string) => withText('text/html', content),
  svg: (content: string) => withText('image/svg+xml', content),
  markdown: (content: string) => withText('text/markdown', content),
  latex: (content: string) => withText('text/latex', delimited(content)),
  json: (content: unknown) => ({
    'application/json': content,
    'text/plain': plainText(content),
  }),
  png: (content: Image) => image('image/png', content),
  jpeg: (content: Image) => image('image/jpeg', content),
  vegaLite: (spec: { $schema?: unknown }) => ({
    [`application/vnd.vegalite.v${schemaVersion(spec)}+json`]: spec,
    'text/plain': 'A Vega-Lite chart',
  }),
};

/** What the end of a cell waits for. */
export interface CellEnd {
  track(work: Promise<void>): void;
  beforeEnd(action: () => void): void;
}

/** What cells know as `display`; `language/cell-globals.d.ts` has its types and says what it does. */
export function createDisplay(publish: Publish, end: CellEnd) {
  const display = (value: unknown, options: DisplayOptions = {}): Promise<void> | undefined => {
    const bundle = present(value);
    if (!isThenable(bundle)) {
      publish(bundle, {}, options);
      return undefined;
    }
    const work = bundle.then((late) => publish(late, {}, options));
    end.track(work);
    return work;
  };
  const show = Object.entries(kinds).map(([name, bundleOf]) => [
    name,
    (content: never, options: DisplayOptions = {}) => publish(bundleOf(content), {}, options),
  ]);
  const progress = <Item>(over: number | Iterable<Item>, label = ''): Bar | Iterable<Item> =>
    typeof over === 'number'
      ? new Bar(publish, end, over, label)
      : progressOver(publish, end, over, label);
  return Object.assign(display, Object.fromEntries(show), { progress });
}

function withText(type: string, content: string): MimeBundle {
  return { [type]: content, 'text/plain': shorten(String(content), 2000) };
}

/** Formulas need to be marked as such; most people write only what stands between. */
function delimited(formula: string): string {
  return /^\s*(\$|\\\[|\\\(|\\begin)/.test(formula) ? formula : `$$${formula}$$`;
}

function image(type: string, content: Image): MimeBundle {
  const isImage =
    typeof content === 'string' || content instanceof Uint8Array || content instanceof ArrayBuffer;
  if (!isImage) {
    throw new TypeError('An image is shown from its bytes (a Uint8Array) or their base64.');
  }
  const size = typeof content === 'string' ? (content.length * 3) / 4 : content.byteLength;
  return { [type]: content, 'text/plain': `An image (${type}, ${(size / 1024).toFixed(1)} KB)` };
}

function schemaVersion({ $schema }: { $schema?: unknown }): string {
  return /vega-lite\/v(\d+)/.exec(String($schema))?.[1] ?? '5';
}
