import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer, temporaryDirectory, write } from './helper.ts';

let server: TestServer;
const script = `console.log(${JSON.stringify('x'.repeat(5000))});`;

beforeAll(async () => {
  const root = temporaryDirectory();
  const dist = path.join(root, 'app/dist');
  write(
    path.join(dist, 'index.html'),
    `<!doctype html><title>T</title>
<script type="application/json" id="jupyter-config-data">{}</script>
<script defer src="/static/main.0123abcd.js"></script>`,
  );
  write(path.join(dist, 'main.0123abcd.js'), script);
  write(path.join(dist, 'plain.css'), 'a{}');
  write(path.join(dist, 'fonts/one.woff2'), 'font');
  write(path.join(root, 'app/secret.txt'), 'SECRET');
  server = await startTestServer({ root });
});

describe('the page', () => {
  it.each(['/', '/chapter/attention', '/chapter/attention?cell=3'])(
    'is served at %s',
    async (url) => {
      const { status, headers, text } = await server.get(url);
      expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
      expect(headers['cache-control']).toBe('no-cache');
      const config = /id="jupyter-config-data">(.*?)<\/script>/.exec(text)![1]!;
      expect(JSON.parse(config)).toMatchObject({ baseUrl: '/', wsUrl: '', token: '' });
      expect(text).not.toContain('test-token');
      expect(text).toContain('src="/static/main.0123abcd.js"');
    },
  );

  it('says what to do where the app is not built', async () => {
    const other = await startTestServer();
    const { status, text } = await other.get('/');
    expect(status).toBe(503);
    expect(text).toContain('npm run build');
  });
});

describe('static files', () => {
  it('with a hash in the name stay in the browser’s cache, others are asked for again', async () => {
    const hashed = await server.get('/static/main.0123abcd.js');
    expect(hashed.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(hashed.headers['content-type']).toBe('text/javascript; charset=utf-8');
    const plain = await server.get('/static/plain.css');
    expect(plain.headers['cache-control']).toBe('no-cache');
    const again = await server.get('/static/plain.css', { 'if-none-match': plain.headers.etag });
    expect([again.status, again.text]).toEqual([304, '']);
  });

  it('notice a new build', async () => {
    const file = path.join(server.root, 'app/dist/changing.css');
    write(file, 'a{}');
    const { headers } = await server.get('/static/changing.css');
    write(file, 'b{}');
    fs.utimesSync(file, new Date(), new Date(Date.now() + 5000));
    const changed = await server.get('/static/changing.css', { 'if-none-match': headers.etag });
    expect([changed.status, changed.text]).toEqual([200, 'b{}']);
  });

  it('are compressed for who asks', async () => {
    const bytes = await new Promise<Buffer>((resolve) => {
      const headers = { authorization: 'token test-token', 'accept-encoding': 'br, gzip' };
      const options = { port: server.port, path: '/static/main.0123abcd.js', headers };
      http.get(options, async (response) => {
        expect(response.headers['content-encoding']).toBe('gzip');
        resolve(Buffer.concat(await response.toArray()));
      });
    });
    expect(bytes.length).toBeLessThan(500);
    expect(gunzipSync(bytes).toString()).toBe(script);
  });

  it.each([
    '../secret.txt',
    '%2e%2e/secret.txt',
    '..%2fsecret.txt',
    'fonts',
    '',
    'fonts/../../secret.txt',
  ])('do not include “%s”', async (name) => {
    const { status, text } = await server.get(`/static/${name}`);
    expect(status).toBe(404);
    expect(text).not.toContain('SECRET');
  });

  it('may stand in folders', async () => {
    const { status, headers } = await server.get('/static/fonts/one.woff2');
    expect([status, headers['content-type']]).toEqual([200, 'font/woff2']);
  });
});
