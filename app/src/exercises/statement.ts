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

/**
 * Reads the first JSDoc block of a starter. The opening bold title is left out where it repeats
 * the card's own.
 */
export function parseStatement(source: string, title: string): Statement | null {
  const place = findStatement(source);
  if (!place) return null;
  const lines = source
    .slice(place.start + 3, place.end - 2)
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, '').trimEnd());
  const [text = '', ...tags] = lines.join('\n').split(/^@(?=\w)/m);
  const statement: Statement = {
    text: withoutTitle(text.trim(), title),
    parameters: [],
    returns: '',
    examples: [],
  };
  for (const tag of tags) {
    const [, name = '', rest = ''] = /^(\w+)\s*([\s\S]*)$/.exec(tag.trim()) ?? [];
    if (name === 'param') statement.parameters.push(parameter(rest));
    if (name === 'returns' || name === 'return') statement.returns = oneLine(rest);
    if (name === 'example') statement.examples.push(rest.trim());
  }
  return statement;
}

function parameter(rest: string): { name: string; text: string } {
  const [, name = '', text = ''] = /^(?:\{[^}]*\}\s*)?(\S+)\s*(?:-\s+)?([\s\S]*)$/.exec(rest) ?? [];
  return { name, text: oneLine(text) };
}

const oneLine = (text: string) => text.trim().replace(/\s*\n\s*/g, ' ');

function withoutTitle(text: string, title: string): string {
  const plain = (words: string) => words.replace(/[.:!?\s]+$/, '').toLowerCase();
  const [, bold, rest = ''] = /^\*\*([^*]+)\*\*\s*([\s\S]*)$/.exec(text) ?? [];
  return bold !== undefined && plain(bold) === plain(title) ? rest : text;
}
