import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KernelClient } from './client.ts';

const UNCHECKED = 'const list = [1, 2];\nlist[0].toFixed()';

/** What the cells say, the last one's result or error, and its warnings. */
async function run(kernel: KernelClient, ...cells: string[]): Promise<string> {
  let said = '';
  for (const cell of cells) {
    const { error, result, stderr } = await kernel.execute(cell);
    said = error ? `${error.ename}: ${error.evalue}` : String(result);
    if (stderr.includes('TypeScriptError')) said += ' (warned)';
  }
  return said;
}

describe('strictness', () => {
  let kernel: KernelClient;
  beforeAll(async () => {
    kernel = await KernelClient.start();
  });
  afterAll(() => kernel.stop());

  it('is that of the course', async () => {
    expect(await run(kernel, UNCHECKED)).toBe(
      "TypeScriptError: Object is possibly 'undefined'. (TS2532)",
    );
    expect(await run(kernel, 'class A { m() {} }\nclass B extends A { m() {} }')).toContain(
      "must have an 'override' modifier",
    );
  });

  it('takes nothing from the course that would forbid a part of the language', async () => {
    expect(await run(kernel, 'enum E { A }\nclass P { constructor(readonly x = E.A) {} }')).toBe(
      'undefined',
    );
  });

  it('can be relaxed by a notebook, from a cell on', async () => {
    expect(await run(kernel, `// @noUncheckedIndexedAccess: false\n${UNCHECKED}`)).toBe("'1'");
    expect(await run(kernel, 'list[1].toFixed()')).toBe("'2'");
    expect(await run(kernel, `// @noUncheckedIndexedAccess: true\n${UNCHECKED}`)).toContain(
      'TypeScriptError',
    );
    expect(await run(kernel, '// Why.\n// @strictNullChecks false\nlet s: string = null; s')).toBe(
      'null',
    );
    expect(await run(kernel, '// @nothingOfThat: true\n// @strict: perhaps\n1')).toBe('1');
  });

  it('can be relaxed to warnings, or given up', async () => {
    const wrong = "const n: number = 'text'; n";
    expect(await run(kernel, wrong)).toContain('TS2322');
    expect(await run(kernel, `// @typeErrors: warn\n${wrong}`)).toBe("'text' (warned)");
    expect(await run(kernel, wrong)).toBe("'text' (warned)");
    expect(await run(kernel, `// @typeErrors: off\n${wrong}`)).toBe("'text'");
    expect(await run(kernel, `// @typeErrors: stop\n${wrong}`)).toContain('TS2322');
  });
});

describe('a tsconfig.json beside the notebook', () => {
  let kernel: KernelClient;
  beforeAll(async () => {
    const directory = mkdtempSync(path.join(tmpdir(), 'lectern-settings-'));
    writeFileSync(
      path.join(directory, 'base.json'),
      '{ "compilerOptions": { "noImplicitReturns": true } }',
    );
    writeFileSync(
      path.join(directory, 'tsconfig.json'),
      `{
        // Comments are allowed here.
        "extends": "./base.json",
        "compilerOptions": { "strict": true, "jsxImportSource": "tiny" },
        "lectern": { "typeErrors": "warn" },
      }`,
    );
    kernel = await KernelClient.start({ directory });
  });
  afterAll(() => kernel.stop());

  it('says how strict the checks are', async () => {
    expect(await run(kernel, UNCHECKED)).toBe("'1'");
    const late = 'function late(n: number) {\n  if (n > 0) return 1;\n}\nlate(1)';
    expect(await run(kernel, late)).toBe('1 (warned)');
  });

  it('says what JSX is made of', async () => {
    expect(await run(kernel, '<b>text</b>')).toMatch(
      /^ModuleNotFoundError: The package 'tiny' is not installed/,
    );
    expect(await run(kernel, '/** @jsxImportSource @other/tiny */\n<b>text</b>')).toMatch(
      /^ModuleNotFoundError: The package '@other\/tiny' is not installed/,
    );
  });
});
