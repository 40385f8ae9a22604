/** A folder of submissions becomes reports and a gradebook, whatever happens on the way. */
import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ClassResult, gradeClass } from '../../grader/src/class/index.ts';
import { cell, makeCourse, notebook, sumOfSquares } from './course.ts';

const id = 'basics/sum-of-squares';
const right = 'const sumOfSquares = (v) => v.reduce((sum, x) => sum + x * x, 0);';
const wrong = 'const sumOfSquares = (v) => v.reduce((sum, x) => sum + x, 0);';
const withAnswer = (source: string) => JSON.stringify(notebook(cell(source, id)));

let course: { root: string; remove(): void };
const inCourse = (...parts: string[]) => path.join(course.root, ...parts);

beforeAll(() => {
  course = makeCourse(sumOfSquares());
});
afterAll(() => course.remove());

function write(file: string, text: string): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
}

/** A folder of submissions of that name. */
function handIn(name: string, files: Record<string, string>): string {
  for (const [file, text] of Object.entries(files)) write(inCourse(name, file), text);
  return inCourse(name);
}

const grade = (from: string, to: string, more: object = {}) =>
  gradeClass({ root: course.root, from, to: inCourse(to), processes: 2, ...more });

const read = (to: string, name: string) => fs.readFileSync(inCourse(to, name), 'utf8');
const json = (to: string, name: string) => JSON.parse(read(to, name));

/** The gradebook as rows by student. */
function gradebook(to: string): Record<string, string[]> {
  const [, ...rows] = read(to, 'gradebook.csv').trim().split('\r\n');
  return Object.fromEntries(rows.map((row) => [row.split(',')[0]!, row.split(',')]));
}

describe('a class', () => {
  it('gets a report for each student, feedback to hand back, and a gradebook', async () => {
    const from = handIn('nbgrader', {
      'source/ps1/01-basics.ipynb': withAnswer(right), // nbgrader's own; no student's
      'submitted/ada/ps1/01-basics.ipynb': withAnswer(right),
      'submitted/ada/ps1/timestamp.txt': '2026-11-26 10:00:00.123456 UTC',
      'submitted/ada/ps1/.ipynb_checkpoints/01-basics-checkpoint.ipynb': withAnswer(wrong),
      'submitted/=bob, jr/ps1/01-basics.ipynb': withAnswer(wrong),
      'submitted/cyd/ps1/01-basics.ipynb': '{ "cells": ',
      'submitted/dan/ps1/other.ipynb': JSON.stringify(notebook(cell('1 + 1'))),
    });
    const progress: number[] = [];
    const onProgress = ({ done, total }: { done: number; total: number }) =>
      progress.push(done / total);
    const result = await grade(from, 'reports', { onProgress });
    expect(result).toMatchObject({ graded: 4, ungradable: 0, changes: null });
    expect(progress).toEqual([0.25, 0.5, 0.75, 1]);
    expect(json('reports', 'ada.json')).toMatchObject({
      ...{ schemaVersion: 1, student: 'ada', points: 3, maxPoints: 3, complete: true },
      notebooks: [{ assignment: 'ps1', submittedAt: '2026-11-26T10:00:00.123Z', problem: null }],
    });
    expect(read('reports', '=bob, jr.md')).toContain('You added the values, not their squares.');
    const csv = read('reports', 'gradebook.csv');
    expect(csv.split('\r\n').slice(0, 2)).toEqual([
      `student_id,assignment,notebook,timestamp,status,score,max_score,${id}`,
      `"'=bob, jr",ps1,"'=bob, jr/ps1/01-basics.ipynb",,graded,0.5,3,0.5`,
    ]);
    expect(gradebook('reports').cyd).toEqual([
      ...['cyd', 'ps1', 'cyd/ps1/01-basics.ipynb', '', 'unreadable', '', '', ''],
    ]);
    expect(json('reports', 'cyd.json').notebooks[0].problem).toContain('not valid JSON');
    expect(json('reports', 'dan.json').notebooks[0].problem).toContain('no exercise');
  });

  it('is graded once: only what is new or has changed is done again', async () => {
    const from = handIn('flat', {
      'ada.ipynb': withAnswer(right),
      'bob/x.ipynb': withAnswer(wrong),
    });
    expect(await grade(from, 'flat-reports')).toMatchObject({ graded: 2 });
    handIn('flat', { 'bob/x.ipynb': withAnswer(right), 'cyd.ipynb': withAnswer(right) });
    expect(await grade(from, 'flat-reports')).toMatchObject({ graded: 2 });
    expect(await grade(from, 'flat-reports')).toMatchObject({ graded: 0 });
    const points = ['ada', 'bob', 'cyd'].map((name) => json('flat-reports', `${name}.json`).points);
    expect(points).toEqual([3, 3, 3]);
  });

  it('goes on after kill -9, without grading anything twice or losing anything', async () => {
    const names = Array.from({ length: 12 }, (_, i) => `student-${i}`);
    const files = names.map((name) => [`${name}/01-basics.ipynb`, withAnswer(right)]);
    const from = handIn('many', Object.fromEntries(files));
    const script = path.join(import.meta.dirname, 'run-class.ts');
    const start = () =>
      spawn(
        process.execPath,
        ['--conditions=source', script, course.root, from, inCourse('killed')],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      );
    const killed = start();
    await lines(killed, (all) => all.length === 3 && killed.kill('SIGKILL'));
    const times = reportTimes('killed');
    expect(Object.keys(times).length).toBeGreaterThanOrEqual(3);
    const second = await lines(start(), () => {});
    const result = second.at(-1) as ClassResult;
    expect(result.graded).toBe(12 - Object.keys(times).length);
    expect(result.students.map(({ points }) => points)).toEqual(names.map(() => 3));
    expect(Object.keys(gradebook('killed')).sort()).toEqual(names.sort());
  });

  it('is not graded by two at once, nor by other tests into the same reports', async () => {
    const from = handIn('one', { 'ada.ipynb': withAnswer(right) });
    const first = grade(from, 'locked');
    await expect(grade(from, 'locked')).rejects.toThrow(/grades into .*locked now/);
    await first;
    const hidden = inCourse('grader/hidden', `${id}.test.ts`);
    const before = fs.readFileSync(hidden, 'utf8');
    fs.writeFileSync(hidden, before.replace('toBeGreaterThan(0)', 'toBeGreaterThan(15)'));
    try {
      await expect(grade(from, 'locked')).rejects.toThrow(/tests have changed .*--against/s);
      const against = inCourse('locked');
      const { changes } = await grade(from, 'regraded', { against });
      expect(changes).toEqual([
        {
          ...{ student: 'ada', notebook: 'ada.ipynb', exercise: id, before: 3, after: 2 },
          tests: ['"scales with the square": passed → failed'],
        },
      ]);
      expect(json('regraded', '.grading.json').seed).toBe(json('locked', '.grading.json').seed);
    } finally {
      fs.writeFileSync(hidden, before);
    }
  });

  it('says what is wrong with a folder', async () => {
    await expect(grade(inCourse('nowhere'), 'x')).rejects.toThrow(/There is no folder .*nowhere/);
    fs.mkdirSync(inCourse('empty'));
    await expect(grade(inCourse('empty'), 'x')).rejects.toThrow(/no notebook .*<student>/);
  });
});

/** All lines that a process prints, as JSON; `onLine` is told of each. */
async function lines(child: ChildProcess, onLine: (all: unknown[]) => unknown): Promise<unknown[]> {
  let rest = '';
  const all: unknown[] = [];
  child.stdout?.on('data', (chunk) => {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop()!;
    for (const part of parts) {
      all.push(JSON.parse(part));
      onLine(all);
    }
  });
  await new Promise((resolve) => child.on('close', resolve));
  return all;
}

function reportTimes(folder: string): Record<string, number> {
  const names = fs.readdirSync(inCourse(folder)).filter((name) => /^[^.].*\.json$/.test(name));
  return Object.fromEntries(
    names.map((name) => [name, fs.statSync(inCourse(folder, name)).mtimeMs]),
  );
}
