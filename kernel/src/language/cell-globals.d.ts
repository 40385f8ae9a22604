/** What cells find on `globalThis` beside what Node offers. See `evaluator/globals.ts`. */

/**
 * Shows a value below the cell, as its `Symbol.for('Jupyter.display')` method says, else as text.
 * The promise, where there is one, is fulfilled when the value has been shown.
 *
 * @param options `id` names the place, so that a later call with `update` can replace what it shows
 */
declare function display(
  value: unknown,
  options?: { id?: string; update?: boolean },
): Promise<void> | undefined;

/** Removes what the cell has shown so far; with `wait`, only when something new is shown. */
declare function clearOutput(options?: { wait?: boolean }): void;

/**
 * Asks the reader and waits for the answer: `defaultValue` where it is empty, null where nobody can
 * be asked.
 */
declare function prompt(message?: string, defaultValue?: string): string | null;
