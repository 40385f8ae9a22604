import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KernelClient } from './client.ts';
import { Editor } from './editor.ts';
import { sampleCell } from './sample.ts';

let kernel: KernelClient;
let editor: Editor;
beforeAll(async () => {
  kernel = await KernelClient.start();
  await kernel.execute(sampleCell);
  editor = await Editor.open(kernel);
});
afterAll(() => kernel.stop());

/** Codes of the problems of each cell. */
async function codes(cells: Record<string, string>): Promise<Record<string, unknown[]>> {
  editor.show(cells);
  const found: Record<string, unknown[]> = {};
  for (const cell of Object.keys(cells)) {
    found[cell] = (await editor.problems(cell)).map(({ code }) => code);
  }
  return found;
}

describe('problems', () => {
  it('have a place in the cell, a severity, a message and a code', async () => {
    editor.show({ a: "// 🙂 first\nconst n: number = 'text';" });
    expect(await editor.problems('a')).toEqual([
      {
        range: { start: { line: 1, character: 6 }, end: { line: 1, character: 7 } },
        severity: 1,
        source: 'ts',
        message: "Type 'string' is not assignable to type 'number'.",
        code: 2322,
      },
    ]);
  });

  it('are told unasked, also those that a change of another cell makes and mends', async () => {
    editor.show({ above: 'const told = 1;', below: 'told.toFixed();', apart: '2 + 2;' });
    await editor.told('below', (problems) => problems.length === 0);
    editor.type('above', "const told = 'text';");
    const [problem] = await editor.told('below', (problems) => problems.length === 1);
    expect(problem).toMatchObject({ code: 2551, severity: 1 });
    const told = kernel.heard.length;
    editor.type('above', 'const told = 2;');
    await editor.told('above', (problems) => problems.length === 0);
    await kernel.until((heard) => {
      const { params } = (heard.content.data ?? {}) as { params?: { uri: string } };
      return params?.uri === 'below' && kernel.heard.indexOf(heard) >= told;
    });
  });

  it('know cells above that were never run, in their order', async () => {
    const found = await codes({
      a: 'const unrun: number = 1;\ninterface Pt { x: number }',
      b: 'unrun.toFixed();\nconst p: Pt = { x: unrun };',
      c: 'later;',
      d: 'const later = 1;',
    });
    expect(found).toEqual({ a: [], b: [], c: [2304], d: [] });
  });

  it('know what was executed, and let cells redeclare it', async () => {
    const cells = { a: 'twice(counter);', b: "const counter = 'text';", c: 'twice(counter);' };
    expect(await codes(cells)).toEqual({ a: [], b: [], c: [2345] });
  });

  it('allow redeclaration and assignment between cells', async () => {
    const found = await codes({
      a: 'const x = 1; let y: number | null = null; class K { a = 1 }',
      b: "const x = 'text'; y = 5; y.toFixed(); class K { b = 2 }",
      c: 'x.length; new K().b; const z: number[] = [];',
      d: 'z.push(1);',
    });
    expect(found).toEqual({ a: [], b: [], c: [], d: [] });
  });

  it('of syntax do not lose the other names', async () => {
    const found = await codes({ a: 'const good = 1;\nconst = 2;', b: 'good + 1;' });
    expect(found.a).not.toEqual([]);
    expect(found.b).toEqual([]);
  });

  it('follow cells that come, go and move', async () => {
    expect(await codes({ a: 'const v = 1;', b: 'v.toFixed();' })).toEqual({ a: [], b: [] });
    const move = (array: object, didOpen: object[] = []) =>
      editor.notify('notebookDocument/didChange', {
        notebookDocument: { uri: 'notebook', version: 2 },
        change: { cells: { structure: { array, didOpen } } },
      });
    move({ start: 0, deleteCount: 1 });
    expect(await editor.problems('b')).toMatchObject([{ code: 2304 }]);
    const cells = [
      { kind: 1, document: 'text' },
      { kind: 2, document: 'new' },
    ];
    const texts = [
      { uri: 'text', text: 'about `v`' },
      { uri: 'new', text: 'const v = 2;' },
    ];
    move({ start: 0, deleteCount: 0, cells }, texts);
    expect(await editor.problems('b')).toEqual([]);
    await expect(editor.problems('text')).rejects.toThrow("There is no code cell 'text'.");
  });

  it('say which package to install, until it is', async () => {
    editor.show({ a: "import { x } from 'not-there';" });
    const message = "The package 'not-there' is not installed (npm install not-there).";
    await editor.told('a', ([problem]) => problem?.message === message);
    const folder = path.join(kernel.directory, 'node_modules/not-there');
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'package.json'), '{ "types": "index.d.ts" }');
    writeFileSync(path.join(folder, 'index.d.ts'), 'export const x: number;');
    await kernel.execute('1');
    await editor.told('a', (problems) => problems.length === 0);
  });

  it('are warnings where only an annotation is missing', async () => {
    editor.show({ a: 'function f(x) { return x; }' });
    expect(await editor.problems('a')).toMatchObject([{ severity: 2, code: 7006 }]);
  });

  it('take changes of a part of a text', async () => {
    editor.show({ a: 'const part = 1;\npart.length;' });
    expect(await editor.problems('a')).toMatchObject([{ code: 2339 }]);
    const range = { start: { line: 0, character: 13 }, end: { line: 0, character: 14 } };
    const changes = [{ range, text: "'one'" }];
    editor.notify('notebookDocument/didChange', {
      notebookDocument: { uri: 'notebook', version: 2 },
      change: { cells: { textContent: [{ document: { uri: 'a' }, changes }] } },
    });
    expect(await editor.problems('a')).toEqual([]);
  });
});

describe('completion', () => {
  it('knows cells above that were never run, what was executed, and then cells below', async () => {
    editor.show({
      a: "const nearA = 1;\nconst nearB = 'above';",
      b: '',
      c: 'const nearC = 3;\nconst nearB = 4;',
    });
    const items = await editor.complete('b', 'near|');
    expect(items.map(({ label }) => label)).toEqual(['nearA', 'nearB', 'nearC']);
    expect((await editor.complete('b', 'nearB.toUp|')).map(({ label }) => label)).toContain(
      'toUpperCase',
    );
    expect((await editor.complete('b', 'rows[0].|')).map(({ label }) => label)).toEqual([
      'key',
      'value',
    ]);
  });

  it('brings signature and documentation when asked for them', async () => {
    editor.show({ a: '' });
    const [twice] = await editor.complete('a', 'twi|');
    expect(twice).toMatchObject({ label: 'twice', kind: 3 });
    const { detail, documentation } = await editor.resolve(twice);
    expect(detail).toBe('function twice(n: number): number');
    expect(documentation).toMatchObject({ kind: 'markdown' });
    expect(JSON.stringify(documentation)).toContain('Doubles a number.');
  });

  it('reaches through what may be missing', async () => {
    editor.show({ a: '' });
    const items = await editor.complete('a', 'const found = rows.at(0);\nfound.ke|');
    expect(items).toMatchObject([{ label: 'key', textEdit: { newText: '?.key' } }]);
    expect(items[0]!.textEdit).toMatchObject({
      range: { start: { line: 1, character: 5 }, end: { line: 1, character: 8 } },
    });
  });

  it('offers what the library exports, with the import', async () => {
    editor.show({ a: '' });
    const items = await editor.complete('a', 'const first = 1;\nsoftm|');
    expect(items).toMatchObject([
      {
        label: 'softmax',
        labelDetails: { description: '@lectern/lib' },
        additionalTextEdits: [
          {
            range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
            newText: "import { softmax } from '@lectern/lib';\n",
          },
        ],
      },
    ]);
    const { detail, documentation } = await editor.resolve(items[0]);
    expect(detail).toMatch(/softmax.*x: Tensor/);
    expect(JSON.stringify(documentation)).toMatch(/\w{4}/);
    const [other] = await editor.complete('a', 'logsumex|');
    expect((await editor.resolve(other)).detail).toContain('logsumexp');
  });

  it('extends an import that is there', async () => {
    editor.show({ a: '' });
    const [item] = await editor.complete('a', "import { tensor } from '@lectern/lib';\nsoftm|");
    expect(item!.additionalTextEdits).toEqual([
      {
        range: { start: { line: 0, character: 15 }, end: { line: 0, character: 15 } },
        newText: ', softmax',
      },
    ]);
  });

  it("offers names of Node's and of the packages that the notebook's directory depends on", async () => {
    const folder = path.join(kernel.directory, 'node_modules/chosen');
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      path.join(kernel.directory, 'package.json'),
      '{ "dependencies": { "chosen": "*" } }',
    );
    writeFileSync(path.join(folder, 'package.json'), '{ "types": "index.d.ts" }');
    writeFileSync(
      path.join(folder, 'index.d.ts'),
      '/** Chosen well. */ export function chosenOne(): void;\nexport interface ChosenType {}',
    );
    const other = await Editor.open(kernel, { a: '' });
    await other.complete('a', 'x|'); // from now on the packages are read
    const offered = async (marked: string) => {
      const items = await other.complete('a', marked);
      return items.map(({ label, labelDetails }) => [label, labelDetails?.description]);
    };
    await expect
      .poll(() => offered('chosen|'), { timeout: 10_000, interval: 20 })
      .toEqual([
        ['chosenOne', 'chosen'],
        ['ChosenType', 'chosen'],
      ]);
    expect(await offered('readFileSy|')).toEqual([['readFileSync', 'node:fs']]);
    await other.close();
  });

  it('offers no imports for members, declarations, texts and comments', async () => {
    editor.show({ a: '' });
    for (const marked of ['rows.softm|', 'const softm|', "'softm|'", '// softm|']) {
      expect(await editor.complete('a', marked), marked).toEqual([]);
    }
  });
});

describe('hover and signatures', () => {
  it('give types across cells', async () => {
    editor.show({ a: '/** How many. */\nconst many = rows.map((row) => row.value);', b: '' });
    const hover = await editor.hover('b', 'ma|ny;');
    expect(hover).toContain('const many: number[]');
    expect(hover).toContain('How many.');
    expect(await editor.hover('b', '  |  ')).toBeNull();
  });

  it('tell which parameter one is at', async () => {
    editor.show({
      a: 'function area(width: number, height = 1): number { return width * height; }',
    });
    editor.show({
      a: '/** Of a rectangle.\n * @param height from foot to head */\nfunction area(width: number, height = 1): number { return width * height; }',
      b: '',
    });
    const help = await editor.signature('b', 'area(2, |');
    expect(help).toMatchObject({ activeSignature: 0, activeParameter: 1 });
    const [signature] = help!.signatures;
    expect(signature!.label).toBe('area(width: number, height?: number): number');
    const [start, end] = signature!.parameters![1]!.label as [number, number];
    expect(signature!.label.slice(start, end)).toBe('height?: number');
    expect(JSON.stringify(signature!.parameters![1]!.documentation)).toContain('foot to head');
    expect(await editor.signature('b', 'area|')).toBeNull();
  });
});

describe('definitions', () => {
  it('lie in the cell that declares, variables and types alike', async () => {
    editor.show({ a: 'let level = 1;\nclass Tree { leaf = 1; }', b: '' });
    expect(await editor.definition('b', 'lev|el;')).toEqual([
      {
        uri: 'a',
        range: { start: { line: 0, character: 4 }, end: { line: 0, character: 9 } },
      },
    ]);
    expect(await editor.definition('b', 'new Tree().le|af;')).toMatchObject([
      { uri: 'a', range: { start: { line: 1, character: 13 } } },
    ]);
  });

  it('of what was executed lie in the cell that holds it, also below', async () => {
    await kernel.execute('const ranEarly = 1;');
    editor.show({ a: '', b: 'const ranEarly = 1;' });
    expect(await editor.definition('a', 'ran|Early;')).toMatchObject([{ uri: 'b' }]);
  });

  it('of the library lie in its files', async () => {
    editor.show({ a: '' });
    const found = await editor.definition('a', "import { soft|max } from '@lectern/lib';");
    expect(found.length).toBeGreaterThan(0);
    expect(found[0]!.uri).toMatch(/^file:.*\/lib\/.*\.ts$/);
  });
});

describe('rename', () => {
  it('reaches all cells that share a name, and none that declares it anew', async () => {
    editor.show({
      a: 'let size = 1;\nconst box = { size };',
      b: 'size = box.size + 1;',
      c: "const size = 'large';\nsize.length;",
      d: 'size;',
    });
    expect(await editor.rename('b', 'si|ze = box.size + 1;', 'width')).toEqual({
      a: 'let width = 1;\nconst box = { size: width };',
      b: 'width = box.size + 1;',
      c: "const size = 'large';\nsize.length;",
      d: 'size;',
    });
    expect(await editor.rename('d', 'size|;', 'word')).toMatchObject({
      b: 'size = box.size + 1;',
      c: "const word = 'large';\nword.length;",
      d: 'word;',
    });
  });

  it('reaches members and parameters', async () => {
    editor.show({ a: 'interface Pair { left: number; right: number }', b: '' });
    const marked = 'const pair: Pair = { le|ft: 1, right: 2 };\npair.left;';
    expect(await editor.rename('b', marked, 'first')).toEqual({
      a: 'interface Pair { first: number; right: number }',
      b: 'const pair: Pair = { first: 1, right: 2 };\npair.first;',
    });
  });

  it('of an imported name keeps the name in the module', async () => {
    editor.show({ a: "import { tensor } from '@lectern/lib';", b: '' });
    expect(await editor.rename('b', 'ten|sor([1]);', 'make')).toEqual({
      a: "import { tensor as make } from '@lectern/lib';",
      b: 'make([1]);',
    });
  });

  it('refuses what is not ours, no name, or taken', async () => {
    editor.show({ a: 'const one = 1, two = 2;', b: '' });
    await expect(editor.rename('b', 'conso|le', 'screen')).rejects.toThrow(
      /cannot rename|declared/,
    );
    await expect(editor.rename('b', 'rows.len|gth', 'size')).rejects.toThrow(
      /cannot rename|declared/,
    );
    await expect(editor.rename('b', 'on|e', '1st')).rejects.toThrow("'1st' is not a name.");
    await expect(editor.rename('b', 'on|e', 'two')).rejects.toThrow("already a 'two'");
  });

  it('lists the places that it would change', async () => {
    editor.show({ a: 'const used = 1;', b: 'used + used;' });
    const places = await editor.at<{ uri: string }[]>('references', 'a', 'const us|ed = 1;');
    expect(places.map(({ uri }) => uri).sort()).toEqual(['a', 'b', 'b']);
  });
});

describe('the endpoint', () => {
  it('answers while a cell computes', async () => {
    editor.show({ a: '' });
    const { id, executed } = kernel.begin("console.log('begun'); while (true) {}");
    await kernel.untilPrinted(id, 'begun');
    expect((await editor.complete('a', 'rows.pu|')).map(({ label }) => label)).toEqual(['push']);
    expect(await editor.hover('a', 'coun|ter')).toContain('let counter: number');
    await kernel.interrupt();
    await executed;
  });

  it('says what it can do', async () => {
    const { capabilities } = await editor.request<{ capabilities: Record<string, unknown> }>(
      'initialize',
      { capabilities: {} },
    );
    expect(capabilities).toMatchObject({
      notebookDocumentSync: {},
      hoverProvider: true,
      definitionProvider: true,
      renameProvider: { prepareProvider: true },
    });
  });

  it('refuses what it does not know, and who has not begun', async () => {
    expect(await editor.ask({ method: 'odd' })).toMatchObject({
      error: { code: -32601, message: "Unknown method 'odd'." },
    });
    expect(await editor.ask({})).toMatchObject({ error: { code: -32600 } });
    expect(await editor.ask({ method: 'textDocument/hover', params: {} })).toMatchObject({
      error: { code: expect.any(Number) },
    });
    editor.notify('$/cancelRequest', { id: 1 });
    await editor.request('shutdown', null);
    editor.notify('exit', null);
    expect(await editor.ask({ method: 'textDocument/hover', params: {} })).toMatchObject({
      error: { code: -32002 },
    });
  });
});
