import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { openProgress } from '../../server/src/progress/sqlite.ts';
import { chapter, rightAnswer, smallCourse, wrongAnswer } from './course-fixture.ts';
import { rawRequest, startTestServer, temporaryDirectory } from './helper.ts';

const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
});

/** Starts a server as a process of its own; `kill` is as sudden as a power cut for it. */
async function spawnServer(root: string) {
  const script = fileURLToPath(new URL('./spawned-server.ts', import.meta.url));
  const child = spawn(process.execPath, ['--conditions=source', script, root], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const gone = new Promise((resolve) => child.once('exit', resolve));
  const port = await new Promise<number>((resolve, reject) => {
    child.stdout.once('data', (data) => resolve(Number(data)));
    child.once('exit', () => reject(new Error('The server ended at once.')));
  });
  return {
    kill() {
      child.kill('SIGKILL');
      return gone;
    },
    request: (method: string, url: string, body?: unknown) =>
      rawRequest(port, method, url, body, { authorization: 'token test-token' }),
  };
}

it('what the page saw confirmed is there after the server was killed', async () => {
  const root = smallCourse();
  const url = '/lectern/api';
  const exercise = `${url}/exercises/demo/double`;
  const first = await spawnServer(root);
  await first.request('POST', `${url}/chapters/demo/open`);
  await first.request('POST', `${exercise}/hint`);
  await first.request('PUT', `${url}/position`, { chapter: 'demo', cellId: 'answer' });
  for (const answer of [wrongAnswer, rightAnswer]) {
    const body = { path: '01-demo.ipynb', notebook: chapter(answer), exercises: ['demo/double'] };
    expect((await first.request('POST', `${url}/check`, body)).status).toBe(200);
  }
  const content = chapter(rightAnswer, 'My notes.');
  const saved = await first.request('PUT', '/api/contents/01-demo.ipynb', {
    type: 'notebook',
    content,
  });
  await first.kill();

  const second = await spawnServer(root);
  const state = (await second.request('GET', exercise)).json;
  expect(state).toMatchObject({ attempts: 2, bestPoints: 2, passed: true });
  expect(state.hints).toHaveLength(1);
  const course = (await second.request('GET', `${url}/course`)).json;
  expect(course.last).toEqual({ chapter: 'demo', cellId: 'answer' });
  expect(course.chapters[0]).toMatchObject({ opened: true, done: 1 });
  const found = (await second.request('GET', '/api/contents/01-demo.ipynb?hash=1')).json;
  expect(found.hash).toBe(saved.json.hash);
  expect(found.content.cells[0].source).toBe('My notes.');
  expect(fs.existsSync(path.join(root, 'my/answers/demo/double.ts'))).toBe(true);
  await second.kill();
});

it('a killed server’s kernels end, also those that do not watch for it', async () => {
  const root = temporaryDirectory();
  const server = await spawnServer(root);
  // tslab does not notice that its server is gone.
  expect((await server.request('POST', '/api/kernels', { name: 'tslab' })).status).toBe(201);
  await server.kill();
  const runs = path.join(root, '.lectern/run');
  const isRunning = () =>
    execFileSync('ps', ['-A', '-ww', '-o', 'args='], { encoding: 'utf8' }).includes(runs);
  expect(isRunning()).toBe(true);
  await startTestServer({ root });
  await expect.poll(() => fs.readdirSync(runs), { timeout: 10_000 }).toEqual([]);
  expect(isRunning()).toBe(false);
});

it('attempts are never changed or deleted, by nobody', () => {
  const file = path.join(temporaryDirectory(), 'record.sqlite');
  const progress = openProgress(file);
  const attempt = { exercise: 'a/b', version: 1, status: 'failed' as const, seed: 1, source: '' };
  progress.record([{ ...attempt, points: 1, maxPoints: 2, report: {} }]);
  progress.close();
  const database = new DatabaseSync(file);
  expect(() => database.exec('UPDATE attempts SET points = 2')).toThrow(/never changed/);
  expect(() => database.exec('DELETE FROM attempts')).toThrow(/never deleted/);
  expect(database.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
  database.close();
});

it('a new version of an exercise starts with a clean slate, and the old attempts stay', () => {
  const progress = openProgress(path.join(temporaryDirectory(), 'record.sqlite'));
  const attempt = { exercise: 'a/b', version: 1, status: 'passed' as const, seed: 1, source: 'x' };
  progress.record([{ ...attempt, points: 2, maxPoints: 2, report: {} }]);
  expect(progress.exercise('a/b', 1)).toMatchObject({ attempts: 1, passed: true });
  expect(progress.exercise('a/b', 2)).toMatchObject({ attempts: 0, passed: false, bestPoints: 0 });
  progress.close();
});

it('two servers may write to one record', () => {
  const file = path.join(temporaryDirectory(), 'record.sqlite');
  const [one, two] = [openProgress(file), openProgress(file)];
  one.revealHints('a/b', 1);
  two.revealHints('a/b', 2);
  one.setPosition({ chapter: 'a', cellId: 'x' });
  expect(one.exercise('a/b', 1).hintsRevealed).toBe(2);
  expect(two.lastPosition()).toEqual({ chapter: 'a', cellId: 'x' });
  one.close();
  two.close();
});
