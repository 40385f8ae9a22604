/** How a notebook-level name was declared; decides whether it may be assigned. */
export type NameKind = 'const' | 'let' | 'var' | 'function' | 'class' | 'import';

/** An identifier in a cell that no inner scope of the cell binds. */
export interface Reference {
  name: string;
  start: number;
  end: number;
  /**
   * `call` is the callee of a call or a template tag, `init` the first value of a `let`, `const`
   * or `class`, `write` any other assignment (also the declaration of a `var`).
   */
  role: 'read' | 'call' | 'typeof' | 'write' | 'init';
  /** Whether it stands for both key and value, as in `{ name }`. */
  shorthand: boolean;
}

/** What a thrown syntax error says about the cell. */
export class CellSyntaxError extends SyntaxError {
  override name = 'SyntaxError';
  /** UTF-16 offset in the cell's source. */
  readonly offset: number;
  readonly length: number;

  constructor(message: string, offset: number, length = 1) {
    super(message);
    this.offset = offset;
    this.length = length;
  }
}

/**
 * What is put behind a name to make the local variable that holds its box: none that stands in the
 * code already.
 */
export function boxMark(code: string): string {
  let mark = '$$';
  for (let n = 0; code.includes(mark); n++) mark = `$${n}$`;
  return mark;
}

/** A message of V8, which names things as the compiler wrote them: `(0 , f$$.v) is not a function`. */
export function withoutBoxes(message: string): string {
  if (!/\$\d*\$e?\.v/.test(message)) return message;
  // Looking behind keeps this from trying a long word at each of its characters.
  return message.replace(
    /\(0 , ([\p{ID_Continue}$]+)\$\d*\$e?\.v\)|(?<![\p{ID_Continue}$])([\p{ID_Continue}$]+)\$\d*\$e?\.v/gu,
    '$1$2',
  );
}
