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

  it('deletes files and empty directories only', async () => {
    write(onDisk('full/file.txt'), 'a');
    const full = await server.request('DELETE', '/api/contents/full');
    expect([full.status, full.json.code]).toEqual([400, 'not-empty']);
    expect((await server.request('DELETE', '/api/contents/full/file.txt')).status).toBe(204);
    expect((await server.request('DELETE', '/api/contents/full')).status).toBe(204);
    expect((await server.request('DELETE', '/api/contents/full')).status).toBe(404);
    expect((await server.request('DELETE', '/api/contents/')).status).toBe(400);
    expect(fs.existsSync(server.contentRoot)).toBe(true);
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
