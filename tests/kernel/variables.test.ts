import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { KernelClient } from './client.ts';
import { Editor } from './editor.ts';

interface Variable {
  name: string;
  kind: string;
  type: string;
  shape?: number[];
  preview: string;
}

let kernel: KernelClient;
let editor: Editor;
beforeAll(async () => {
  kernel = await KernelClient.start();
  editor = await Editor.open(kernel);
});
afterAll(() => kernel.stop());

async function variables(): Promise<Record<string, Omit<Variable, 'name'>>> {
  const answer = await editor.request<{ variables: Variable[] }>('lectern/variables', {});
  return Object.fromEntries(answer.variables.map(({ name, ...rest }) => [name, rest]));
}

/** Type, shape and preview of each. */
async function seen(): Promise<Record<string, unknown[]>> {
  const entries = Object.entries(await variables());
  return Object.fromEntries(
    entries.map(([name, { type, shape, preview }]) => [
      name,
      shape ? [type, preview, shape] : [type, preview],
    ]),
  );
}

describe('variables', () => {
  it('have a type and a short preview, sized ones a shape', async () => {
    await kernel.execute(`
      const count = 41, big = 10n, yes = true, none = null;
      let nothing: number | undefined;
      const text = 'one\\ntwo', long = 'x'.repeat(1000);
      const list = [1, [2, 3], { four: 4 }];
      const many = Float32Array.from({ length: 1e6 }, (_, i) => i);
      const byName = new Map([['a', new Set([1, 2])]]);
      const when = new Date(0), pattern = /a+/gi, failure = new RangeError('too far');
      class Point { constructor(public x: number, public y = 2) {} }
      const point = new Point(1);
      const later = Promise.resolve(1);`);
    const found = await seen();
    expect(found).toMatchObject({
      count: ['number', '41'],
      big: ['bigint', '10n'],
      yes: ['boolean', 'true'],
      none: ['null', 'null'],
      nothing: ['undefined', 'undefined'],
      text: ['string', "'one\\ntwo'"],
      list: ['Array', '[1, [2, 3], { four: 4 }]', [3]],
      many: ['Float32Array', 'Float32Array(1000000) [0, 1, 2, 3, 4, 5, … 999994 more]', [1e6]],
      byName: ['Map', "Map(1) { 'a' => Set(2) { 1, 2 } }", [1]],
      when: ['Date', '1970-01-01T00:00:00.000Z'],
      pattern: ['RegExp', '/a+/gi'],
      failure: ['RangeError', "RangeError: 'too far'"],
      point: ['Point', 'Point { x: 1, y: 2 }'],
      later: ['Promise', 'Promise'],
    });
    expect(String(found.long![1]).length).toBeLessThan(200);
  });

  it('say which of them are functions, classes and imports', async () => {
    await kernel.execute("import os from 'node:os'; function run() {} os;");
    const { os, run, Point, count } = await variables();
    expect([os?.kind, run?.kind, Point?.kind, count?.kind]).toEqual([
      'import',
      'function',
      'class',
      'variable',
    ]);
    expect(run?.preview).toBe('ƒ run()');
  });

  it('show a tensor without computing it', async () => {
    await kernel.execute(`
      import { tensor } from '@lectern/lib';
      const lazy = tensor([[1, 2, 3], [4, 5, 6]]).mul(2);`);
    expect((await seen()).lazy).toEqual(['Tensor float32', 'Tensor float32 [2, 3]', [2, 3]]);
    expect((await kernel.execute('lazy.origin.data')).result).toBe('null');
  });

  it('run no code of the user: getters, proxies, inspection and iterators', async () => {
    await kernel.execute(`
      // @ts-nocheck
      let ran = [];
      const note = (what) => { ran.push(what); return what; };
      const trap = new Proxy({}, { get: () => note('get'), ownKeys: () => note('keys'), getOwnPropertyDescriptor: () => note('own'), getPrototypeOf: () => note('proto') });
      class Sly { get value() { return note('getter'); } get [Symbol.toStringTag]() { return note('tag'); } [Symbol.for('nodejs.util.inspect.custom')]() { return note('inspect'); } toString() { return note('toString'); } toJSON() { return note('json'); } }
      const sly = new Sly();
      const own = { get lazy() { return note('own getter'); }, plain: 1 };
      class Odd extends Map { get size() { return note('size'); } [Symbol.iterator]() { note('iterate'); return super[Symbol.iterator](); } entries() { note('entries'); return super.entries(); } }
      const odd = new Odd([[1, 2]]);
      ran = [];`);
    expect(await seen()).toMatchObject({
      trap: ['Proxy', 'Proxy'],
      sly: ['Sly', 'Sly {}'],
      own: ['Object', '{ lazy: (getter), plain: 1 }'],
      odd: ['Odd', 'Odd(1) { 1 => 2 }', [1]],
    });
    expect((await kernel.execute('ran')).result).toBe('[]');
  });

  it('are known while a cell computes, as they are at that moment', async () => {
    const { id, executed } = kernel.begin(
      "let turns = 0; console.log('begun');\nwhile (true) turns++;",
    );
    await kernel.untilPrinted(id, 'begun');
    const turns = async () => Number((await variables()).turns!.preview);
    const first = await turns();
    await vi.waitFor(async () => expect(await turns()).toBeGreaterThan(first));
    await kernel.interrupt();
    await executed;
  });
});
