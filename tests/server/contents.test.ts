import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { codeCell, notebook, startTestServer, type TestServer, write } from './helper.ts';

let server: TestServer;
const onDisk = (name: string) => path.join(server.contentRoot, name);

beforeAll(async () => {
  server = await startTestServer();
});

describe('reading', () => {
  it('lists a directory without hidden files', async () => {
    write(onDisk('list/a.txt'), 'a');
    write(onDisk('list/.secret'), 'b');
    write(onDisk('list/sub/c.ipynb'), notebook([]));
    const { status, json } = await server.get('/api/contents/list?content=1');
    expect(status).toBe(200);
    expect(json).toMatchObject({ type: 'directory', format: 'json', path: 'list', name: 'list' });
    const entries = json.content.map((entry: { name: string; type: string; content: null }) => [
      entry.name,
      entry.type,
      entry.content,
    ]);
    expect(entries).toEqual([
      ['a.txt', 'file', null],
      ['sub', 'directory', null],
    ]);
  });

  it('gives a notebook as JSON with its texts joined and nothing trusted', async () => {
    const cell = codeCell('one', 'x', { trusted: true, keep: 1 });
    const output = { output_type: 'stream', name: 'stdout', text: ['a\n', 'b'] };
    write(
      onDisk('joined.ipynb'),
      notebook([{ ...cell, source: ['let x = 1;\n', 'x'], outputs: [output] }]),
    );
    const { json } = await server.get('/api/contents/joined.ipynb?type=notebook&content=1&hash=1');
    const bytes = fs.readFileSync(onDisk('joined.ipynb'));
    expect(json.hash).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(json.hash_algorithm).toBe('sha256');
    expect(json.content.cells[0].source).toBe('let x = 1;\nx');
    expect(json.content.cells[0].outputs[0].text).toBe('a\nb');
    expect(json.content.cells[0].metadata).toEqual({ keep: 1 });
  });

  it('gives text as text and other bytes as base64', async () => {
    write(onDisk('words.md'), '# Ünïcode');
    fs.writeFileSync(onDisk('bytes.png'), Buffer.from([0x89, 0x50, 0xff, 0x00]));
    const text = await server.get('/api/contents/words.md');
    expect(text.json).toMatchObject({
      format: 'text',
      mimetype: 'text/markdown',
      content: '# Ünïcode',
    });
    const bytes = await server.get('/api/contents/bytes.png');
    expect(bytes.json).toMatchObject({
      format: 'base64',
      mimetype: 'image/png',
      content: 'iVD/AA==',
    });
    expect((await server.get('/api/contents/bytes.png?format=text')).status).toBe(400);
  });

  it('leaves content and hash out unless asked', async () => {
    write(onDisk('plain.txt'), 'abc');
    const { json } = await server.get('/api/contents/plain.txt?content=0');
    expect(json).toMatchObject({ content: null, format: null, hash: null, size: 3 });
  });

  it('names what is wrong', async () => {
    write(onDisk('broken.ipynb'), '{ not json');
    const missing = await server.get('/api/contents/nowhere.txt');
    expect(missing.status).toBe(404);
    expect(missing.json).toMatchObject({
      code: 'no-such-file',
      message: 'No such file or directory: nowhere.txt',
    });
    const broken = await server.get('/api/contents/broken.ipynb');
    expect(broken.status).toBe(400);
    expect(broken.json.message).toMatch(/^broken\.ipynb cannot be read as a notebook/);
    expect((await server.get('/api/contents/broken.ipynb?type=directory')).status).toBe(400);
    expect((await server.get('/api/contents/broken.ipynb?type=nonsense')).status).toBe(400);
    expect((await server.get('/api/contents/broken.ipynb?type=file')).json.content).toBe(
      '{ not json',
    );
  });
});

describe('writing', () => {
  it('saves a notebook in the form that Jupyter writes', async () => {
    const content = notebook([codeCell('c', 'let a = 1;\na', { trusted: true })]);
    const first = await server.request('PUT', '/api/contents/new.ipynb', {
      type: 'notebook',
      format: 'json',
      content,
    });
    expect(first.status).toBe(201);
    const text = fs.readFileSync(onDisk('new.ipynb'), 'utf8');
    expect(text).toMatch(/^\{\n "cells": \[\n/);
    expect(text.endsWith('}\n')).toBe(true);
    const saved = JSON.parse(text);
    expect(saved.cells[0].source).toEqual(['let a = 1;\n', 'a']);
    expect(saved.cells[0].metadata).toEqual({});
    const again = await server.request('PUT', '/api/contents/new.ipynb', {
      type: 'notebook',
      content,
    });
    expect(again.status).toBe(200);
  });

  it('answers a save with the hash that a later look finds', async () => {
    const saved = await server.request('PUT', '/api/contents/hash.txt', {
      type: 'file',
      format: 'text',
      content: 'one',
    });
    const unchanged = await server.get('/api/contents/hash.txt?content=0&hash=1');
    expect(saved.json.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(unchanged.json.hash).toBe(saved.json.hash);
    expect(unchanged.json.last_modified).toBe(saved.json.last_modified);
    fs.writeFileSync(onDisk('hash.txt'), 'changed by another program');
    const changed = await server.get('/api/contents/hash.txt?content=0&hash=1');
    expect(changed.json.hash).not.toBe(saved.json.hash);
  });

  it('replaces a file in one step and leaves nothing beside it', async () => {
    write(onDisk('atomic/file.txt'), 'old');
    const inode = fs.statSync(onDisk('atomic/file.txt')).ino;
    // A reader that has the old file open keeps reading the old content to its end.
    const reader = fs.openSync(onDisk('atomic/file.txt'), 'r');
    const content = 'new '.repeat(100_000);
    await server.request('PUT', '/api/contents/atomic/file.txt', {
      type: 'file',
      format: 'text',
      content,
    });
    expect(fs.readFileSync(reader, 'utf8')).toBe('old');
    fs.closeSync(reader);
    expect(fs.statSync(onDisk('atomic/file.txt')).ino).not.toBe(inode);
    expect(fs.readFileSync(onDisk('atomic/file.txt'), 'utf8')).toBe(content);
    expect(fs.readdirSync(onDisk('atomic'))).toEqual(['file.txt']);
  });

  it('saves base64 and keeps the permissions of the file', async () => {
    write(onDisk('run.sh'), '#!/bin/sh');
    fs.chmodSync(onDisk('run.sh'), 0o755);
    const body = {
      type: 'file',
      format: 'base64',
      content: Buffer.from([1, 2, 255]).toString('base64'),
    };
    expect((await server.request('PUT', '/api/contents/run.sh', body)).status).toBe(200);
    expect([...fs.readFileSync(onDisk('run.sh'))]).toEqual([1, 2, 255]);
    expect(fs.statSync(onDisk('run.sh')).mode & 0o777).toBe(0o755);
  });

  it('refuses what it cannot write, and says why', async () => {
    const put = (file: string, body: object) =>
      server.request('PUT', `/api/contents/${file}`, body);
    const noFolder = await put('absent/file.txt', { type: 'file', content: 'x' });
    expect([noFolder.status, noFolder.json.code]).toEqual([404, 'no-such-file']);
    expect((await put('x.ipynb', { type: 'notebook', content: { cells: 3 } })).status).toBe(400);
    expect((await put('x.txt', { type: 'file', content: 7 })).json.code).toBe('bad-request');
    write(onDisk('folder/inside.txt'), 'x');
    expect((await put('folder', { type: 'file', content: 'x' })).json.code).toBe('wrong-type');
    const broken = await server.request('PUT', '/api/contents/x.txt', '{ not json');
    expect([broken.status, broken.json.code]).toEqual([400, 'bad-request']);
    expect(fs.existsSync(onDisk('x.txt'))).toBe(false);
  });

  it.each(['con.txt', 'AUX', 'a:b', 'a?', 'line\nbreak', 'right\u202eto-left', 'dot.', 'space '])(
    'refuses the new name %j, which not every computer can have',
    async (name) => {
      const content = { type: 'file', format: 'text', content: '' };
      const url = `/api/contents/${encodeURIComponent(name)}`;
      expect((await server.request('PUT', url, content)).json.code).toBe('bad-request');
      await server.request('PUT', '/api/contents/plain.txt', content);
      const renamed = await server.request('PATCH', '/api/contents/plain.txt', { path: name });
      expect(renamed.json.code).toBe('bad-request');
    },
  );

  it('refuses a body that is nested too deeply to be walked through', async () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const notebook = `{"nbformat":4,"cells":[],"metadata":${deep}}`;
    const body = `{"type":"notebook","content":${notebook}}`;
    const { status, json } = await server.request('PUT', '/api/contents/deep.ipynb', body);
    expect([status, json.code]).toEqual([400, 'bad-request']);
  });

  it('refuses a body that is too large', async () => {
    const { status, json } = await server.request('PATCH', '/api/contents/hash.txt', {
      path: 'x'.repeat(2 ** 20 + 1),
    });
    expect([status, json.code]).toEqual([413, 'too-large']);
  });
});

describe('creating, renaming, deleting', () => {
  it('finds free names', async () => {
    const create = (body: object) => server.request('POST', '/api/contents/names', body);
    await server.request('PUT', '/api/contents/names', { type: 'directory' });
    const made = [];
    for (const body of [
      { type: 'notebook' },
      { type: 'notebook' },
      { type: 'file', ext: '.ts' },
      { type: 'directory' },
      { copy_from: 'names/Untitled.ipynb' },
      { copy_from: 'names/Untitled.ipynb' },
    ]) {
      const { status, json } = await create(body);
      expect(status).toBe(201);
      made.push(json.path);
    }
    expect(made).toEqual([
      'names/Untitled.ipynb',
      'names/Untitled1.ipynb',
      'names/untitled.ts',
      'names/Untitled Folder',
      'names/Untitled-Copy1.ipynb',
      'names/Untitled-Copy2.ipynb',
    ]);
    expect((await server.get('/api/contents/names/Untitled.ipynb')).json.content.cells).toEqual([]);
  });

  it('renames, but never over another file', async () => {
    write(onDisk('from.txt'), 'a');
    write(onDisk('taken.txt'), 'b');
    const clash = await server.request('PATCH', '/api/contents/from.txt', { path: 'taken.txt' });
    expect([clash.status, clash.json.code]).toEqual([409, 'already-exists']);
    const moved = await server.request('PATCH', '/api/contents/from.txt', { path: 'to here.txt' });
    expect([moved.status, moved.json.path]).toEqual([200, 'to here.txt']);
    expect(fs.existsSync(onDisk('from.txt'))).toBe(false);
    expect((await server.get('/api/contents/to%20here.txt')).json.content).toBe('a');
  });

  it('renames and deletes a link, not what it leads to', async () => {
    write(onDisk('target.txt'), 'precious');
    fs.symlinkSync('target.txt', onDisk('link.txt'));
    await server.request('PATCH', '/api/contents/link.txt', { path: 'other.txt' });
    expect((await server.request('DELETE', '/api/contents/other.txt')).status).toBe(204);
    expect(fs.readFileSync(onDisk('target.txt'), 'utf8')).toBe('precious');
    expect(fs.existsSync(onDisk('other.txt'))).toBe(false);
  });
});

describe('the trash', () => {
  const trash = '/lectern/api/trash';
  const remove = (name: string) => server.request('DELETE', `/api/contents/${name}`);

  it('takes files and whole folders, and gives them back', async () => {
    write(onDisk('full/deep/file.txt'), 'a');
    expect((await remove('full')).status).toBe(204);
    expect((await remove('full')).status).toBe(404);
    expect(fs.existsSync(onDisk('full'))).toBe(false);
    const [entry] = (await server.get(trash)).json;
    expect(entry).toMatchObject({ path: 'full', deleted: expect.stringMatching(/^20/) });
    const restored = await server.request('POST', `${trash}/${entry.id}/restore`);
    expect([restored.status, restored.json.path]).toEqual([201, 'full']);
    expect(fs.readFileSync(onDisk('full/deep/file.txt'), 'utf8')).toBe('a');
    expect((await server.get(trash)).json.map(({ id }: { id: string }) => id)).not.toContain(
      entry.id,
    );
    expect((await server.request('POST', `${trash}/${entry.id}/restore`)).status).toBe(404);
    expect((await server.request('POST', `${trash}/..%2f..%2fx/restore`)).status).toBe(404);
  });

  it('keeps two of one name, and puts neither over what is there now', async () => {
    for (const text of ['first', 'second']) {
      write(onDisk('twice.txt'), text);
      await remove('twice.txt');
    }
    write(onDisk('twice.txt'), 'third');
    const [newest] = (await server.get(trash)).json;
    const clash = await server.request('POST', `${trash}/${newest.id}/restore`);
    expect([clash.status, clash.json.code]).toEqual([409, 'already-exists']);
    fs.rmSync(onDisk('twice.txt'));
    await server.request('POST', `${trash}/${newest.id}/restore`);
    expect(fs.readFileSync(onDisk('twice.txt'), 'utf8')).toBe('second');
  });

  it('is emptied of what is older than thirty days when a server starts', async () => {
    const id = '20200101000000000-abcdef00';
    const place = onDisk('.lectern/trash');
    write(path.join(place, id, 'old.txt'), 'old');
    write(path.join(place, `${id}.json`), { path: 'old.txt', deleted: '2020-01-01T00:00:00Z' });
    write(onDisk('young.txt'), 'young');
    await remove('young.txt');
    await startTestServer({ root: server.root });
    await expect.poll(() => fs.existsSync(path.join(place, id))).toBe(false);
    expect((await server.get(trash)).json[0].path).toBe('young.txt');
  });

  it('never takes the root', async () => {
    expect((await remove('')).status).toBe(400);
    expect(fs.existsSync(server.contentRoot)).toBe(true);
  });
});

describe('a file that changes elsewhere', () => {
  const url = '/api/contents/shared.txt';
  const save = (content: string, body: object = {}, headers = {}) =>
    server.request('PUT', url, { type: 'file', format: 'text', content, ...body }, headers);
  const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');

  it('is not overwritten by who states what it should be, and says what it is', async () => {
    const first = await save('one');
    expect(first.headers.etag).toBe(`"${hashOf('one')}"`);
    const etag = { 'if-match': first.headers.etag };
    expect((await save('two', {}, etag)).status).toBe(200); // a second tab
    const late = await save('three', {}, etag);
    expect([late.status, late.json]).toEqual([
      409,
      {
        code: 'changed-elsewhere',
        message: 'shared.txt was changed by somebody else since it was loaded; it was not saved.',
        reason: null,
        hash: hashOf('two'),
        expected_hash: hashOf('one'),
        hash_algorithm: 'sha256',
      },
    ]);
    fs.writeFileSync(onDisk('shared.txt'), 'by an editor outside');
    expect((await save('four', { expected_hash: hashOf('two') })).status).toBe(409);
    expect((await save('four', { expected_hash: hashOf('by an editor outside') })).status).toBe(
      200,
    );
    fs.rmSync(onDisk('shared.txt'));
    const gone = await save('five', { expected_hash: hashOf('four') });
    expect([gone.status, gone.json.hash]).toEqual([409, null]);
    expect(gone.json.message).toContain('was deleted');
    expect((await save('six')).status).toBe(201); // who states nothing overwrites, as in Jupyter
  });

  it('is saved once, however many state the same version at once', async () => {
    await save('start');
    const tries = Array.from({ length: 20 }, (_, n) =>
      save(`tab ${n}`, { expected_hash: hashOf('start') }),
    );
    const answers = await Promise.all(tries);
    const winners = answers.filter(({ status }) => status === 200);
    expect(winners).toHaveLength(1);
    expect(hashOf(fs.readFileSync(onDisk('shared.txt'), 'utf8'))).toBe(winners[0]!.json.hash);
  });

  it('can be created only where there is none', async () => {
    expect((await save('x', {}, { 'if-none-match': '*' })).json.code).toBe('already-exists');
    expect((await save('x', {}, { 'if-match': 'nonsense' })).status).toBe(400);
  });

  it('is not sent again to who has it', async () => {
    await save('same');
    const { headers } = await server.get(url);
    expect(headers['last-modified']).toMatch(/GMT$/);
    expect((await server.get(url, { 'if-none-match': headers.etag })).status).toBe(304);
    await save('other');
    expect((await server.get(url, { 'if-none-match': headers.etag })).status).toBe(200);
  });
});

describe('an upload in chunks', () => {
  const send = (chunk: number, bytes: string, name = 'big.bin') =>
    server.request('PUT', `/api/contents/${name}`, {
      ...{ type: 'file', format: 'base64', chunk },
      content: Buffer.from(bytes).toString('base64'),
    });

  it('replaces the file with the last of them', async () => {
    write(onDisk('big.bin'), 'old');
    const first = await send(1, 'one ');
    expect([first.status, first.json.size, first.json.content]).toEqual([200, 4, null]);
    await send(2, 'two ');
    expect(fs.readFileSync(onDisk('big.bin'), 'utf8')).toBe('old');
    const last = await send(-1, 'three');
    expect([last.status, last.json.size]).toEqual([200, 13]);
    expect(fs.readFileSync(onDisk('big.bin'), 'utf8')).toBe('one two three');
    expect(fs.readdirSync(onDisk('.lectern/uploads'))).toEqual([]);
    await send(1, 'a', 'fresh.bin');
    expect((await send(-1, 'b', 'fresh.bin')).status).toBe(201);
  });

  it('refuses a gap, and begins anew with chunk 1', async () => {
    expect((await send(2, 'x', 'gap.bin')).status).toBe(400);
    await send(1, 'x', 'gap.bin');
    expect((await send(3, 'x', 'gap.bin')).json.message).toContain('chunk 2 was due');
    await send(1, 'again ', 'gap.bin');
    await send(-1, 'and done', 'gap.bin');
    expect(fs.readFileSync(onDisk('gap.bin'), 'utf8')).toBe('again and done');
    const body = { type: 'notebook', format: 'json', chunk: 1, content: {} };
    expect((await server.request('PUT', '/api/contents/a.ipynb', body)).status).toBe(400);
  });
});

describe('trust', () => {
  const active = { output_type: 'display_data', data: { 'text/html': '<b>x</b>' }, metadata: {} };
  const cell = (trusted?: boolean) => ({
    ...codeCell('c', '1', trusted === undefined ? {} : { trusted }),
    outputs: [active],
  });
  const url = '/api/contents/signed.ipynb';
  const save = (content: object) => server.request('PUT', url, { type: 'notebook', content });
  const isTrusted = async () => (await server.get(url)).json.content.cells[0].metadata.trusted;

  it('is remembered of outputs that were made here, on this server only', async () => {
    await save(notebook([cell(true)]));
    expect(fs.readFileSync(onDisk('signed.ipynb'), 'utf8')).not.toContain('trusted');
    expect(await isTrusted()).toBe(true);
    const text = fs.readFileSync(onDisk('signed.ipynb'), 'utf8');
    write(onDisk('signed.ipynb'), text.replace('<b>', '<i>'));
    expect(await isTrusted()).toBe(undefined);
    const other = await startTestServer();
    write(path.join(other.contentRoot, 'signed.ipynb'), text);
    const { cells } = (await other.get(url)).json.content;
    expect(cells[0].metadata.trusted).toBe(undefined);
  });

  it('is not brought along in a file, and not given for one cell of two', async () => {
    write(onDisk('signed.ipynb'), notebook([{ ...cell(true), source: ['2'] }]));
    expect(await isTrusted()).toBe(undefined);
    await save(notebook([cell(true), { ...cell(), id: 'd' }]));
    expect(await isTrusted()).toBe(undefined);
  });

  it('can be declared', async () => {
    await save(notebook([{ ...cell(), id: 'declared' }]));
    expect(await isTrusted()).toBe(undefined);
    expect((await server.request('POST', `${url}/trust`)).status).toBe(201);
    expect(await isTrusted()).toBe(true);
    expect((await server.request('POST', '/api/contents/none.ipynb/trust')).status).toBe(404);
    expect(fs.statSync(path.join(server.dataDir, 'notebook_secret')).mode & 0o777).toBe(0o600);
  });
});

describe('checkpoints', () => {
  it('goes back to the last checkpoint, and follows a rename', async () => {
    write(onDisk('point.txt'), 'first');
    const made = await server.request('POST', '/api/contents/point.txt/checkpoints');
    expect(made.status).toBe(201);
    expect(made.json.id).toBe('checkpoint');
    fs.writeFileSync(onDisk('point.txt'), 'second');
    await server.request('PATCH', '/api/contents/point.txt', { path: 'moved.txt' });
    const list = await server.get('/api/contents/moved.txt/checkpoints');
    expect(list.json).toHaveLength(1);
    const restored = await server.request('POST', '/api/contents/moved.txt/checkpoints/checkpoint');
    expect(restored.status).toBe(204);
    expect(fs.readFileSync(onDisk('moved.txt'), 'utf8')).toBe('first');
    const gone = '/api/contents/moved.txt/checkpoints/checkpoint';
    expect((await server.request('DELETE', gone)).status).toBe(204);
    expect((await server.request('POST', gone)).status).toBe(404);
    expect((await server.get('/api/contents/moved.txt/checkpoints')).json).toEqual([]);
  });

  it('does not show up beside the file', async () => {
    write(onDisk('beside/x.txt'), 'x');
    await server.request('POST', '/api/contents/beside/x.txt/checkpoints');
    expect(fs.readdirSync(onDisk('beside'))).toEqual(['x.txt']);
  });
});
