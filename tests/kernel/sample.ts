/** A cell with names of several kinds, for questions about the language. */
export const sampleCell = `
  interface Row { key: string; value: number }
  /** Doubles a number. @param n what to double @returns twice as much */
  function twice(n: number): number { return 2 * n; }
  const rows: Row[] = [];
  let counter = 0;`;
