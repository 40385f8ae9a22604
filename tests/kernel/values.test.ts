import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KernelClient } from './client.ts';

let kernel: KernelClient;
beforeAll(async () => {
  kernel = await KernelClient.start();
});
afterAll(() => kernel.stop());

/** The MIME bundle of a cell's last expression. */
async function bundleOf(code: string): Promise<Record<string, string>> {
  const { iopub, error } = await kernel.execute(code);
  if (error) throw new Error(error.traceback);
  const result = iopub.find(({ header }) => header.msg_type === 'execute_result');
  return result?.content.data as Record<string, string>;
}

describe('a value', () => {
  it.each([
    [
      '[1, "a", null, undefined, 1n, -0, Symbol("s")]',
      "[ 1, 'a', null, undefined, 1n, -0, Symbol(s) ]",
    ],
    ['new (class A { x = 1; get y() { return 2; } })()', 'A { x: 1 }'],
    ['class B {}\nB', '[class B]'],
    ['new Map([["a", new Set([1])]])', "Map(1) { 'a' => Set(1) { 1 } }"],
    ['new Uint8Array(3)', 'Uint8Array(3) [ 0, 0, 0 ]'],
    ['[new Date(0), /r/g]', '[ 1970-01-01T00:00:00.000Z, /r/g ]'],
    ['(a: number) => a', '[Function (anonymous)]'],
    ['Promise.resolve(5)', '5'],
    ['Object.create(null)', '[Object: null prototype] {}'],
    ['const c: any = {}; c.c = c; c', '<ref *1> { c: [Circular *1] }'],
    ['({ get no() { throw 1; } })', '{ no: [Getter] }'],
    [
      'new Proxy({ a: 1 }, { get() { throw 1; }, ownKeys() { throw 2; }, getPrototypeOf() { throw 3; } })',
      '{ a: 1 }',
    ],
    [
      "({ get [Symbol.for('Jupyter.display')]() { throw 1; } })",
      '{ Symbol(Jupyter.display): [Getter] }',
    ],
    ["({ [Symbol.for('Jupyter.display')]: () => null, a: 1 }).a", '1'],
  ])('%s is shown', async (code, text) => {
    expect(await bundleOf(code)).toEqual({ 'text/plain': text });
  });

  it.each([
    [
      'an object of thousands',
      'Object.fromEntries(Array.from({ length: 5000 }, (_, i) => ["k" + i, { i }]))',
      /more lines\)$/,
    ],
    [
      'an array of arrays',
      'Array.from({ length: 1000 }, () => new Array(1000).fill(0))',
      /\.\.\. 988 more items\n\]$/,
    ],
    [
      'a tree',
      'let tree: any = 1; for (let i = 0; i < 9; i++) tree = Array(30).fill({ tree });\ntree',
      /more items\n\]$/,
    ],
    ['a long string', '"x".repeat(1e6)', /'\.\.\. 990000 more characters$/],
    [
      'a deep object',
      'let deep: any = {}; for (let i = 0; i < 1e5; i++) deep = { deep };\ndeep',
      /\[Object\]/,
    ],
    [
      'text by its own account',
      '({ [Symbol.for("nodejs.util.inspect.custom")]: () => "y".repeat(1e6) })',
      /y… \(980,000 more characters\)$/,
    ],
  ])('%s is shortened', async (_, code, end) => {
    const { 'text/plain': text } = await bundleOf(code);
    expect(text!.length).toBeLessThan(21_000);
    expect(text!.split('\n').length).toBeLessThan(202);
    expect(text).toMatch(end);
  });

  it('is shown as its own bundle says, in types that travel', async () => {
    const shown = `({ [Symbol.for('Jupyter.display')]: async () => ({
      'text/html': 5, 'text/markdown': ['a', 'b'], 'image/png': new Uint8Array([1, 2, 3]),
      'application/json': [1], 'image/svg+xml': undefined, 'text/latex': null }) })`;
    expect(await bundleOf(shown)).toEqual({
      'text/html': '5',
      'text/markdown': 'ab',
      'image/png': 'AQID',
      'application/json': [1],
    });
  });

  it('that is an element of a document is shown as its markup', async () => {
    const element = (html: string) => `({ nodeType: 1, outerHTML: '${html}' })`;
    const figure = '<figure><svg></svg></figure>';
    const shown = await bundleOf(element(figure));
    expect(shown).toEqual({ 'text/html': figure, 'text/plain': figure });
    expect((await bundleOf(element('<svg width="5"></svg>')))['image/svg+xml']).toBe(
      '<svg xmlns="http://www.w3.org/2000/svg" width="5"></svg>',
    );
    const named = '<svg xmlns="http://www.w3.org/2000/svg"></svg>';
    expect((await bundleOf(element(named)))['image/svg+xml']).toBe(named);
  });
});

describe('an array of records', () => {
  const cells = (html: string) =>
    [...html.matchAll(/<t[hd](?: [^>]*)?>(.*?)<\/t[hd]>/g)].map(([, text]) => text);

  it('is a table, with nothing in it taken for markup', async () => {
    const bundle = await bundleOf(
      "[{ n: 1, text: '<b>&\"' }, { n: 22.123456789, when: new Date(0), list: [1, 2] }]",
    );
    expect(cells(bundle['text/html']!)).toEqual([
      ...['', 'n', 'text', 'when', 'list'],
      ...['0', '1', '&lt;b&gt;&amp;&quot;', '', ''],
      ...['1', '22.1235', '', '1970-01-01T00:00:00.000Z', '[ 1, 2 ]'],
    ]);
    expect(bundle['text/plain']).toBe(
      '         n  text   when                      list\n' +
        '0        1  <b>&"\n' +
        '1  22.1235         1970-01-01T00:00:00.000Z  [ 1, 2 ]',
    );
  });

  it('of many rows and columns says how many there are', async () => {
    const bundle = await bundleOf(
      'Array.from({ length: 2000 }, (_, i) => Object.fromEntries(Array.from({ length: 40 }, (_, j) => ["c" + j, i])))',
    );
    expect(bundle['text/html']).toMatch(/<p>2,000 rows, 40 columns<\/p>$/);
    expect(cells(bundle['text/html']!)).toHaveLength(27 * 17);
    expect(bundle['text/plain']).toMatch(/\n1999 .*\n2,000 rows, 40 columns$/);
  });

  it.each([
    ['[]', '[]'],
    ['[{}]', '[ {} ]'],
    ['[1, { a: 1 }]', '[ 1, { a: 1 } ]'],
    ['[{ a: { b: 1 } }]', '[ { a: { b: 1 } } ]'],
    ['[new (class P { a = 1 })()]', '[ P { a: 1 } ]'],
    ['[new Proxy({ a: 1 }, { get() { throw 1; } })]', '[ { a: 1 } ]'],
  ])('is something else than %s', async (code, text) => {
    expect(await bundleOf(code)).toEqual({ 'text/plain': text });
  });
});
