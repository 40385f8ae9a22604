/**
 * Cells, and what plain modules say of them. A sequence means what one module with the text of all
 * its cells means, so that module's value (of its last expression) or its error is what is expected.
 */
export interface Sequence {
  title: string;
  cells: string[];
  /** The text of the module, where cells do what one module may not: declare a name again. */
  module?: string;
  /** Start of the error, where it differs from the module's on purpose. */
  error?: string;
  /** Wrong for the type checker on purpose: it is not asked. */
  unchecked?: true;
}

/** The text of the module that a sequence is compared with. */
export function moduleOf({ cells, module }: Sequence): string {
  return module ?? cells.join('\n;\n');
}
