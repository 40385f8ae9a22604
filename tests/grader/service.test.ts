/** The grader's process as its callers see it: crashes, other users, levels of isolation. */
import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Grader, startGrader } from '../../grader/src/client/index.ts';
import { detectSandbox } from '../../grader/src/sandbox/index.ts';
import { wallsOfThisMachine } from '../submissions/machine.ts';
import { bareExercise, cell, makeCourse, notebook, sumOfSquares } from './course.ts';

const id = 'basics/sum-of-squares';
const right = 'const sumOfSquares = (v) => v.reduce((sum, x) => sum + x * x, 0);';
const submission = { notebook: notebook(cell(right, id)), path: 'x.ipynb', exercises: [id] };

let course: { root: string; remove(): void };
let grader: Grader;

beforeAll(() => {
  course = makeCourse({
    ...sumOfSquares(),
    ...bareExercise('basics/fatal', 'answer', { public: { dies: 'process.exit(9);' } }),
  });
  grader = startGrader({ root: course.root, processes: 2 });
});
afterAll(async () => {
  await grader.close();
  course.remove();
});

describe('the grader process', () => {
  it('refuses what cannot be handed to it, and answers the others', async () => {
    const depth = 200_000;
    const deep = JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`);
    const bad = () => grader.grade({ ...submission, notebook: { ...notebook(), metadata: deep } });
    const requests = [grader.grade(submission), bad(), bad(), bad(), grader.grade(submission)];
    const answers = await Promise.allSettled(requests);
    expect(answers.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'rejected',
      'rejected',
      'fulfilled',
    ]);
    await expect(bad()).rejects.toMatchObject({ code: 'bad-request' });
  });

  it('starts again after a crash, and answers the others', async () => {
    const fatal = 'basics/fatal';
    const deadly = { notebook: notebook(cell('const answer = 1;', fatal)), path: 'x.ipynb' };
    const crash = grader.grade({ ...deadly, exercises: [fatal] });
    const others = Promise.all([1, 2, 3].map((seed) => grader.grade({ ...submission, seed })));
    await expect(crash).rejects.toMatchObject({
      code: 'failed',
      message: /stopped twice/ as never,
    });
    expect((await others).map((report) => report.points)).toEqual([3, 3, 3]);
    expect(await grader.grade(submission)).toMatchObject({ points: 3 });
  });

  it('refuses to work once closed', async () => {
    const other = startGrader({ root: course.root });
    const waiting = other.grade(submission);
    const closing = other.close();
    await expect(waiting).rejects.toMatchObject({ code: 'failed' });
    await closing;
    await expect(other.grade(submission)).rejects.toMatchObject({ code: 'failed' });
  });

  it('does not keep an idle program alive', async () => {
    const client = path.join(import.meta.dirname, '../../grader/src/client/index.ts');
    const program = `
      const { startGrader } = await import(${JSON.stringify(client)});
      const grader = startGrader({ root: ${JSON.stringify(course.root)} });
      process.stdout.write(String((await grader.grade(${JSON.stringify(submission)})).points));`;
    const args = ['--conditions=source', '--input-type=module', '-e', program];
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 20_000 });
    expect(stdout).toBe('3');
  });
});

describe('levels of isolation', () => {
  const walls = wallsOfThisMachine();

  it.each([...walls, 'permissions'] as const)('%s on demand', async (sandbox) => {
    expect(await grader.grade({ ...submission, sandbox })).toMatchObject({ sandbox, points: 3 });
  });

  it('a class insists on walls', async () => {
    const strict = startGrader({ root: course.root, class: true });
    await expect(strict.grade({ ...submission, sandbox: 'permissions' })).rejects.toMatchObject({
      code: 'bad-request',
      message: expect.stringMatching(/install bubblewrap/),
    });
    await strict.close();
  });

  it('the strongest is found', async () => {
    expect(await detectSandbox()).toBe(walls[0] ?? 'permissions');
  });

  // As root we can also be somebody else: the usual case for a learner.
  it.runIf(process.getuid?.() === 0)('works for a user without privileges', async () => {
    const script = path.join(import.meta.dirname, 'grade-once.ts');
    const args = ['--conditions=source', script, course.root, JSON.stringify(submission)];
    const user = { uid: 12345, gid: 12345, env: { PATH: process.env.PATH, HOME: '/nowhere' } };
    await promisify(execFile)('chmod', ['-R', 'a+rX', course.root]);
    for (const level of walls) {
      const { stdout } = await promisify(execFile)(process.execPath, [...args, level], user);
      expect(JSON.parse(stdout)).toMatchObject({ sandbox: level, points: 3 });
    }
    rmSync('/tmp/lectern-grader-12345', { recursive: true, force: true });
  });
});
