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
