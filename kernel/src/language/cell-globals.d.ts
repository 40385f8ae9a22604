/** What cells find on `globalThis` beside what Node offers. See `evaluator/globals.ts`. */

/**
 * Shows a value below the cell: as its `Symbol.for('Jupyter.display')` method says, an array of
 * records as a table, an element of a document as its markup, everything else as text.
 * The promise, where there is one, is fulfilled when the value has been shown.
 *
 * @param options `id` names the place, so that a later call with `update` can replace what it shows
 */
declare function display(value: unknown, options?: display.Options): Promise<void> | undefined;

declare namespace display {
  interface Options {
    /** Names the place on the page. */
    id?: string;
    /** Whether what stands in that place is replaced. */
    update?: boolean;
  }

  /** A bar that tells how far something has come. */
  interface Progress {
    /** One step further, with a note to stand beside the bar. */
    step(note?: string): void;
    /** As far as this. */
    set(done: number, note?: string): void;
  }

  function html(html: string, options?: Options): void;
  function svg(svg: string, options?: Options): void;
  function markdown(text: string, options?: Options): void;
  /** Shows a formula, with or without the dollar signs around it. */
  function latex(formula: string, options?: Options): void;
  /** Shows data as a tree to open, where the page can. */
  function json(data: unknown, options?: Options): void;
  /** Shows an image from its bytes or their base64. */
  function png(image: Uint8Array | ArrayBuffer | string, options?: Options): void;
  /** Shows an image from its bytes or their base64. */
  function jpeg(image: Uint8Array | ArrayBuffer | string, options?: Options): void;
  /** Shows a chart from its Vega-Lite specification. */
  function vegaLite(spec: object, options?: Options): void;

  /**
   * Shows a bar that moves on in its place.
   *
   * @example const bar = display.progress(100, 'epochs'); bar.step('loss 2.31');
   */
  function progress(total: number, label?: string): Progress;
  /**
   * Shows a bar that moves on as the items are taken.
   *
   * @example for (const batch of display.progress(batches, 'training')) step(batch);
   */
  function progress<Item>(items: Iterable<Item>, label?: string): Iterable<Item>;
}

/** Removes what the cell has shown so far; with `wait`, only when something new is shown. */
declare function clearOutput(options?: { wait?: boolean }): void;

/**
 * Asks the reader and waits for the answer: `defaultValue` where it is empty, null where nobody can
 * be asked. With `password`, nobody sees what is typed.
 */
declare function prompt(
  message?: string,
  defaultValue?: string,
  options?: { password?: boolean },
): string | null;

/** Asks the reader for yes or no and waits for the answer; false where nobody can be asked. */
declare function confirm(message?: string): boolean;

/**
 * A widget in the manner of anywidget: JavaScript for the page, and values that both sides share.
 * Shown as a cell's result or by `display`; the page needs the widgets of Jupyter and anywidget.
 *
 * @example
 * const counter = new AnyWidget({
 *   esm: `export default { render({ model, el }) {
 *     el.onclick = () => { model.set('count', model.get('count') + 1); model.save_changes(); };
 *   } }`,
 *   state: { count: 0 },
 * });
 * counter.on('change:count', (count) => console.log(count));
 */
declare class AnyWidget<State extends Record<string, unknown> = Record<string, unknown>> {
  /**
   * @param options.esm a module with `render` (and `initialize`) as anywidget has them, or its URL
   * @param options.css style sheet for what it renders
   * @param options.state values that page and cell share: JSON, and bytes at any depth
   */
  constructor(options: { esm: string; css?: string; state?: State });
  /** The name by which the page knows it. */
  readonly modelId: string;
  get<Name extends keyof State>(name: Name): State[Name];
  /** Sets values here and on every page that shows it. */
  set(values: Partial<State>): void;
  /** Calls a function whenever a page has changed a value; returns what ends that. */
  on<Name extends keyof State & string>(
    event: `change:${Name}`,
    handler: (value: State[Name]) => void,
  ): () => void;
  /** Calls a function with messages that a page has sent by `model.send`. */
  on(event: 'msg:custom', handler: (content: unknown, buffers: Uint8Array[]) => void): () => void;
  /** Sends a message to `model.on('msg:custom', …)` of the page. */
  send(content: unknown, buffers?: Uint8Array[]): void;
  /** Removes it from all pages. */
  close(): void;
}
