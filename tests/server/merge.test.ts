import { describe, expect, it } from 'vitest';
import type { Cell, Notebook } from '../../server/src/contents/notebook-file.ts';
import { mergeNotebook } from '../../server/src/course/merge.ts';
import { codeCell, markdownCell, notebook } from './helper.ts';

const answer = (source: string, id = 'ex') =>
  codeCell(id, source, { lectern: { exercise: 'demo/double' } });
const book = (...cells: object[]) => notebook(cells) as unknown as Notebook;
/** `id: source` of each cell, to compare at a glance. */
const lines = ({ cells }: Notebook) => cells.map((cell) => `${cell.id}: ${cell.source}`);
const merge = (base: Notebook | null, mine: Notebook, theirs: Notebook) =>
  lines(mergeNotebook(base, mine, theirs).notebook);

const base = book(markdownCell('intro', 'Hello'), answer('starter'), codeCell('run', 'f(1)'));

describe('what the learner did not touch follows the course', () => {
  it('changed, added, removed and moved cells', () => {
    const theirs = book(
      codeCell('run', 'f(2)'),
      markdownCell('new', 'More'),
      answer('better starter'),
    );
    expect(merge(base, base, theirs)).toEqual(['run: f(2)', 'new: More', 'ex: better starter']);
  });

  it('keeps the outputs of unchanged text and drops those of changed text', () => {
    const output = { output_type: 'stream', name: 'stdout', text: '1' };
    const ran = (id: string, source: string) => ({
      ...codeCell(id, source),
      outputs: [output],
      execution_count: 4,
    });
    const before = book(codeCell('a', 'a'), codeCell('b', 'b'));
    const { notebook: merged } = mergeNotebook(
      before,
      book(ran('a', 'a'), ran('b', 'b')),
      book({ ...codeCell('a', 'a'), metadata: { note: 1 } }, codeCell('b', 'changed')),
    );
    expect(merged.cells[0]).toMatchObject({ outputs: [output], execution_count: 4 });
    expect(merged.cells[0]!.metadata).toEqual({ note: 1 });
    expect(merged.cells[1]).toMatchObject({ outputs: [], execution_count: null });
  });
});

describe('what the learner wrote stays', () => {
  it('answers, whatever becomes of the starter', () => {
    const mine = book(
      markdownCell('intro', 'Hello'),
      answer('return 2 * x'),
      codeCell('run', 'f(1)'),
    );
    const theirs = book(
      markdownCell('intro', 'Hi'),
      answer('other starter'),
      codeCell('run', 'f(1)'),
    );
    const { notebook: merged, conflicts } = mergeNotebook(base, mine, theirs);
    expect(lines(merged)).toEqual(['intro: Hi', 'ex: return 2 * x', 'run: f(1)']);
    expect(conflicts).toEqual([]);
  });

  it('own cells, behind the cell they followed', () => {
    const mine = book(
      markdownCell('top', 'first of all'),
      ...base.cells.slice(0, 2),
      codeCell('try1', 'one'),
      codeCell('try2', 'two'),
      ...base.cells.slice(2),
      markdownCell('end', 'last'),
    );
    const theirs = book(codeCell('run', 'f(3)'), markdownCell('intro', 'Hello'), answer('starter'));
    expect(merge(base, mine, theirs)).toEqual([
      'top: first of all',
      'run: f(3)',
      'end: last',
      'intro: Hello',
      'ex: starter',
      'try1: one',
      'try2: two',
    ]);
  });

  it('edited course cells, where the course did not change them', () => {
    const mine = book(markdownCell('intro', 'Hello, edited'), ...base.cells.slice(1));
    const theirs = book(base.cells[0]!, base.cells[1]!, codeCell('run', 'f(9)'));
    expect(merge(base, mine, theirs)).toEqual(['intro: Hello, edited', 'ex: starter', 'run: f(9)']);
  });

  it('edited course cells beside the new ones, where both changed', () => {
    const mine = book(base.cells[0]!, base.cells[1]!, codeCell('run', 'f(mine)'));
    const theirs = book(base.cells[0]!, base.cells[1]!, codeCell('run', 'f(theirs)'));
    const { notebook: merged, conflicts } = mergeNotebook(base, mine, theirs);
    expect(lines(merged)).toEqual([
      'intro: Hello',
      'ex: starter',
      'run: f(theirs)',
      'run-yours: f(mine)',
    ]);
    expect(conflicts).toEqual(['run']);
    const again = book(base.cells[0]!, base.cells[1]!, codeCell('run', 'f(newest)'));
    const edited = { ...merged, cells: merged.cells.map(editRun) };
    expect(merge(theirs, edited, again).slice(2)).toEqual([
      'run: f(newest)',
      'run-yours-2: f(mine again)',
      'run-yours: f(mine)',
    ]);
  });

  it('an edited cell that the course removed, as a cell of its own', () => {
    const mine = book(base.cells[0]!, answer('my answer'), codeCell('run', 'f(mine)'));
    const { notebook: merged } = mergeNotebook(base, mine, book(base.cells[0]!));
    expect(lines(merged)).toEqual(['intro: Hello', 'ex: my answer', 'run: f(mine)']);
    expect(merged.cells[1]!.metadata).toEqual({});
  });

  it('deletions, until the course changes the cell; exercises return', () => {
    const mine = book();
    expect(merge(base, mine, base)).toEqual(['ex: starter']);
    const theirs = book(base.cells[0]!, codeCell('run', 'changed'));
    expect(merge(base, mine, theirs)).toEqual(['run: changed']);
  });

  it('everything, where the base is lost', () => {
    const mine = book(markdownCell('intro', 'mine'), codeCell('own', 'x'));
    const theirs = book(markdownCell('intro', 'theirs'), codeCell('new', 'y'));
    expect(merge(null, mine, theirs)).toEqual(['intro: mine', 'own: x', 'new: y']);
  });

  it('the choice of kernel', () => {
    const named = (name: string, more = {}) =>
      ({ ...base, metadata: { kernelspec: { name }, ...more } }) as Notebook;
    const updated = named('typescript', { title: 'new' });
    const kernelOf = (mine: Notebook) =>
      mergeNotebook(named('typescript'), mine, updated).notebook.metadata;
    expect(kernelOf(named('tslab'))).toMatchObject({ kernelspec: { name: 'tslab' }, title: 'new' });
    expect(kernelOf(named('typescript'))).toEqual(updated.metadata);
  });
});

describe('for any three notebooks', () => {
  const cases = Array.from({ length: 300 }, (_, seed) => randomCase(seed));

  it('merging again changes nothing, also after a crash before the base was kept', () => {
    for (const { before, mine, theirs } of cases) {
      const once = mergeNotebook(before, mine, theirs).notebook;
      expect(mergeNotebook(theirs, once, theirs).notebook).toEqual(once);
      expect(mergeNotebook(before, once, theirs).notebook).toEqual(once);
    }
  });

  it('no text of the learner is lost, and no id is given twice', () => {
    for (const { before, mine, theirs } of cases) {
      const merged = mergeNotebook(before, mine, theirs).notebook;
      const texts = new Set(merged.cells.map((cell) => cell.source));
      const courseTexts = new Map(before.cells.map((cell) => [cell.id, cell.source]));
      for (const cell of mine.cells) {
        if (courseTexts.get(cell.id) !== cell.source) expect(texts).toContain(cell.source);
      }
      const ids = merged.cells.map((cell) => cell.id);
      expect(new Set(ids).size).toBe(ids.length);
    }
  });

  it('every new or changed text of the course arrives, answers excepted', () => {
    for (const { before, mine, theirs } of cases) {
      const merged = mergeNotebook(before, mine, theirs).notebook;
      const texts = new Set(merged.cells.map((cell) => cell.source));
      const old = new Map(before.cells.map((cell) => [cell.id, cell.source]));
      for (const cell of theirs.cells) {
        if (old.get(cell.id) !== cell.source && !cell.metadata.lectern) {
          expect(texts).toContain(cell.source);
        }
      }
    }
  });
});

const editRun = (cell: Cell) => (cell.id === 'run' ? { ...cell, source: 'f(mine again)' } : cell);

/** A template, a learner's edit of it and a course's edit of it, at random from a seed. */
function randomCase(seed: number) {
  let state = seed * 2654435761 + 1;
  const random = (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const cell = (id: string, source: string, kind: number) =>
    kind === 0 ? markdownCell(id, source) : kind === 1 ? codeCell(id, source) : answer(source, id);
  const kinds = Array.from({ length: 5 }, () => random(3));
  const before = book(...kinds.map((kind, i) => cell(`c${i}`, `base ${i}`, kind)));
  const edit = (who: string) => {
    const cells = before.cells.flatMap((original, i) => {
      const choice = random(6);
      const added = cell(`${who}${i}`, `${who} own ${i}`, random(2));
      if (choice === 0) return [];
      if (choice === 1) return [{ ...original, source: `${who} edit ${i}` }];
      if (choice === 2) return [original, added];
      return [original];
    });
    if (random(4) === 0) cells.reverse();
    return book(...cells);
  };
  return { before, mine: edit('mine'), theirs: edit('course') };
}
