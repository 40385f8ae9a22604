import fs from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StartError, startServer } from '@lectern/server';
import { describe, expect, it } from 'vitest';
import { startTestServer, temporaryDirectory, write } from './helper.ts';

async function startErrorOf(options: Parameters<typeof startServer>[0]): Promise<StartError> {
  const error = await startServer({ port: 0, ...options }).then(
    async (server) => {
      await server.close();
      return null;
    },
    (reason: unknown) => reason,
  );
  if (!(error instanceof StartError)) throw new Error(`Expected a StartError, got ${error}`);
  expect(error.message).not.toContain('\n');
  return error;
}

describe('starting', () => {
  it('gives address, port and a fresh token', async () => {
    const one = await startTestServer({ token: undefined });
    const two = await startTestServer({ token: undefined });
    expect(one.url).toBe(`http://127.0.0.1:${one.port}/?token=${one.token}`);
    expect(one.token).toMatch(/^[0-9a-f]{48}$/);
    expect(two.token).not.toBe(one.token);
  });

  it('fails in one line where the port is taken', async () => {
    const { port } = await startTestServer();
    const error = await startErrorOf({ root: temporaryDirectory(), port });
    expect(error.code).toBe('port-taken');
    expect(error.message).toContain(`Port ${port} is taken`);
    expect(error.message).toContain('--port');
  });

  it('fails in one line where it may not write', async () => {
    const root = temporaryDirectory();
    // A file where a directory is needed stops root too, unlike permissions.
    write(path.join(root, 'my'), 'a file');
    const error = await startErrorOf({ root });
    expect(error.code).toBe('not-writable');
    expect(error.message).toContain(path.join(root, 'my'));
    write(path.join(root, 'data'), 'a file');
    const data = await startErrorOf({ root, contentRoot: 'other', dataDir: 'data' });
    expect(data.code).toBe('not-writable');
  });

  it.each(['0.0.0.0', '::', '192.168.1.5', 'example.org'])(
    'refuses to listen on %s without a good token, and says what that would mean',
    async (host) => {
      for (const token of [undefined, 'short']) {
        const error = await startErrorOf({ root: temporaryDirectory(), host, token });
        expect(error.code).toBe('needs-token');
        expect(error.message).toContain('can run any program as you');
      }
    },
  );

  it('ends where a client asks for it', async () => {
    const server = await startTestServer();
    expect((await server.request('POST', '/api/shutdown')).status).toBe(200);
    await server.closed;
    await expect(server.get('/api')).rejects.toThrow();
  });

  it('finishes what it is saving before it ends', async () => {
    const server = await startTestServer();
    const content = 'x'.repeat(8e6);
    const body = { type: 'file', format: 'text', content };
    const saves = Array.from({ length: 8 }, (_, n) =>
      server.request('PUT', `/api/contents/${n}.txt`, body).catch(() => null),
    );
    await expect.poll(() => fs.readdirSync(server.contentRoot).length).toBeGreaterThan(0);
    await server.close();
    const answers = await Promise.all(saves);
    const confirmed = answers.flatMap((answer, n) => (answer ? [[n, answer.status]] : []));
    expect(confirmed.length).toBeGreaterThan(0);
    for (const [n, status] of confirmed) {
      expect(status).toBe(201);
      expect(fs.statSync(path.join(server.contentRoot, `${n}.txt`)).size).toBe(content.length);
    }
  });

  it('closes twice without harm', async () => {
    const server = await startTestServer();
    await Promise.all([server.close(), server.close()]);
    await expect(server.get('/api')).rejects.toThrow(/ECONNREFUSED/);
  });

  it('refuses a record that it cannot use, and leaves it alone', async () => {
    const root = temporaryDirectory();
    const file = path.join(root, '.lectern/lectern.sqlite');
    write(file, 'not a database, but somebody’s letters '.repeat(200));
    const before = fs.readFileSync(file);
    const damaged = await startErrorOf({ root });
    expect(damaged.code).toBe('record-unusable');
    expect(damaged.message).toContain(file);
    expect(fs.readFileSync(file).equals(before)).toBe(true);

    fs.rmSync(file);
    const database = new DatabaseSync(file);
    database.exec('PRAGMA user_version = 999');
    database.close();
    expect((await startErrorOf({ root })).message).toContain('newer version of the course');
  });
});
