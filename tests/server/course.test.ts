import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { cellSource, chapter, rightAnswer, smallCourse, wrongAnswer } from './course-fixture.ts';
import { codeCell, startTestServer, type TestServer, write } from './helper.ts';

const url = '/lectern/api';
const exercise = `${url}/exercises/demo/double`;

describe('the course', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ root: smallCourse() });
  });

  it('describes itself and the learner’s progress', async () => {
    const { status, json } = await server.get(`${url}/course`);
    expect(status).toBe(200);
    expect(json).toEqual({
      ...{ id: 'demo', title: 'Demo', description: 'A small course', version: '1.0.0' },
      chapters: [
        {
          ...{ id: 'demo', title: 'Doubling', summary: 'One exercise', minutes: 5 },
          ...{ path: '01-demo.ipynb', exercises: ['demo/double'], opened: false },
          ...{ done: 0, points: 0, maxPoints: 2 },
        },
      ],
      last: null,
    });
  });

  it('gives what a student may know of an exercise, and nothing else', async () => {
    const { json } = await server.get(exercise);
    expect(json).toEqual({
      ...{ id: 'demo/double', version: 1, title: 'Double', points: 2 },
      ...{ difficulty: 1, importance: 3, minutes: 2, starter: cellSource },
      ...{
        hintPrice: 0,
        hints: [],
        hintsTotal: 2,
        attempts: 0,
        bestPoints: 0,
        passed: false,
        gaveUp: false,
      },
    });
    expect((await server.get(`${url}/chapters/demo/exercises`)).json).toEqual([json]);
  });

  it('hands out hints one by one and remembers them', async () => {
    const reveal = async () => (await server.request('POST', `${exercise}/hint`)).json.hints;
    expect(await reveal()).toEqual(['How often is x in twice x?']);
    expect(await reveal()).toEqual(['How often is x in twice x?', 'Which operator adds?']);
    expect(await reveal()).toHaveLength(2);
    expect((await server.get(exercise)).json.hints).toHaveLength(2);
  });

  it('remembers where the learner was', async () => {
    const put = (body: object) => server.request('PUT', `${url}/position`, body);
    expect((await put({ chapter: 'demo', cellId: 'use' })).status).toBe(204);
    expect((await server.get(`${url}/course`)).json.last).toEqual({
      chapter: 'demo',
      cellId: 'use',
    });
    expect((await put({ chapter: 'none', cellId: 'use' })).json.code).toBe('no-such-chapter');
    expect((await put({ chapter: 'demo' })).json.code).toBe('bad-request');
  });

  it('says what does not exist', async () => {
    const code = async (method: string, path: string) => {
      const { status, json } = await server.request(method, path);
      return [status, json.code];
    };
    expect(await code('POST', `${url}/chapters/none/open`)).toEqual([404, 'no-such-chapter']);
    expect(await code('GET', `${url}/exercises/demo/none`)).toEqual([404, 'no-such-exercise']);
    const climbing = `${url}/exercises/..%2f..%2fsolutions%2fdemo/double`;
    expect(await code('GET', climbing)).toEqual([404, 'no-such-exercise']);
    expect(await code('GET', `${url}/nothing`)).toEqual([404, 'not-found']);
  });
});

describe('opening a chapter', () => {
  it('copies it, then merges newer templates, and never writes to the template', async () => {
    const root = smallCourse();
    const server = await startTestServer({ root });
    const template = path.join(root, 'notebooks/01-demo.ipynb');
    const copy = path.join(root, 'my/01-demo.ipynb');
    const open = () => server.request('POST', `${url}/chapters/demo/open`);
    const sources = () =>
      JSON.parse(fs.readFileSync(copy, 'utf8')).cells.map((cell: { source: string[] }) =>
        cell.source.join(''),
      );
    const templateText = fs.readFileSync(template, 'utf8');

    const [first, second] = await Promise.all([open(), open()]);
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(first.json).toEqual({ path: '01-demo.ipynb' });
    expect(sources()).toEqual(['Read this.', cellSource, 'double(2)']);
    expect((await server.get(`${url}/course`)).json.chapters[0].opened).toBe(true);

    const mine = chapter(rightAnswer);
    mine.cells.push(codeCell('own', 'my own cell'));
    await server.request('PUT', '/api/contents/01-demo.ipynb', { type: 'notebook', content: mine });
    const beforeOpening = fs.readFileSync(copy, 'utf8');
    await open();
    expect(fs.readFileSync(copy, 'utf8')).toBe(beforeOpening);

    write(template, chapter(cellSource, 'Read this first.'));
    await open();
    expect(sources()).toEqual(['Read this first.', rightAnswer, 'double(2)', 'my own cell']);
    const kept = path.join(root, 'my/.lectern/before-update/01-demo.ipynb');
    expect(fs.readFileSync(kept, 'utf8')).toBe(beforeOpening);

    write(template, templateText);
    fs.chmodSync(template, 0o444);
    await open();
    expect(sources()[0]).toBe('Read this.');
    expect(fs.readFileSync(template, 'utf8')).toBe(templateText);
    expect(fs.readdirSync(path.join(root, 'notebooks')).sort()).toEqual([
      '01-demo.ipynb',
      'course.json',
    ]);
  });

  it('opens the template itself for an author', async () => {
    const server = await startTestServer({ root: smallCourse(), author: true });
    const { json } = await server.request('POST', `${url}/chapters/demo/open`);
    expect(json.path).toBe('notebooks/01-demo.ipynb');
    expect((await server.get(`/api/contents/${json.path}`)).status).toBe(200);
    expect(fs.existsSync(path.join(server.root, '01-demo.ipynb'))).toBe(false);
  });

  it('says what to do about a copy that is damaged', async () => {
    const server = await startTestServer({ root: smallCourse() });
    write(path.join(server.contentRoot, '01-demo.ipynb'), 'not json');
    const { status, json } = await server.request('POST', `${url}/chapters/demo/open`);
    expect([status, json.code]).toEqual([400, 'wrong-type']);
    expect(json.message).toContain('Rename it');
  });
});

describe('checking', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ root: smallCourse() });
  });
  const check = (source: string, more = {}) =>
    server.request('POST', `${url}/check`, {
      path: '01-demo.ipynb',
      notebook: chapter(source),
      exercises: ['demo/double'],
      ...more,
    });
  const state = async () => (await server.get(exercise)).json;
  const solution = (body?: object) => server.request('POST', `${exercise}/solution`, body);

  it('keeps the solution back until the exercise is passed', async () => {
    for (const body of [undefined, {}, { giveUp: 'true' }, { giveUp: false }]) {
      const { status, json } = await solution(body);
      expect([status, json.code]).toEqual([403, 'not-yet']);
    }
    expect((await state()).gaveUp).toBe(false);
  });

  it('counts a wrong answer, and hides the hidden test', async () => {
    const { status, json, text } = await check(wrongAnswer);
    expect(status).toBe(200);
    expect(json).toMatchObject({ schemaVersion: 1, points: 1, maxPoints: 2, complete: true });
    expect(json.exercises[0]).toMatchObject({ id: 'demo/double', status: 'failed' });
    expect(json.exercises[0].tests).toMatchObject([
      { name: expect.stringContaining('doubles two'), visibility: 'public', status: 'passed' },
      { visibility: 'hidden', status: 'failed', message: 'Try it with −3.' },
    ]);
    expect(text).not.toContain('-6');
    expect(await state()).toMatchObject({ attempts: 1, bestPoints: 1, passed: false });
    expect((await solution()).status).toBe(403);
  });

  it('does not count what was not answered', async () => {
    const { json } = await check(cellSource);
    expect(json.exercises[0].status).toBe('unanswered');
    expect((await state()).attempts).toBe(1);
  });

  it('reports the hints that were used', async () => {
    await server.request('POST', `${exercise}/hint`);
    expect((await check(wrongAnswer)).json.exercises[0].hintsUsed).toBe(1);
  });

  it('takes off what hints cost, but nothing for those looked at after a pass', async () => {
    const root = smallCourse();
    const meta = path.join(root, 'exercises/demo/double.json');
    write(meta, { ...JSON.parse(fs.readFileSync(meta, 'utf8')), hintPrice: 0.25 });
    const priced = await startTestServer({ root });
    const graded = async () => {
      const body = { path: '01-demo.ipynb', notebook: chapter(rightAnswer) };
      const { json } = await priced.request('POST', `${url}/check`, body);
      const { points, hintsUsed, penalty } = json.exercises[0];
      return { points, hintsUsed, penalty };
    };
    expect((await priced.request('POST', `${exercise}/hint`)).json.hintPrice).toBe(0.25);
    expect(await graded()).toEqual({ points: 1.75, hintsUsed: 1, penalty: 0.25 });
    await priced.request('POST', `${exercise}/hint`);
    expect(await graded()).toEqual({ points: 1.75, hintsUsed: 1, penalty: 0.25 });
  });

  it('records a pass, keeps the answer as a module, shows the solution', async () => {
    const { json } = await check(rightAnswer);
    expect(json.exercises[0]).toMatchObject({ status: 'passed', points: 2 });
    expect(await state()).toMatchObject({ bestPoints: 2, passed: true, gaveUp: false });
    const chapters = (await server.get(`${url}/course`)).json.chapters;
    expect(chapters[0]).toMatchObject({ done: 1, points: 2, maxPoints: 2 });
    const answer = await import(path.join(server.contentRoot, 'answers/demo/double.ts'));
    expect(answer.double(21)).toBe(42);
    const shown = await solution();
    expect(shown.status).toBe(200);
    expect(shown.json.source).toContain('return 2 * x;');
    expect(await state()).toMatchObject({ gaveUp: false });
  });

  it('never forgets the best result', async () => {
    await check(wrongAnswer);
    expect(await state()).toMatchObject({ bestPoints: 2, passed: true });
  });

  it('refuses what it cannot grade', async () => {
    const code = async (more: object) => (await check(rightAnswer, more)).json.code;
    expect(await code({ notebook: 'text' })).toBe('bad-request');
    expect(await code({ notebook: undefined })).toBe('bad-request');
    expect(await code({ path: 3 })).toBe('bad-request');
    expect(await code({ exercises: ['demo/none'] })).toBe('no-such-exercise');
    expect(await code({ exercises: ['../../solutions/demo/double'] })).toBe('no-such-exercise');
  });

  it('survives an answer that never ends', async () => {
    const { json } = await check(cellSource.replace('return x;', 'while (true) {}'));
    expect(json.exercises[0].status).toBe('timeout');
    expect((await check(rightAnswer)).json.exercises[0].status).toBe('passed');
  }, 60_000);

  it('survives the death of the grader, and says so where it keeps dying', async () => {
    const graders = () =>
      execFileSync('ps', ['-ww', '-o', 'pid=,args=', '--ppid', String(process.pid)], {
        encoding: 'utf8',
      })
        .split('\n')
        .filter((line) => line.includes('grader/src/service/main.ts') && line.includes(server.root))
        .map((line) => Number.parseInt(line, 10));
    const killOne = async () => {
      await expect.poll(() => graders().length, { timeout: 10_000 }).toBe(1);
      const [pid] = graders();
      process.kill(pid!, 'SIGKILL');
      await expect.poll(() => graders().includes(pid!), { timeout: 10_000 }).toBe(false);
    };
    const before = await state();
    const endless = check(cellSource.replace('return x;', 'while (true) {}'));
    await killOne();
    await killOne();
    const { status, json } = await endless;
    expect([status, json.code]).toEqual([503, 'grader-unavailable']);
    expect(json.message).toContain('nothing was counted');
    expect(await state()).toEqual(before);
    expect((await check(rightAnswer)).json.exercises[0].status).toBe('passed');
  }, 60_000);

  it('gives the solution to whoever gives up, and records that', async () => {
    const other = await startTestServer({ root: smallCourse() });
    const request = (body: object) => other.request('POST', `${exercise}/solution`, body);
    expect((await request({ giveUp: true })).status).toBe(200);
    expect((await other.get(exercise)).json).toMatchObject({ gaveUp: true, passed: false });
    expect((await request({})).status).toBe(200);
  });
});

describe('handing in', () => {
  it('keeps a copy that the page cannot change, with a receipt and the hints', async () => {
    const server = await startTestServer({ root: smallCourse(), student: 'ada' });
    await server.request('POST', `${url}/chapters/demo/open`);
    await server.request('POST', `${exercise}/hint`);
    const submit = (name: string) => server.request('POST', `${url}/submit`, { path: name });
    const { status, json } = await submit('01-demo.ipynb');
    expect(status).toBe(200);
    expect(json).toMatchObject({
      ...{ student: 'ada', assignment: '01-demo', hints: { 'demo/double': 1 } },
      receipt: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    const own = path.join(server.contentRoot, '01-demo.ipynb');
    expect(fs.readFileSync(json.file, 'utf8')).toBe(fs.readFileSync(own, 'utf8'));
    const shown = path.relative(server.contentRoot, json.file);
    for (const [method, body] of [
      ['GET', undefined],
      ['PUT', { type: 'notebook', content: chapter(rightAnswer) }],
      ['DELETE', undefined],
    ] as const) {
      expect((await server.request(method, `/api/contents/${shown}`, body)).status).toBe(404);
    }
    expect((await submit('none.ipynb')).json.code).toBe('no-such-file');
    expect((await submit('../../solutions/demo/double.ts')).json.code).toBe('bad-request');
  });
});

describe('a course that is broken', () => {
  it('names the file and the fault', async () => {
    const root = smallCourse();
    write(path.join(root, 'exercises/demo/double.json'), { id: 'demo/double' });
    const server = await startTestServer({ root });
    const { status, json } = await server.get(`${url}/course`);
    expect(status).toBe(500);
    expect(json.message).toContain('exercises/demo/double.json');
  });
});
