import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { address, lectern, spawnLectern, stop } from './lectern.ts';

describe('lectern start', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'lectern-start-'));
  let running: ChildProcess | undefined;

  afterEach(async () => {
    if (running) await stop(running);
    running = undefined;
    rmSync(folder, { recursive: true, force: true });
  });

  it('prints an address that opens the page, and ends with 0 when told to', async () => {
    running = spawnLectern('start', '--port', '0', '--no-open', '--root', folder);
    const url = await address(running);
    const login = await fetch(url, { redirect: 'manual' });
    const cookie = login.headers.getSetCookie().map((one) => one.split(';')[0]);
    const page = await fetch(new URL('/', url), { headers: { cookie: cookie.join('; ') } });
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('<html');
    expect(await stop(running)).toBe(0);
  });

  it('keeps the token that it was given and refuses others', async () => {
    const args = ['--port', '0', '--no-open', '--root', folder, '--token', 'my-token'];
    running = spawnLectern('start', ...args);
    const url = await address(running);
    expect(url).toMatch(/token=my-token$/);
    const { origin } = new URL(url);
    const contents = (token: string) =>
      fetch(`${origin}/api/contents/`, { headers: { authorization: `token ${token}` } });
    expect((await contents('my-token')).status).toBe(200);
    expect((await contents('another')).status).toBe(403);
  });

  it('names a port that is taken, on one line', async () => {
    const blocker = createServer();
    await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
    const { port } = blocker.address() as { port: number };
    const result = await lectern('start', '--port', String(port), '--no-open', '--root', folder);
    blocker.close();
    expect(result.code).toBe(1);
    expect(result.stderr.trim().split('\n')).toHaveLength(1);
    expect(result.stderr).toContain(String(port));
  });

  it('says that a port is a number', async () => {
    const result = await lectern('start', '--port', 'high');
    expect(result.code).toBe(2);
    expect(result.stderr).toContain('whole number');
    expect(result.stderr).not.toContain(' at ');
  });
});

describe('every command', () => {
  it('has help', async () => {
    const { code, stdout } = await lectern('--help');
    expect(code).toBe(0);
    for (const verb of ['start', 'grade', 'run', 'check', 'sync', 'solve', 'doctor']) {
      expect(stdout).toContain(verb);
    }
  });

  it('answers an unknown verb with exit 2 and one sentence', async () => {
    const { code, stderr } = await lectern('mark');
    expect(code).toBe(2);
    expect(stderr).toContain("unknown command 'mark'");
  });

  it('names a notebook that is not there', async () => {
    const { code, stderr } = await lectern('grade', 'nowhere.ipynb');
    expect(code).toBe(2);
    expect(stderr.trim()).toBe('There is no notebook nowhere.ipynb (or it may not be read).');
  });
});
