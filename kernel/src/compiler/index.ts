/** The cell compiler. Imports nothing of Node, so that it can also run in a browser. */
export { type Analysis, analyse, type StatementInfo, type StatementKind } from './analyse.ts';
export { Box, type CellContext, Scope } from './boxes.ts';
export { type CellImport, type CompiledCell, compileCell } from './compile.ts';
export { compileExpression } from './expression.ts';
export { CellSyntaxError, type NameKind, withoutBoxes } from './names.ts';
export { type DecodedMap, offsetAt, type Position, positionAt, trace } from './positions.ts';
export { packageSpecifier } from './specifiers.ts';
export {
  LANGUAGE_OPTIONS,
  parse,
  parseCell,
  syntaxError,
  type Transpiled,
  transpile,
} from './transpile.ts';
