import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ExerciseReport, ExerciseState } from '../../app/src/course/types.ts';
import { markDifferences, type Piece, pairLines } from '../../app/src/exercises/diff.ts';
import {
  findStatement,
  parseStatement,
  withoutStatement,
} from '../../app/src/exercises/statement.ts';
import { checkedAll, headline, plural, points, progressOf } from '../../app/src/exercises/words.ts';

const starter = `import type { Tensor } from '@lectern/lib';

/**
 * **From scores to weights.** Make every row of \`scores\` positive.
 * It has to sum to 1.
 *
 * @param scores \`[..., queries, keys]\`, finite numbers,
 *   or −∞
 * @returns the same shape
 *
 * @example softmax(tensor([[0, 0]]))               // [[0.5, 0.5]]
 * @example
 * const a = 1;
 * softmax(a)
 */
export function softmax(scores: Tensor): Tensor {
  return scores; /* not this */
}
`;

describe('the statement of an exercise', () => {
  it('is taken apart for the card', () => {
    expect(parseStatement(starter)).toEqual({
      text: 'Make every row of `scores` positive.\nIt has to sum to 1.',
      parameters: [{ name: 'scores', text: '`[..., queries, keys]`, finite numbers, or −∞' }],
      returns: 'the same shape',
      examples: ['softmax(tensor([[0, 0]]))  // [[0.5, 0.5]]', 'const a = 1;\nsoftmax(a)'],
    });
  });

  it('stands where the editor can fold it', () => {
    const place = findStatement(starter);
    expect(starter.slice(place?.start, (place?.start ?? 0) + 3)).toBe('/**');
    expect(starter.slice((place?.end ?? 0) - 2, place?.end)).toBe('*/');
    expect(starter.slice(place?.end)).toContain('export function');
  });

  it('may be missing', () => {
    expect(parseStatement('const a = 1; /* plain */')).toBeNull();
  });

  const folder = path.join(import.meta.dirname, '../../exercises/attention');
  const slugs = readdirSync(folder).filter((name) => /^[^.]+\.ts$/.test(name));

  it.each(slugs)('can be read from %s', (name) => {
    const statement = parseStatement(readFileSync(path.join(folder, name), 'utf8'));
    expect(statement?.text.length).toBeGreaterThan(20);
    expect(statement?.text).not.toMatch(/^\*\*|@param/);
    expect(statement?.parameters.length).toBeGreaterThan(0);
    expect(statement?.returns).not.toBe('');
    expect(statement?.examples.length).toBeGreaterThanOrEqual(2);
  });
});

const marked = (pieces: Piece[]) =>
  pieces.map(({ text, differs }) => (differs ? `<${text}>` : text)).join('');

describe('the statement and an answer', () => {
  it('are told apart: what is compared is the code alone', () => {
    const source = 'import x;\n\n/**\n * Do this.\n */\nfunction f() {} /** kept */\n';
    expect(withoutStatement(source)).toBe('import x;\n\nfunction f() {} /** kept */\n');
    expect(withoutStatement('const a = 1;')).toBe('const a = 1;');
  });
});

describe('Check all in one sentence', () => {
  it('says how many are solved, and names the others by what is the matter', () => {
    expect(checkedAll([{ title: 'A', status: 'passed' }])).toBe('1 of 1 exercise solved.');
    const all = (['failed', 'unanswered', 'missing', null, 'timeout'] as const).map(
      (status, i) => ({
        title: 'ABCDE'.charAt(i),
        status,
      }),
    );
    expect(checkedAll(all)).toBe(
      '0 of 5 exercises solved. Not yet: A, E. Still the starter: B. Deleted: C. Not graded: D.',
    );
  });
});

describe('expected and actual', () => {
  it('differ by whole numbers and names', () => {
    const [left, right] = markDifferences('[[0.5, 0.25], [1, 2]]', '[[0.5, 0.75], [1, 2]]');
    expect(marked(left)).toBe('[[0.5, <0.25>], [1, 2]]');
    expect(marked(right)).toBe('[[0.5, <0.75>], [1, 2]]');
  });

  it('show what only one of them has', () => {
    const [left, right] = markDifferences('[1, 2]', '[1, 2, 3]');
    expect(marked(left)).toBe('[1, 2]');
    expect(marked(right)).toBe('[1, 2<, 3>]');
  });

  it('are marked as the grader marked them', () => {
    const [left, right] = markDifferences('[‹0.5›, 0.25]', '[‹0.4›, 0.2500001]');
    expect(marked(left)).toBe('[<0.5>, 0.25]');
    expect(marked(right)).toBe('[<0.4>, 0.2500001]');
  });

  it('lose no character', () => {
    const a = 'a  b\n\t1e-7, −∞ "x"';
    const b = 'a b\n1e-8, ∞ "y" +';
    const [left, right] = markDifferences(a, b);
    expect(left.map(({ text }) => text).join('')).toBe(a);
    expect(right.map(({ text }) => text).join('')).toBe(b);
  });
});

describe('two answers side by side', () => {
  it('keep common lines beside each other', () => {
    expect(pairLines('f {\n  a\n  b\n}', 'f {\n  c\n}')).toEqual([
      { left: 'f {', right: 'f {' },
      { left: '  a', right: '  c' },
      { left: '  b', right: null },
      { left: '}', right: '}' },
    ]);
  });

  it('lose no line', () => {
    const a = 'x\ny\nz\nx';
    const b = 'w\nx\nz\nq\nx\nx';
    const pairs = pairLines(a, b);
    const side = (name: 'left' | 'right') =>
      pairs.map((pair) => pair[name]).filter((l) => l !== null);
    expect(side('left').join('\n')).toBe(a);
    expect(side('right').join('\n')).toBe(b);
  });
});

const report = (change: Partial<ExerciseReport>): ExerciseReport => ({
  id: 'a/b',
  version: 1,
  title: 'T',
  status: 'failed',
  points: 0.6,
  maxPoints: 2,
  ms: 1,
  output: '',
  mistake: null,
  tests: (['passed', 'failed', 'not-run'] as const).map((status, i) => ({
    name: `t${i}`,
    visibility: 'public',
    status,
    points: 0,
    maxPoints: 1,
    message: null,
    ms: 1,
  })),
  ...change,
});

describe('the words of a verdict', () => {
  it('count the tests that ran', () => {
    expect(headline(report({}))).toBe('Not yet: 1 of 2 tests pass, 0.6 of 2 points.');
    expect(headline(report({ status: 'passed', points: 2 }))).toMatch(/^Passed: .* 2 of 2 points/);
  });

  it('say for every status what is the matter', () => {
    const statuses = ['unanswered', 'missing', 'error', 'timeout', 'ungradable'] as const;
    const said = statuses.map((status) => headline(report({ status, points: null, tests: [] })));
    expect(new Set(said).size).toBe(statuses.length);
    for (const sentence of said) expect(sentence).toMatch(/[.?]$/);
  });

  it('write points and plurals as people do', () => {
    expect([points(2), points(0.6000001), points(1 / 3)]).toEqual(['2', '0.6', '0.33']);
    expect([plural(1, 'point'), plural(2, 'point')]).toEqual(['1 point', '2 points']);
  });
});

describe('the state of an exercise', () => {
  const state = (change: Partial<ExerciseState>) =>
    ({ attempts: 0, passed: false, gaveUp: false, ...change }) as ExerciseState;

  it('is the best that was reached', () => {
    expect(progressOf(undefined)).toBe('open');
    expect(progressOf(state({}))).toBe('open');
    expect(progressOf(state({ attempts: 2 }))).toBe('started');
    expect(progressOf(state({ attempts: 2, gaveUp: true }))).toBe('given-up');
    expect(progressOf(state({ attempts: 3, gaveUp: true, passed: true }))).toBe('passed');
  });
});
