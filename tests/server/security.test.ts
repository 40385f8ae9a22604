import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import {
  type Answer,
  notebook,
  rawRequest,
  startTestServer,
  type TestServer,
  temporaryDirectory,
  write,
} from './helper.ts';

let server: TestServer;
let cookie: string;

beforeAll(async () => {
  server = await startTestServer();
  write(path.join(server.contentRoot, 'mine.txt'), 'mine');
  write(path.join(server.root, 'solutions/a/b.ts'), 'SECRET solution');
  write(path.join(server.root, 'grader/hidden/a/b.test.ts'), 'SECRET hidden test');
  write(path.join(server.root, 'beside.txt'), 'SECRET neighbour');
  const { headers } = await rawRequest(server.port, 'GET', '/?token=test-token');
  cookie = headers['set-cookie']![0]!.split(';')[0]!;
});

const anonymous = (requestPath: string, headers = {}, method = 'GET') =>
  rawRequest(server.port, method, requestPath, undefined, headers);

describe('who may enter', () => {
  it.each([
    ['nothing', {}],
    ['a wrong token', { authorization: 'token wrong' }],
    ['an empty token', { authorization: 'token ' }],
    ['the token with more behind it', { authorization: 'token test-token2' }],
    ['a wrong cookie', { cookie: 'lectern-1=test-token' }],
  ])('refuses %s, everywhere', async (_what, headers) => {
    const { port } = await startTestServer(); // each may be wrong ten times
    for (const url of [
      '/api/contents/mine.txt',
      '/api/kernels',
      '/lectern/api/course',
      '/files/mine.txt',
      '/static/main.js',
      '/lectern/sandbox',
      '/no/such/page',
    ]) {
      const { status, json } = await rawRequest(port, 'GET', url, undefined, headers);
      expect([url, status, json.code]).toEqual([url, 403, 'not-authenticated']);
    }
  });

  it('shows a page with a form for the token instead of the course', async () => {
    for (const url of ['/', '/chapter/attention', '/?token=wrong']) {
      const { status, headers, text } = await anonymous(url);
      expect(status).toBe(403);
      expect(headers['content-type']).toBe('text/html; charset=utf-8');
      expect(text).toContain('<form method="post" action="/login">');
    }
  });

  it('exchanges the token in the address for a cookie and hides it', async () => {
    const { status, headers } = await anonymous('/chapter/x?token=test-token&keep=1');
    expect([status, headers.location]).toEqual([303, '/chapter/x?keep=1']);
    expect(headers['set-cookie']![0]).toMatch(
      new RegExp(`^lectern-${server.port}=[0-9a-f]{64}; Path=/; HttpOnly; SameSite=Strict$`),
    );
    expect(headers['set-cookie']![0]).not.toContain('test-token');
    expect((await anonymous('/api/me', { cookie })).status).toBe(200);
  });

  it('lets in once by an entry, which is not the token', async () => {
    const { pathname, search } = new URL(server.entryUrl());
    expect(search).not.toContain(server.token);
    const first = await anonymous(pathname + search);
    expect([first.status, first.headers.location]).toEqual([303, '/']);
    expect(first.headers['set-cookie']![0]).toContain(cookie);
    expect((await anonymous(pathname + search)).status).toBe(403);
    const [older, newer] = [server.entryUrl(), server.entryUrl()].map((url) => new URL(url).search);
    expect((await anonymous(`/${older}`)).status).toBe(403);
    expect((await anonymous(`/${newer}`)).status).toBe(303);
  });

  it('keeps the record from other users of the machine', () => {
    expect(fs.statSync(server.dataDir).mode & 0o077).toBe(0);
  });

  it('takes the token by the form', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const post = (body: string) => rawRequest(server.port, 'POST', '/login', body, form);
    expect((await post('token=wrong')).status).toBe(403);
    const right = await post('token=test-token');
    expect([right.status, right.headers.location]).toEqual([303, '/']);
    expect(right.headers['set-cookie']![0]).toContain(cookie);
  });

  it('keeps a cookie valid over a restart, unless the chosen token changes', async () => {
    const root = temporaryDirectory();
    const cookieOf = async (token?: string) => {
      const one = await startTestServer({ root, token });
      const { headers } = await rawRequest(one.port, 'GET', `/?token=${one.token}`);
      await one.close();
      return headers['set-cookie']![0]!.split('=')[1];
    };
    expect(await cookieOf()).toBe(await cookieOf());
    expect(await cookieOf('a')).not.toBe(await cookieOf('b'));
    const keyFile = path.join(root, '.lectern/cookie-key');
    expect(fs.statSync(keyFile).mode & 0o777).toBe(0o600);
  });
});

describe('wrong tokens', () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const tryAll = async (port: number, attempt: () => Promise<Answer>) => {
    const answers = [];
    for (let n = 0; n < 11; n++) answers.push((await attempt()).status);
    expect(answers).toEqual([...Array(10).fill(403), 429]);
    const cookieless = await rawRequest(port, 'GET', '/login');
    expect(cookieless.status).toBe(200);
  };

  it('are counted by the form, which then refuses the right one too', async () => {
    const { port } = await startTestServer();
    const post = (token: string) => rawRequest(port, 'POST', '/login', `token=${token}`, form);
    await tryAll(port, () => post('wrong'));
    const right = await post('test-token');
    expect([right.status, right.headers['set-cookie']]).toEqual([429, undefined]);
    expect(Number(right.headers['retry-after'])).toBeGreaterThan(0);
    expect(right.text).toMatch(/Too many wrong tokens .* try again in \d+ seconds/);
    expect(right.text).toContain('<form');
  });

  it.each(['header', 'query', 'WebSocket'])('are counted in a %s', async (where) => {
    const { port } = await startTestServer();
    const authorization = 'token wrong';
    const attempt = {
      header: () => rawRequest(port, 'GET', '/api/me', undefined, { authorization }),
      query: () => rawRequest(port, 'GET', '/?token=wrong'),
      WebSocket: () => {
        const upgrade = { connection: 'upgrade', upgrade: 'websocket', authorization };
        return rawRequest(port, 'GET', '/api/events/subscribe', undefined, upgrade);
      },
    }[where]!;
    await tryAll(port, attempt);
    const right = { authorization: 'token test-token' };
    expect((await rawRequest(port, 'GET', '/api/me', undefined, right)).status).toBe(429);
  });

  it('do not stop pages with a cookie, nor those who have a token nobody could guess', async () => {
    const one = await startTestServer({ token: undefined });
    const { headers } = await rawRequest(one.port, 'GET', `/?token=${one.token}`);
    const cookie = headers['set-cookie']![0]!.split(';')[0]!;
    for (let n = 0; n < 12; n++) await rawRequest(one.port, 'POST', '/login', 'token=x', form);
    expect((await rawRequest(one.port, 'GET', '/api/me', undefined, { cookie })).status).toBe(200);
    expect((await one.get('/api/me')).status).toBe(200);
  });
});

describe('a request with a cookie', () => {
  it('changes nothing without the token that only the page can read', async () => {
    const own = { cookie, origin: `http://127.0.0.1:${server.port}` };
    const post = (headers: object) =>
      rawRequest(server.port, 'POST', '/api/contents', { type: 'file' }, { ...own, ...headers });
    for (const headers of [{}, { 'x-xsrftoken': '' }, { 'x-xsrftoken': 'a'.repeat(64) }]) {
      const { status, json } = await post(headers);
      expect([status, json.code]).toEqual([403, 'no-csrf-token']);
    }
    const html = '<script id="jupyter-config-data" type="application/json"></script>';
    write(path.join(server.root, 'app/dist/index.html'), html);
    const page = await rawRequest(server.port, 'GET', '/', undefined, own);
    const csrf = /"csrfToken":"([0-9a-f]{64})"/.exec(page.text)![1];
    expect((await post({ 'x-xsrftoken': csrf })).status).toBe(201);
    const other = await startTestServer();
    const foreign = await rawRequest(
      other.port,
      'POST',
      '/api/contents',
      {},
      {
        ...{ cookie: cookie.replace(String(server.port), String(other.port)) },
        'x-xsrftoken': csrf,
      },
    );
    expect(foreign.status).toBe(403);
  });
});

describe('a server that others can reach', () => {
  it('answers to addresses and to its own names, to no other', async () => {
    const token = 'a-chosen-password';
    const open = await startTestServer({ host: '0.0.0.0', token, hostNames: ['course.example'] });
    const statusFor = async (host: string) => (await open.get('/api/me', { host })).status;
    expect(open.reachable).toBe(true);
    for (const host of ['10.0.0.7', '[2001:db8::1]:80', os.hostname(), 'course.example:8080']) {
      expect([host, await statusFor(host)]).toEqual([host, 200]);
    }
    for (const host of ['evil.example', '10.0.0.7.evil.example', 'course.example.evil']) {
      expect([host, await statusFor(host)]).toEqual([host, 403]);
    }
    const origin = 'http://evil.example';
    expect((await open.get('/api/me', { host: '10.0.0.7', origin })).status).toBe(403);
  });
});

describe('Host and Origin', () => {
  const refused = (answer: Answer, code: string) =>
    expect([answer.status, answer.json.code]).toEqual([403, code]);

  it.each(['evil.example', 'evil.example:80', '127.0.0.1.evil.example', '[::2]', '10.0.0.7'])(
    'refuses the host “%s”',
    async (host) => refused(await server.get('/api/me', { host }), 'wrong-host'),
  );

  it.each(['localhost', '127.0.0.1', '[::1]', 'LOCALHOST'])('answers to %s', async (host) => {
    const { status } = await server.get('/api/me', { host: `${host}:${server.port}` });
    expect(status).toBe(200);
  });

  it.each(['http://evil.example', 'null', 'http://localhost', 'http://localhost:1', 'file://'])(
    'refuses the origin %s, also with the token',
    async (origin) => {
      const headers = { host: `localhost:${server.port}`, origin };
      refused(await server.get('/api/me', headers), 'wrong-origin');
      refused(await server.request('POST', '/api/kernels', {}, headers), 'wrong-origin');
    },
  );

  it('refuses what other sites make a browser load, but follows their links', async () => {
    const image = { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors', cookie };
    refused(await anonymous('/files/mine.txt', image), 'wrong-origin');
    const link = {
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
    };
    expect((await anonymous('/', link)).text).toContain('<form');
    const frame = { ...link, 'sec-fetch-dest': 'iframe', cookie };
    refused(await anonymous('/', frame), 'wrong-origin');
  });

  it('accepts its own page', async () => {
    const own = {
      cookie,
      origin: `http://127.0.0.1:${server.port}`,
      'sec-fetch-site': 'same-origin',
    };
    expect((await anonymous('/api/me', own)).status).toBe(200);
  });
});

describe('WebSockets', () => {
  const connect = (headers: Record<string, string>, url = '/api/events/subscribe') =>
    new Promise<number>((resolve) => {
      const socket = new WebSocket(`ws://127.0.0.1:${server.port}${url}`, { headers });
      socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
      socket.on('error', () => resolve(-1));
      socket.on('open', () => {
        socket.close();
        resolve(101);
      });
    });
  const own = () => ({ origin: `http://127.0.0.1:${server.port}` });

  it('open with cookie and own origin, or with the token', async () => {
    expect(await connect({ cookie, ...own() })).toBe(101);
    expect(await connect({ authorization: 'token test-token' })).toBe(101);
    expect(await connect({}, '/api/events/subscribe?token=test-token')).toBe(101);
  });

  it('are refused otherwise', async () => {
    expect(await connect({ ...own() })).toBe(403);
    expect(await connect({ cookie })).toBe(403); // a cookie without an origin
    expect(await connect({ cookie, origin: 'http://evil.example' })).toBe(403);
    expect(await connect({ cookie, origin: 'null' })).toBe(403);
    expect(await connect({ cookie, ...own(), host: 'evil.example' })).toBe(403);
    expect(await connect({ authorization: 'token wrong' })).toBe(403);
    expect(await connect({ cookie, ...own() }, '/api/kernels/nobody/channels')).toBe(404);
    expect(await connect({ cookie, ...own() }, '/api/terminals/websocket/1')).toBe(404);
  });
});

describe('paths', () => {
  const waysOut = [
    '../beside.txt',
    '..%2fbeside.txt',
    '%2e%2e/beside.txt',
    '%2e%2e%2fbeside.txt',
    '..%5cbeside.txt',
    'x/../../beside.txt',
    'x%2f..%2f..%2fbeside.txt',
    './../beside.txt',
    '/../beside.txt',
    '//etc/passwd',
    '%2fetc%2fpasswd',
    '..%00/beside.txt',
    'mine.txt%00.png',
    '....//beside.txt',
    '..;/beside.txt',
    '%c0%ae%c0%ae/beside.txt',
    '../solutions/a/b.ts',
    '../grader/hidden/a/b.test.ts',
    '.hidden/file.txt',
    '.lectern/templates/x.ipynb',
  ];

  it.each(waysOut)('refuses %s', async (way) => {
    write(path.join(server.contentRoot, '.hidden/file.txt'), 'SECRET hidden file');
    for (const prefix of ['/api/contents/', '/files/']) {
      const { status, text } = await server.get(prefix + way);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
      expect(text).not.toContain('SECRET');
      expect(text).not.toContain('root:');
    }
    const put = await server.request('PUT', `/api/contents/${way}`, {
      type: 'file',
      format: 'text',
      content: 'overwritten',
    });
    expect([400, 404]).toContain(put.status);
    expect(fs.readFileSync(path.join(server.root, 'beside.txt'), 'utf8')).toContain('SECRET');
  });

  it('decodes once: what was encoded twice is an odd name and no way out', async () => {
    const url = '/api/contents/%252e%252e%252fbeside.txt';
    const body = { type: 'file', format: 'text', content: 'odd' };
    expect((await server.request('PUT', url, body)).status).toBe(201);
    expect(fs.readFileSync(path.join(server.contentRoot, '%2e%2e%2fbeside.txt'), 'utf8')).toBe(
      'odd',
    );
    expect((await server.get(url)).json.content).toBe('odd');
  });

  it('refuses them as targets and sources too', async () => {
    for (const target of ['../out.txt', '.hidden/out.txt', 'a/../../out.txt', '..\\out.txt']) {
      const renamed = await server.request('PATCH', '/api/contents/mine.txt', { path: target });
      expect([target, renamed.status]).toEqual([target, 404]);
      const copied = await server.request('POST', '/api/contents', { copy_from: target });
      expect([target, copied.status]).toEqual([target, 404]);
    }
    const extension = await server.request('POST', '/api/contents', {
      type: 'file',
      ext: '/../../out.txt',
    });
    expect(extension.status).toBe(404);
    expect(fs.readdirSync(server.root)).not.toContain('out.txt');
  });

  it('follows links inside the root only', async () => {
    const link = (target: string, name: string) =>
      fs.symlinkSync(target, path.join(server.contentRoot, name));
    link(path.join(server.contentRoot, 'mine.txt'), 'inner.txt');
    link('../beside.txt', 'outer.txt');
    link('..', 'up');
    link('.hidden', 'shown');
    link('../not-there-yet.txt', 'dangling.txt');
    expect((await server.get('/api/contents/inner.txt')).json.content).toBe('mine');
    for (const name of ['outer.txt', 'up/beside.txt', 'up/solutions/a/b.ts', 'shown/file.txt']) {
      expect([name, (await server.get(`/api/contents/${name}`)).status]).toEqual([name, 404]);
      expect([name, (await server.get(`/files/${name}`)).status]).toEqual([name, 404]);
    }
    const body = { type: 'file', format: 'text', content: 'x' };
    expect((await server.request('PUT', '/api/contents/dangling.txt', body)).status).toBe(404);
    expect((await server.request('PUT', '/api/contents/up/new.txt', body)).status).toBe(404);
    expect(fs.existsSync(path.join(server.root, 'not-there-yet.txt'))).toBe(false);
    const { json } = await server.get('/api/contents');
    const names = json.content.map((entry: { name: string }) => entry.name);
    expect(names).toContain('inner.txt');
    expect(names).not.toContain('outer.txt');
    expect(names).not.toContain('up');
  });

  it('keeps solutions and tests out of reach where the content root holds them', async () => {
    const { root } = server;
    const wide = await startTestServer({ root, contentRoot: '.', dataDir: 'data' });
    expect((await wide.get('/api/contents/beside.txt')).status).toBe(200);
    for (const name of [
      'solutions',
      'solutions/a/b.ts',
      'grader/hidden/a/b.test.ts',
      'data/lectern.sqlite',
    ]) {
      expect([name, (await wide.get(`/api/contents/${name}`)).status]).toEqual([name, 404]);
      expect([name, (await wide.get(`/files/${name}`)).status]).toEqual([name, 404]);
    }
    const author = await startTestServer({ root, author: true, dataDir: 'data2' });
    expect((await author.get('/api/contents/solutions/a/b.ts')).status).toBe(200);
  });
});

describe('headers', () => {
  it('lets the page load its own files only', async () => {
    const { headers } = await server.get('/');
    const policy = headers['content-security-policy'] as string;
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("object-src 'none'");
    expect(policy).toContain("base-uri 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe-eval');
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
    });
  });

  it('gives files and active output an origin of their own', async () => {
    write(path.join(server.contentRoot, 'page.html'), '<script>1</script>');
    for (const url of ['/files/page.html', '/lectern/sandbox']) {
      const { status, headers } = await server.get(url);
      expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
      expect(headers['content-security-policy']).toMatch(
        /^sandbox allow-scripts; default-src 'none'/,
      );
      expect(headers['content-security-policy']).not.toContain('allow-same-origin');
      expect(headers['x-content-type-options']).toBe('nosniff');
    }
    const download = await server.get('/files/page.html?download=1');
    expect(download.headers['content-disposition']).toBe("attachment; filename*=UTF-8''page.html");
  });

  it('is the same for what reaches no route', async () => {
    for (const url of ['/api/contents/%', '/chapter/%E0%A4%A', '/no/such/page', '/api/nothing']) {
      const { status, headers } = await server.get(url);
      expect([url, status]).toEqual([url, status === 400 ? 400 : 404]);
      expect(headers['content-security-policy']).toContain("script-src 'self'");
      expect(headers['x-content-type-options']).toBe('nosniff');
    }
    const refused = await server.get('/', { origin: 'http://evil.example' });
    expect(refused.headers['content-security-policy']).toContain("script-src 'self'");
  });

  it('does not reveal its inner errors', async () => {
    write(path.join(server.root, 'notebooks/course.json'), notebook([]));
    const { status, text } = await server.get('/api/contents/%E0%A4%A');
    expect(status).toBe(400);
    expect(text).not.toMatch(/node_modules|at .*\.ts/);
  });
});
