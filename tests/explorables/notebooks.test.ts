/** What a chapter's Markdown asks for must exist: explorables with a state that they know. */

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');

type Cell = { id: string; cell_type: string; source: string[]; outputs?: unknown[] };
type Fence = { cell: string; name: string; state: string };

const chapters = readdirSync(path.join(root, 'notebooks')).filter((f) => f.endsWith('.ipynb'));

function cellsOf(file: string): Cell[] {
  const text = readFileSync(path.join(root, 'notebooks', file), 'utf8');
  return (JSON.parse(text) as { cells: Cell[] }).cells;
}

function fencesOf(file: string): Fence[] {
  return cellsOf(file).flatMap(({ id, source }) =>
    Array.from(source.join('').matchAll(/^```explorable (\S+)\n([\s\S]*?)^```$/gm), (match) => ({
      cell: id,
      name: match[1]!,
      state: match[2]!,
    })),
  );
}

describe.each(chapters)('%s', (file) => {
  it('has at least two explorables, each of which exists and knows its state', async () => {
    const fences = fencesOf(file);
    expect(fences.length).toBeGreaterThanOrEqual(2);
    for (const { name, state } of fences) {
      const { defaults } = await import(path.join(root, 'explorables', name, 'state.ts'));
      expect(Object.keys(defaults), name).toEqual(
        expect.arrayContaining(Object.keys(JSON.parse(state))),
      );
    }
  });

  it('numbers its formulas in order', () => {
    const text = cellsOf(file).map(({ source }) => source.join(''));
    const tags = Array.from(text.join('\n').matchAll(/\\tag\{\d+\.(\d+)\}/g), (m) => Number(m[1]));
    expect(tags.length).toBeGreaterThan(0);
    expect(tags).toEqual(tags.map((_, i) => i + 1));
  });

  it('keeps no outputs, and names its cells once', () => {
    const cells = cellsOf(file);
    expect(cells.flatMap(({ outputs = [] }) => outputs)).toEqual([]);
    const ids = cells.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z0-9-]{1,64}$/);
  });
});
