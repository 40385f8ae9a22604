import MagicString from 'magic-string';
import { parseJavaScript } from './parse-javascript.ts';
import { resolveScopes } from './scope.ts';
import { parse, transpile } from './transpile.ts';

/**
 * Translates an expression (or statements) to JavaScript that can be evaluated anywhere.
 *
 * @param holderOf what stands for the value of a name of the notebook's level; null where a name is
 *   to stay what it is
 * @throws CellSyntaxError
 */
export function compileExpression(
  source: string,
  holderOf: (name: string) => string | null,
): string {
  const transpiled = transpile(parse(source));
  const { references } = resolveScopes(parseJavaScript(transpiled, source));
  const text = new MagicString(transpiled.code);
  for (const { name, start, end, role, shorthand } of references) {
    const holder = holderOf(name);
    if (holder === null) continue;
    const value = role === 'call' ? `(0, ${holder})` : holder;
    text.overwrite(start, end, shorthand ? `${name}: ${value}` : value);
  }
  return text.toString();
}
