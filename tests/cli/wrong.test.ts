import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Finished, lectern } from './lectern.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'lectern-wrong-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, cells: unknown[]): string {
  const target = path.join(folder, name);
  const notebook = { nbformat: 4, nbformat_minor: 5, metadata: {}, cells };
  writeFileSync(target, JSON.stringify(notebook));
  return target;
}

const cell = (source: string, lectern?: unknown) => ({
  cell_type: 'code',
  id: 'a',
  metadata: lectern ? { lectern } : {},
  execution_count: null,
  outputs: [],
  source,
});

/** The request was wrong: exit 2, nothing on stdout, and words that a person can act on. */
function expectRefusal({ code, stdout, stderr }: Finished, words: string): void {
  expect(stderr).toContain(words);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(stdout).toBe('');
  expect(code).toBe(2);
}

describe('a wrong request', () => {
  const noCell = file('no-cell.ipynb', [{ cell_type: 'code' }]);
  const nothing = file('nothing.ipynb', [null]);
  const plain = file('plain.ipynb', [cell('1')]);
  const unknown = file('unknown.ipynb', [cell('1', { exercise: 'attention/none' })]);
  const aFolder = path.join(folder, 'folder');
  mkdirSync(aFolder);
  const nowhere = path.join(folder, 'nowhere', 'x.ipynb');

  const cases: [string[], string][] = [
    [['grade', noCell], 'cell 1 is not'],
    [['run', nothing], 'cell 1 is not'],
    [['grade', aFolder], 'There is no notebook'],
    [['grade', plain, '--seed', ''], 'whole number'],
    [['run', plain, '--output', nowhere], 'its folder does not exist'],
    [['run', plain, '--output', aFolder], 'it is a folder'],
    [['run', plain, plain, '--output', nowhere], '--output takes one notebook'],
    [['run', unknown, '--solutions'], 'There is no exercise "attention/none"'],
    [['solve', unknown, '-o', path.join(folder, 's.ipynb')], 'There is no exercise'],
    [['solve', plain, '-o', nowhere], 'its folder does not exist'],
    [['grade', plain, '--exercise', 'nothing'], '"nothing" is no exercise'],
    [['check', '--seeds', '0'], '1 or more'],
    [['kernelspec', 'install', '--frob'], "unknown option '--frob'"],
    [['kernelspec', 'install', '--user', '--prefix', folder], 'Choose one of'],
    [['kernelspec', 'install', '--prefix', plain], 'Cannot write to'],
    [['start', '--root', plain], 'Cannot create'],
  ];
  for (const [args, words] of cases) {
    const shown = args.map((argument) => path.basename(argument)).join(' ');
    it(`is answered in words: ${shown}`, async () => {
      expectRefusal(await lectern(...args), words);
    });
  }

  it('leaves nothing behind', () => {
    expect(existsSync(path.join(folder, 's.ipynb'))).toBe(false);
    expect(existsSync(path.dirname(nowhere))).toBe(false);
  });
});
