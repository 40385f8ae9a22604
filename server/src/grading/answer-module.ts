/**
 * An answer as a module that other files can import: the cell's text, with the names that the
 * exercise asks for exported.
 */
export function answerModule(source: string, declares: string[]): string {
  const hidden = declares.filter((name) => !isExported(source, name));
  const exports = hidden.length > 0 ? `\nexport { ${hidden.join(', ')} };\n` : '';
  return `${source.trimEnd()}\n${exports}`;
}

function isExported(source: string, name: string): boolean {
  const declarations = source.matchAll(
    /^export\s+(?:async\s+|abstract\s+)?(?:function\s*\*?|class|const|let|var|enum)\s+([\w$]+)/gm,
  );
  return declarations.some((match) => match[1] === name);
}
