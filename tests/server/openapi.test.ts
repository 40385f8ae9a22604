import fs from 'node:fs';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../server/src/http/app.ts';
import { openApiDocument } from '../../server/src/openapi/document.ts';
import { resolveOptions } from '../../server/src/options.ts';
import { addRoutes } from '../../server/src/server.ts';
import { chapter, rightAnswer, smallCourse } from './course-fixture.ts';
import { type Answer, notebook, startTestServer, type TestServer, write } from './helper.ts';

// biome-ignore lint/suspicious/noExplicitAny: a document of many shapes
const document = openApiDocument() as any;
const operations = Object.entries<object>(document.paths).flatMap(([url, methods]) =>
  Object.keys(methods).map((method) => `${method.toUpperCase()} ${url}`),
);

const ajv = new Ajv2020({ strict: false, validateFormats: false });
ajv.addSchema(document, 'openapi');

/** Where a JSON answer stands in the document, for its validator. */
function schemaFor(method: string, url: string, status: number): string {
  const pointer = (part: string) =>
    encodeURIComponent(part.replace(/~/g, '~0').replace(/\//g, '~1'));
  const parts = ['paths', url, method.toLowerCase(), 'responses', String(status)];
  const inside = ['content', 'application/json', 'schema'];
  return `openapi#/${[...parts, ...inside].map(pointer).join('/')}`;
}

let server: TestServer;
const asked = new Set<string>();

/** Asks as the document says one may, and holds the answer against it. */
async function ask(
  operation: string,
  values: Record<string, string> = {},
  { body, query = '', headers = {} }: { body?: unknown; query?: string; headers?: object } = {},
): Promise<Answer> {
  const [method = '', url = ''] = operation.split(' ');
  expect(operations).toContain(operation);
  asked.add(operation);
  const filled = url.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(values[name]!));
  const answer = await server.request(method, filled + query, body, { ...headers });
  const stated = document.paths[url][method.toLowerCase()].responses[answer.status];
  expect(stated, `${operation} answered ${answer.status}: ${answer.text}`).toBeDefined();
  const types = Object.keys(stated.content ?? {});
  const type = answer.headers['content-type']?.split(';')[0];
  if (types.length === 0) expect(answer.text).toBe('');
  else if (!types.includes('*/*')) expect(types).toContain(type);
  if (types.includes('application/json')) {
    const fits = ajv.getSchema(schemaFor(method, url, answer.status))!;
    expect(fits(answer.json), `${operation}: ${ajv.errorsText(fits.errors)}`).toBe(true);
  }
  return answer;
}

beforeAll(async () => {
  server = await startTestServer({ root: smallCourse() });
  write(path.join(server.root, 'app/dist/index.html'), '<!doctype html>');
  write(path.join(server.root, 'app/dist/main.js'), '//');
});

describe('the OpenAPI document', () => {
  it('names every route, and no other', () => {
    const app = createApp(() => null as never, resolveOptions({ root: server.root }).logger);
    const routes = new Set<string>();
    app.addHook('onRoute', ({ method, url }) => {
      for (const name of [method].flat()) if (name !== 'HEAD') routes.add(`${name} ${url}`);
    });
    const whileRunning = { csrfToken: () => '', shutDown() {} };
    addRoutes(app, resolveOptions({ root: server.root }), {} as never, whileRunning);
    const documented = operations
      .filter((operation) => !operation.endsWith(' /login'))
      .map((operation) =>
        operation
          .replace(/(\/api\/contents\/)\{path\}.*/, '$1*')
          .replace(/(\/files\/|\/static\/)\{path\}/, '$1*')
          .replace(/(\/lab\/api\/settings\/)\{id\}/, '$1*')
          .replace(/\{(\w+)\}/g, ':$1'),
      );
    expect(new Set(documented)).toEqual(routes);
  });

  it('is served', async () => {
    const { text } = await ask('GET /api/spec.yaml');
    expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(document)));
  });

  it('is true of contents', async () => {
    const entry = { path: 'folder/a.ipynb' };
    await ask('GET /api/contents');
    expect((await ask('POST /api/contents', {}, { body: {} })).status).toBe(201);
    await ask('PUT /api/contents/{path}', { path: 'folder' }, { body: { type: 'directory' } });
    const body = { type: 'notebook', content: notebook([]) };
    const saved = await ask('PUT /api/contents/{path}', entry, { body });
    expect(saved.status).toBe(201);
    expect((await ask('PUT /api/contents/{path}', entry, { body })).status).toBe(200);
    const stale = { ...body, expected_hash: '0'.repeat(64) };
    expect((await ask('PUT /api/contents/{path}', entry, { body: stale })).status).toBe(409);
    const there = await ask('GET /api/contents/{path}', entry, { query: '?hash=1' });
    const headers = { 'if-none-match': there.headers.etag };
    expect((await ask('GET /api/contents/{path}', entry, { headers })).status).toBe(304);
    await ask('GET /api/contents/{path}', { path: 'folder' });
    expect((await ask('GET /api/contents/{path}', { path: 'nowhere' })).status).toBe(404);
    await ask('POST /api/contents/{path}', { path: 'folder' }, { body: { type: 'file' } });
    const file = { path: 'folder/untitled' };
    const inFile = { body: { type: 'directory' } };
    expect((await ask('POST /api/contents/{path}', file, inFile)).status).toBe(404);
    await ask('POST /api/contents/{path}/trust', entry);
    await ask('POST /api/contents/{path}/checkpoints', entry);
    await ask('GET /api/contents/{path}/checkpoints', entry);
    const point = { ...entry, id: 'checkpoint' };
    await ask('POST /api/contents/{path}/checkpoints/{id}', point);
    await ask('DELETE /api/contents/{path}/checkpoints/{id}', point);
    expect((await ask('GET /files/{path}', entry)).status).toBe(200);
    await ask('PATCH /api/contents/{path}', entry, { body: { path: 'b.ipynb' } });
    expect((await ask('DELETE /api/contents/{path}', { path: 'b.ipynb' })).status).toBe(204);
    const [trashed] = (await ask('GET /lectern/api/trash')).json;
    await ask('POST /lectern/api/trash/{id}/restore', { id: trashed.id });
    const again = await ask('POST /lectern/api/trash/{id}/restore', { id: trashed.id });
    expect(again.status).toBe(404);
  });

  it('is true of kernels and sessions', async () => {
    await ask('GET /api/kernelspecs');
    await ask('GET /api/kernelspecs/{name}', { name: 'typescript' });
    await ask('GET /kernelspecs/{name}/{file}', { name: 'typescript', file: 'logo-svg.svg' });
    const kernel = (await ask('POST /api/kernels', {}, { body: {} })).json;
    await ask('GET /api/kernels');
    await ask('GET /api/kernels/{id}', kernel);
    await ask('POST /api/kernels/{id}/interrupt', kernel);
    await ask('POST /api/kernels/{id}/restart', kernel);
    const body = { path: 'x.ipynb', kernel: { id: kernel.id } };
    const session = (await ask('POST /api/sessions', {}, { body })).json;
    await ask('GET /api/sessions');
    await ask('GET /api/sessions/{id}', session);
    await ask('PATCH /api/sessions/{id}', session, { body: { path: 'y.ipynb' } });
    await ask('DELETE /api/sessions/{id}', session);
    expect((await ask('DELETE /api/kernels/{id}', kernel)).status).toBe(404);
    const unknown = { body: { name: 'unknown' } };
    expect((await ask('POST /api/kernels', {}, unknown)).status).toBe(400);
  });

  it('is true of the course', async () => {
    const id = { chapter: 'demo', slug: 'double' };
    await ask('POST /lectern/api/chapters/{id}/open', { id: 'demo' });
    await ask('GET /lectern/api/chapters/{id}/exercises', { id: 'demo' });
    await ask('GET /lectern/api/exercises/{chapter}/{slug}', id);
    await ask('POST /lectern/api/exercises/{chapter}/{slug}/hint', id);
    const solution = 'POST /lectern/api/exercises/{chapter}/{slug}/solution';
    expect((await ask(solution, id, { body: {} })).status).toBe(403);
    const body = { path: '01-demo.ipynb', notebook: chapter(rightAnswer) };
    expect((await ask('POST /lectern/api/check', {}, { body })).json.points).toBe(2);
    expect((await ask(solution, id, { body: {} })).status).toBe(200);
    const position = { chapter: 'demo', cellId: 'answer' };
    await ask('PUT /lectern/api/position', {}, { body: position });
    expect((await ask('GET /lectern/api/course')).json.last).toEqual(position);
    await ask('POST /lectern/api/submit', {}, { body: { path: '01-demo.ipynb' } });
    expect(fs.existsSync(path.join(server.contentRoot, 'submitted'))).toBe(true);
  });

  it('is true of the rest', async () => {
    await ask('GET /api');
    await ask('GET /api/me');
    await ask('GET /api/status');
    const schema_id = 'https://events.jupyter.org/jupyter_server/contents_service/v1';
    const event = { schema_id, version: '1', data: { action: 'get', path: '' } };
    await ask('POST /api/events', {}, { body: event });
    await ask('PUT /api/config/{section}', { section: 'a' }, { body: { b: 1 } });
    await ask('PATCH /api/config/{section}', { section: 'a' }, { body: { c: 1 } });
    await ask('GET /api/config/{section}', { section: 'a' });
    await ask('PUT /lab/api/settings/{id}', { id: '@a/b:c' }, { body: { raw: '{}' } });
    await ask('GET /lab/api/settings/{id}', { id: '@a/b:c' });
    await ask('GET /lab/api/settings');
    await ask('GET /');
    await ask('GET /chapter/{id}', { id: 'demo' });
    await ask('GET /static/{path}', { path: 'main.js' });
    await ask('GET /favicon.ico');
    await ask('GET /lectern/sandbox');
    await ask('GET /login');
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    await ask('POST /login', {}, { body: 'token=test-token', headers });
    await ask('POST /api/shutdown'); // the last request
  });

  it('was asked about whole', () => {
    expect(operations.filter((operation) => !asked.has(operation))).toEqual([]);
  });
});
