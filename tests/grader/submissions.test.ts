import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findSubmissions, readReceipt, submit } from '../../grader/src/submissions/index.ts';

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lectern-submitted-'));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

const handIn = (text: string, more: object = {}) =>
  submit({ folder, student: 'ada', notebook: '01-x.ipynb', bytes: Buffer.from(text), ...more });

describe('what is handed in', () => {
  it('is kept byte for byte with a receipt that sha256sum can check, and not to be changed', () => {
    const { receipt, file } = handIn('{"cells": []}', { hints: { 'a/b': 2 } });
    expect(fs.readFileSync(file, 'utf8')).toBe('{"cells": []}');
    expect(receipt).toMatchObject({ student: 'ada', assignment: '01-x', hints: { 'a/b': 2 } });
    expect(receipt.receipt).toBe(createHash('sha256').update('{"cells": []}').digest('hex'));
    expect(readReceipt(file)).toEqual(receipt);
    expect(fs.statSync(file).mode & 0o222).toBe(0);
  });

  it('is never written over; the last one counts', () => {
    const first = handIn('1');
    const again = handIn('1');
    const second = handIn('2');
    const third = handIn('1');
    expect(again).toEqual(first);
    expect(new Set([first.file, second.file, third.file]).size).toBe(3);
    expect(fs.readFileSync(first.file, 'utf8')).toBe('1');
    const [found, ...others] = findSubmissions(folder);
    expect(others).toEqual([]);
    expect(found).toMatchObject({
      student: 'ada',
      assignment: '01-x',
      file: third.file,
      earlier: 2,
    });
  });

  it.each(['../ada', '', '.hidden', 'a/b', 'a\\b', 'x\0y', '..'])(
    'has no student %j',
    (student) => {
      expect(() => handIn('1', { student })).toThrow(/cannot be the name of a folder/);
      expect(fs.readdirSync(folder)).toEqual([]);
    },
  );
});

describe('a folder of submissions', () => {
  it('is read in the forms that people have, without links and hidden folders', () => {
    const other = fs.mkdtempSync(path.join(os.tmpdir(), 'lectern-other-'));
    const write = (name: string) => {
      const file = path.join(folder, name);
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, '{}');
    };
    ['ada.ipynb', 'bob/x.ipynb', 'bob/y.ipynb', 'cyd/ps1/deep/er/x.ipynb'].map(write);
    ['dan/ps1/.ipynb_checkpoints/x.ipynb', '.eve/x.ipynb', 'fay/notes.txt'].map(write);
    fs.writeFileSync(path.join(other, 'secret.ipynb'), '{}');
    fs.symlinkSync(other, path.join(folder, 'mallory'));
    fs.symlinkSync(path.join(other, 'secret.ipynb'), path.join(folder, 'mallory.ipynb'));
    const found = findSubmissions(folder).map(({ student, assignment, path: name }) => [
      ...[student, assignment, name],
    ]);
    expect(found).toEqual([
      ['ada', null, 'ada.ipynb'],
      ['bob', null, 'bob/x.ipynb'],
      ['bob', null, 'bob/y.ipynb'],
      ['cyd', 'ps1', 'cyd/ps1/deep/er/x.ipynb'],
    ]);
    fs.rmSync(other, { recursive: true });
  });
});
