import { describe, expect, it } from 'vitest';
import { kernelState, kernelWords } from '../../app/src/chapter/kernel-words.ts';
import { outline } from '../../app/src/chapter/outline.ts';
import { parseRoute, routePath } from '../../app/src/chapter/route.ts';
import { describeRun, duration, type Run } from '../../app/src/notebook/run-state.ts';

const START = Date.parse('2026-01-01T10:00:00Z');
const at = (seconds: number) => new Date(START + seconds * 1000).toISOString();

const run = (change: Partial<Run>): Run => ({
  busy: false,
  timing: { 'iopub.execute_input': at(0), 'shell.execute_reply': at(0.8) },
  failed: false,
  edited: false,
  hasRun: true,
  kernelSince: START - 60_000,
  ...change,
});

describe('the words beside a code cell', () => {
  const words = (change: Partial<Run>, seconds = 10) =>
    describeRun(run(change), START + seconds * 1000).words;

  it('say how a run stands', () => {
    expect(words({ hasRun: false, timing: {} })).toBe('not run');
    expect(words({ busy: true, timing: {} })).toBe('waiting');
    expect(words({ busy: true, timing: { 'iopub.execute_input': at(0) } }, 0.4)).toBe('running');
    expect(words({ busy: true, timing: { 'iopub.execute_input': at(0) } }, 3.2)).toBe(
      'running 3 s',
    );
    expect(words({})).toBe('done 0.8 s');
    expect(words({ failed: true })).toBe('failed');
    expect(words({ failed: true, stopped: true })).toBe('stopped');
  });

  it('do not call a result fresh that is not', () => {
    expect(words({ edited: true })).toBe('changed since');
    expect(words({ kernelSince: START + 1 })).toBe('from earlier');
    expect(words({ kernelSince: START + 1, failed: true })).toBe('from earlier');
  });

  it('do without times that were not recorded', () => {
    expect(words({ timing: {} })).toBe('done');
  });

  it('write durations as people say them', () => {
    const said = [10, 800, 9940, 42_000, 185_000].map(duration);
    expect(said).toEqual(['', '0.8 s', '9.9 s', '42 s', '3 min 5 s']);
  });
});

describe('the outline of a chapter', () => {
  const cell = (source: string, type = 'markdown') => ({ id: 'c1', type, source });

  it('lists headings of text, not of code', () => {
    const found = outline([
      cell('# Attention\n\ntext\n\n## 1 · Where it *comes* from'),
      cell('// # no heading', 'code'),
      cell('```md\n## not this\n```\n### Why `d`?\n#### too deep'),
    ]);
    expect(found.map(({ level, text }) => [level, text])).toEqual([
      [1, 'Attention'],
      [2, '1 · Where it comes from'],
      [3, 'Why d?'],
    ]);
  });

  it('counts headings within their cell, also those it does not list', () => {
    const found = outline([cell('## A\n#### B\n## C')]);
    expect(found.map(({ text, index }) => [text, index])).toEqual([
      ['A', 0],
      ['C', 2],
    ]);
  });

  it('writes simple formulas as words', () => {
    const [heading] = outline([cell('### Why divide by $\\sqrt{d}$?')]);
    expect(heading?.text).toBe('Why divide by √d?');
  });
});

describe('addresses', () => {
  it('lead to home and to chapters, under any base', () => {
    for (const base of ['/', '/user/ada/']) {
      for (const route of [{ page: 'home' }, { page: 'chapter', id: 'attention' }] as const) {
        expect(parseRoute(routePath(route, base), base)).toEqual(route);
      }
    }
  });

  it('of anything else lead home', () => {
    for (const path of ['/chapter/', '/chapters/a', '/a/chapter/b']) {
      expect(parseRoute(path, '/')).toEqual({ page: 'home' });
    }
  });

  it('hold ids that need quoting', () => {
    const route = { page: 'chapter', id: 'a b/ü' } as const;
    expect(parseRoute(routePath(route, '/'), '/')).toEqual(route);
  });
});

describe('the state of the kernel', () => {
  it('has a word for whatever Jupyter says', () => {
    const said = {
      idle: 'ready',
      busy: 'running',
      starting: 'starting',
      initializing: 'starting',
      connecting: 'starting',
      autorestarting: 'restarting',
      dead: 'stopped',
      disconnected: 'not reachable',
      unknown: 'off',
    };
    for (const [status, word] of Object.entries(said)) {
      expect(kernelWords[kernelState(status)]).toBe(word);
    }
  });
});
