/**
 * An answer as a module that other files can import: the cell's text, with the names that the
 * exercise asks for exported.
 */
export function answerModule(source: string, declares: string[]): string {
  const exported = Array.from(source.matchAll(EXPORTED), (match) => match[1]);
  const missing = declares.filter((name) => !exported.includes(name));
  const exports = missing.length > 0 ? `\nexport { ${missing.join(', ')} };\n` : '';
  return `${source.trimEnd()}\n${exports}`;
}

const EXPORTED =
  /^export\s+(?:async\s+|abstract\s+)?(?:function\s*\*?|class|const|let|var|enum)\s+([\w$]+)/gm;
