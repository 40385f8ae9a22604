/** What an exercise's JSDoc says, taken apart for its card. */
export type Statement = {
  /** Markdown: what to make. */
  text: string;
  parameters: { name: string; text: string }[];
  returns: string;
  examples: string[];
};

/** Where the first JSDoc block of a source stands, in UTF-16 code units. */
export function findStatement(source: string): { start: number; end: number } | null {
  const found = /\/\*\*[\s\S]*?\*\//.exec(source);
  return found ? { start: found.index, end: found.index + found[0].length } : null;
}

/** The code alone: both sides of a comparison have been told the same. */
export function withoutStatement(source: string): string {
  const place = findStatement(source);
  if (!place) return source;
  return source.slice(0, place.start) + source.slice(place.end).replace(/^[ \t]*\n/, '');
}

/** Reads the first JSDoc block of a starter, without the bold title that opens it. */
export function parseStatement(source: string): Statement | null {
  const place = findStatement(source);
  if (!place) return null;
  const lines = source
    .slice(place.start + 3, place.end - 2)
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, '').trimEnd());
  const [text = '', ...tags] = lines.join('\n').split(/^@(?=\w)/m);
  const statement: Statement = {
    text: text.trim().replace(/^\*\*[^*]+\*\*\s*/, ''),
    parameters: [],
    returns: '',
    examples: [],
  };
  for (const tag of tags) {
    const [, name = '', rest = ''] = /^(\w+)\s*([\s\S]*)$/.exec(tag.trim()) ?? [];
    if (name === 'param') statement.parameters.push(parameter(rest));
    if (name === 'returns' || name === 'return') statement.returns = oneLine(rest);
    if (name === 'example') statement.examples.push(tidy(rest));
  }
  return statement;
}

function parameter(rest: string): { name: string; text: string } {
  const [, name = '', text = ''] = /^(?:\{[^}]*\}\s*)?(\S+)\s*(?:-\s+)?([\s\S]*)$/.exec(rest) ?? [];
  return { name, text: oneLine(text) };
}

const oneLine = (text: string) => text.trim().replace(/\s*\n\s*/g, ' ');

/** Comments that stand far at the right in the source come near: the card is narrower. */
const tidy = (code: string) => code.trim().replace(/(\S) {2,}(?=\/\/)/g, '$1  ');
