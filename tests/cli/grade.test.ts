import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { lectern, root, spawnLectern } from './lectern.ts';

const chapter = path.join(root, 'notebooks', '02-attention.ipynb');
const folder = mkdtempSync(path.join(os.tmpdir(), 'lectern-grade-'));
const inFolder = (name: string): string => path.join(folder, name);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('lectern solve and lectern grade', () => {
  it('give full points to the reference solutions, in the documented form', async () => {
    const solved = inFolder('solved.ipynb');
    expect((await lectern('solve', chapter, '-o', solved)).code).toBe(0);
    const { code, stdout } = await lectern('grade', solved, '--json', '--seed', '7');
    expect(code).toBe(0);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({ schemaVersion: 1, course: '1.0.0', seed: 7, complete: true });
    expect(report.points).toBe(report.maxPoints);
    expect(report.exercises).toHaveLength(8);
    for (const exercise of report.exercises) {
      expect(exercise).toMatchObject({ status: 'passed', hintsUsed: 0, penalty: 0, mistake: null });
      for (const test of exercise.tests) {
        expect(Object.keys(test)).toEqual(
          expect.arrayContaining(['name', 'visibility', 'status', 'points', 'maxPoints', 'ms']),
        );
      }
    }
  });

  it('find every exercise of the tracked chapter unanswered', async () => {
    const { code, stdout } = await lectern('grade', chapter, '--json');
    expect(code).toBe(0);
    const report = JSON.parse(stdout);
    expect(report.points).toBe(0);
    expect(new Set(report.exercises.map((one: { status: string }) => one.status))).toEqual(
      new Set(['unanswered']),
    );
  });

  it('grade one exercise when asked, and name one that does not exist', async () => {
    const one = await lectern('grade', chapter, '--json', '--exercise', 'attention/projections');
    expect(JSON.parse(one.stdout).exercises).toHaveLength(1);
    const none = await lectern('grade', chapter, '--exercise', 'attention/nothing');
    expect(none.code).toBe(2);
    expect(none.stderr).toContain('attention/nothing');
    expect(none.stderr).not.toMatch(/^\s+at /m);
  });

  it('refuse a file that is no notebook, with exit 2', async () => {
    const file = inFolder('broken.ipynb');
    writeFileSync(file, '{ "cells": ');
    const { code, stderr } = await lectern('grade', file);
    expect(code).toBe(2);
    expect(stderr).toContain('is not a notebook');
  });
});

describe('lectern submit and lectern grade --dir', () => {
  it('hand in with a receipt, and grade what was handed in', async () => {
    const to = inFolder('submitted');
    const submitted = await lectern('submit', chapter, '--to', to, '--student', 'ada', '--json');
    expect(submitted.code).toBe(0);
    const { receipt, submittedAt } = JSON.parse(submitted.stdout);
    expect(receipt).toMatch(/^[0-9a-f]{64}$/);
    const [out, csv] = [inFolder('reports'), inFolder('grades.csv')];
    const { code, stdout } = await lectern('grade', '--dir', to, '--out', out, '--csv', csv);
    expect(code).toBe(0);
    expect(stdout).toContain('1 notebooks of 1 students: 1 graded');
    const [graded] = JSON.parse(readFileSync(path.join(out, 'ada.json'), 'utf8')).notebooks;
    expect(graded).toMatchObject({ sha256: receipt, submittedAt, assignment: '02-attention' });
    expect(graded.report.exercises).toHaveLength(8);
    expect(readFileSync(csv, 'utf8')).toMatch(/^student_id,assignment,.*\r\nada,02-attention,/);
    const again = await lectern('grade', '--dir', to, '--out', out, '--against', out);
    expect(again.stdout).toMatch(/0 graded .* 1 graded before\.[\s\S]*Nothing has changed/);
  });

  it.each([
    [['submit', 'README.md'], 'is not a notebook'],
    [['submit', chapter, '--student', '../x', '--to', folder], 'cannot be the name of a folder'],
    [['grade'], 'Name a notebook, or a folder of them with --dir'],
    [['grade', chapter, '--out', 'x'], '--out goes with --dir'],
    [['grade', '--dir', 'x'], 'needs --out'],
    [['grade', '--dir', inFolder('nowhere'), '--out', inFolder('o')], 'There is no folder'],
  ])('%j is refused', async (args, message) => {
    const { code, stderr } = await lectern(...args);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});

describe('lectern run', () => {
  const notebook = (...sources: string[]): string => {
    const file = inFolder('small.ipynb');
    const cells = sources.map((source, index) => ({
      cell_type: 'code',
      execution_count: null,
      id: `cell-${index}`,
      metadata: {},
      outputs: [],
      source,
    }));
    writeFileSync(file, JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 }));
    return file;
  };

  it('keeps the outputs where asked', async () => {
    const output = inFolder('done.ipynb');
    const file = notebook('const a = 20;\nconsole.log("a", a);', 'a * 2 + 2');
    const { code, stderr } = await lectern('run', file, '--output', output);
    expect(stderr).not.toContain('Error');
    expect(code).toBe(0);
    const [printed, result] = JSON.parse(readFileSync(output, 'utf8')).cells;
    expect(printed.outputs[0]).toMatchObject({ name: 'stdout', text: 'a 20\n' });
    expect(result.outputs[0].data['text/plain']).toBe('42');
  });

  it('ends with 1 and names the cell and the error', async () => {
    const { code, stderr } = await lectern('run', notebook('1', 'throw new Error("on purpose")'));
    expect(code).toBe(1);
    expect(stderr).toContain('cell 2 (cell-1): Error: on purpose');
  });

  it('ends an endless cell at Ctrl-C, with the code of the signal', async () => {
    const child = spawnLectern('run', notebook('1', 'while (true) {}'));
    await new Promise<void>((resolve) => {
      child.stderr?.on('data', (chunk) => String(chunk).includes('cell-0') && resolve());
    });
    child.kill('SIGINT');
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(130);
  });

  it('names the kernels there are', async () => {
    const { code, stderr } = await lectern('run', notebook('1'), '--kernel', 'fortran');
    expect(code).toBe(2);
    expect(stderr).toContain('typescript, tslab');
  });
});

describe('the attention chapter', () => {
  for (const kernel of ['typescript', 'tslab']) {
    it(`runs top to bottom under ${kernel}, solved and unsolved`, async () => {
      for (const solutions of [[], ['--solutions']]) {
        const { code, stderr } = await lectern('run', chapter, '--kernel', kernel, ...solutions);
        expect(stderr).not.toContain('Error');
        expect(code).toBe(0);
      }
    }, 120_000);
  }
});

describe('the linear algebra chapter', () => {
  const file = path.join(root, 'notebooks', '01-linear-algebra.ipynb');

  for (const [kernel, ...solutions] of [['typescript'], ['tslab', '--solutions']] as const) {
    it(`runs top to bottom under ${kernel} ${solutions}`, async () => {
      const { code, stderr } = await lectern('run', file, '--kernel', kernel, ...solutions);
      expect(stderr).not.toContain('Error');
      expect(code).toBe(0);
    }, 120_000);
  }
});

describe('lectern sync and check', () => {
  it('find the tracked notebooks in step', async () => {
    expect(await lectern('sync', '--check')).toMatchObject({ code: 0 });
  });

  it('name a chapter that does not exist', async () => {
    const { code, stderr } = await lectern('check', 'alchemy');
    expect(code).toBe(2);
    expect(stderr).toContain(
      'There is no chapter "alchemy". There are: linear-algebra, attention.',
    );
  });
});
