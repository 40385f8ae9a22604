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
 * be asked.
 */
declare function prompt(message?: string, defaultValue?: string): string | null;
