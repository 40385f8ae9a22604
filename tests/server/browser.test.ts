import path from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer, temporaryDirectory, write } from './helper.ts';

/** What only a browser can prove: that its rules and ours add up. */
let browser: Browser;
let server: TestServer;
let address: string;

beforeAll(async () => {
  browser = await chromium.launch({
    executablePath: process.env.CHROME_PATH || '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-sync'],
  });
  const root = temporaryDirectory();
  write(
    path.join(root, 'app/dist/index.html'),
    '<!doctype html><title>Course</title><script src="/static/frame.js"></script><body>',
  );
  // The page's side of the sandbox protocol: opens a frame, sends `html`, keeps what it hears.
  write(
    path.join(root, 'app/dist/frame.js'),
    `window.heard = [];
    addEventListener('message', ({ data, origin, source }) => {
      heard.push({ ...data, origin });
      if (data.type === 'lectern:ready') source.postMessage(window.waiting, '*');
    });
    window.show = (html) => {
      window.waiting = { type: 'lectern:render', html };
      const frame = document.createElement('iframe');
      frame.src = '/lectern/sandbox';
      document.body.append(frame);
    };`,
  );
  server = await startTestServer({ root });
  address = `http://127.0.0.1:${server.port}`;
});

afterAll(() => browser?.close());

async function newPage(url: string) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

/** The browser's own way of waiting needs `eval`, which the page's policy forbids. */
const until = (holds: () => Promise<unknown>) => expect.poll(holds, { timeout: 15_000 }).toBe(true);

it('the login form lets in whoever knows the token', async () => {
  const page = await newPage(`${address}/chapter/x`);
  await page.getByLabel('Token').fill('wrong');
  await page.getByRole('button', { name: 'Log in' }).click();
  expect(await page.getByRole('alert').textContent()).toContain('not the token');
  await page.getByLabel('Token').fill('test-token');
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.waitForURL(`${address}/`);
  expect(await page.title()).toBe('Course');
});

describe('the frame for active output', () => {
  const spy = `<p style="height: 120px; margin: 0">drawn</p><script>
    const attempts = {
      cookie: () => document.cookie,
      storage: () => localStorage.length,
      page: () => parent.document.title,
      server: () => fetch('ADDRESS/api/me').then((r) => r.status),
      elsewhere: () => fetch('https://example.org').then((r) => r.status),
      socket: () => new Promise((done, fail) => {
        const socket = new WebSocket('ADDRESS/api/events/subscribe'.replace('http', 'ws'));
        socket.onopen = done;
        socket.onerror = () => fail(new Error('closed'));
      }),
      evaluate: () => new Function('return 1')(),
      leave: () => { top.location = 'ADDRESS/files/x'; },
    };
    Promise.all(Object.entries(attempts).map(async ([name, attempt]) => {
      try { await attempt(); return name + ' succeeded'; } catch { return name + ' failed'; }
    })).then((results) => parent.postMessage({ type: 'results', results }, '*'));
  </script>`;

  it('draws, runs scripts, tells its height, and reaches nothing', async () => {
    const page = await newPage(server.url);
    // Strings are shown to the page as code would, so `ADDRESS` becomes the server's address here.
    await page.evaluate(`show(${JSON.stringify(spy.replaceAll('ADDRESS', address))})`);
    const results = 'heard.find(({ type }) => type === "results")';
    await until(() => page.evaluate(`Boolean(${results})`));
    expect(await page.evaluate(`${results}.results`)).toEqual([
      'cookie failed',
      'storage failed',
      'page failed',
      'server failed',
      'elsewhere failed',
      'socket failed',
      'evaluate failed',
      'leave failed',
    ]);
    expect(await page.evaluate(`${results}.origin`)).toBe('null');
    await until(() => page.evaluate('heard.some(({ height }) => height === 120)'));
    expect(page.url()).toBe(`${address}/`);
  });
});

it('a page of another port of this machine can neither read nor command the server', async () => {
  const other = await startTestServer({ root: server.root, dataDir: 'other-data' });
  const startKernel = `fetch('${address}/api/kernels', {
    method: 'POST', mode: 'no-cors', credentials: 'include', body: '{}'
  })`;
  const page = await newPage(server.url);
  // Logged in to both, like a learner with two courses open.
  await page.goto(other.url);
  const attempts = await page.evaluate(
    `Promise.allSettled([
      fetch('${address}/api/contents', { credentials: 'include' }),
      ${startKernel},
      new Promise((open, fail) => {
        const socket = new WebSocket('${address.replace('http', 'ws')}/api/events/subscribe');
        socket.onopen = open;
        socket.onerror = () => fail(new Error('closed'));
      }),
    ]).then((results) => results.map(({ status }) => status))`,
  );
  // Our own policy forbids all of these already; without it the server refuses them.
  expect(attempts).toEqual(['rejected', 'rejected', 'rejected']);
  await page.context().close();

  const context = await browser.newContext({ bypassCSP: true });
  const open = await context.newPage();
  await open.goto(server.url);
  await open.goto(other.url);
  await open.evaluate(`${startKernel}.catch(() => {})`);
  const socket = await open.evaluate(
    `new Promise((done) => {
      const socket = new WebSocket('${address.replace('http', 'ws')}/api/events/subscribe');
      socket.onopen = () => done('open');
      socket.onerror = () => done('closed');
    })`,
  );
  expect(socket).toBe('closed');
  expect((await server.get('/api/kernels')).json).toEqual([]);
  await context.close();
});
