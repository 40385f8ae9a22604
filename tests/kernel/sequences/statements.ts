import type { Sequence } from './sequence.ts';

/** Statements, expressions, `await` at top level, and what text can do to a compiler. */
export const statements: Sequence[] = [
  { title: 'top-level await', cells: ['const a = await Promise.resolve(42);', 'a'] },
  {
    title: 'await in every place',
    cells: [
      'const one = Promise.resolve(1); const o = { [await one]: await one, ...(await Promise.resolve({ b: 2 })) }; const t = `${await one}`; const c = (await one) ? await one : 0; if (await one) { var v = await one; } const f = [await one, ...(await Promise.resolve([2, 3]))];',
      '[JSON.stringify(o), t, c, v!, f].join()',
    ],
  },
  {
    title: 'await with precedence',
    cells: [
      'const p = Promise.resolve(3);',
      '(await p) ** 2 + -(await p) + (await p, 1) + +!(await p)',
    ],
  },
  { title: 'await of what is no promise', cells: ['await 5'] },
  {
    title: 'await of a thenable',
    cells: ['await { then(done: (v: number) => void) { done(7); } }'],
  },
  {
    title: 'await as the operand of new and calls',
    cells: [
      "const made = new (await import('node:events')).EventEmitter(); const joined = (await import('node:path')).posix.join('a', 'b');",
      'typeof made.on + joined',
    ],
  },
  {
    title: 'await in a default and a computed key of a class',
    cells: [
      "const key = Promise.resolve('k'); const { a = await Promise.resolve(1) } = {} as { a?: number }; class K { [await key] = 2; }",
      'a + (new K() as any).k',
    ],
    unchecked: true,
  },
  {
    title: 'await in conditions of loops',
    cells: [
      'let n = 0; const less = async (m: number) => m < 3; while (await less(n)) n++; do n++; while (await less(n)); for (let i = await Promise.resolve(0); await less(i); i += await Promise.resolve(1)) n++;',
      'n',
    ],
  },
  {
    title: 'for await',
    cells: [
      'let n = 0; async function* g() { yield 1; yield 2; } for await (const x of g()) n += x;',
      'n',
    ],
  },
  {
    title: 'for await over promises, without braces, with var',
    cells: [
      'let all = 0; for await (var each of [Promise.resolve(1), 2]) all += each;',
      'all + each!',
    ],
  },
  {
    title: 'for await with labels, continue and break',
    cells: [
      'const got: number[] = []; outer: for await (const x of [1, 2, 3, 4]) { for await (const y of [1, 2]) { if (x === 2) continue outer; if (x === 4) break outer; got.push(x * y); } }',
      'got.join()',
    ],
  },
  {
    title: 'for await in a function and assigned to a name',
    cells: [
      'let last = 0; const run = async () => { for await (last of [4, 5]); return last; };',
      '(await run()) + last',
    ],
  },
  {
    title: 'await in try, catch and finally',
    cells: [
      'const log: unknown[] = []; try { await Promise.reject(1); } catch (e) { log.push(await e); } finally { log.push(await 2); }',
      'log.join()',
    ],
  },
  { title: 'a promise as the last expression', cells: ['Promise.resolve(42)'] },
  {
    title: 'Promise.all and friends',
    cells: [
      'const later = (n: number) => new Promise<number>((r) => setTimeout(r, 1, n));',
      '(await Promise.all([later(1), later(2)])).join() + (await Promise.race([later(3), new Promise<number>(() => {})])) + (await Promise.any([Promise.reject(1), later(4)]))',
    ],
  },
  { title: 'an aggregate error', cells: ['await Promise.any([Promise.reject(1)])'] },
  {
    title: 'timers and microtasks in order',
    cells: [
      "const log: string[] = []; setTimeout(() => log.push('timer')); queueMicrotask(() => log.push('micro')); log.push('sync'); await new Promise((r) => setTimeout(r, 5));",
      'log.join()',
    ],
  },

  {
    title: 'labels with continue and break',
    cells: [
      'const got: string[] = []; outer: for (let i = 0; i < 3; i++) { inner: for (let j = 0; j < 3; j++) { if (j === 1) continue outer; if (i === 2) break outer; got.push(`${i}${j}`); continue inner; } }',
      'got.join()',
    ],
  },
  {
    title: 'labelled blocks',
    cells: ["let said = ''; block: { said += 'a'; if (said) break block; said += 'b'; }", 'said'],
  },
  {
    title: 'labels around switch',
    cells: [
      "let said = ''; lab: for (const z of [1, 2, 3]) { switch (z) { case 1: continue lab; case 3: break lab; default: said += z; } }",
      'said',
    ],
  },
  {
    title: 'switch falls through',
    cells: [
      "const f = (n: number) => { let s = ''; switch (n) { case 1: s += 'a'; case 2: s += 'b'; break; default: s += 'c'; } return s; };",
      'f(1) + f(2) + f(3)',
    ],
    unchecked: true,
  },
  {
    title: 'switch scoping',
    cells: [
      'let s = 0; const v = 1; switch (v as number) { case 1: { const v = 2; s += v; } case 2: let w = 3; s += w; } ',
      's + v',
    ],
    unchecked: true,
  },
  {
    title: 'for-in over an object and its prototype',
    cells: [
      'const got: string[] = []; for (const k in Object.create({ p: 1 }, { o: { value: 1, enumerable: true } })) got.push(k);',
      'got.join()',
    ],
  },
  {
    title: 'loops with several variables and commas',
    cells: [
      'let log = ""; for (let i = 0, j = 10; i < j; i += 3, j -= 3) log += `${i}-${j} `;',
      'log',
    ],
  },
  {
    title: 'loops that assign notebook names',
    cells: [
      'let i = 9, k = "", o = { p: 0 };',
      'for (i = 0; i < 3; ) i++; for (k in { z: 1 }) ; for (o.p of [5]) ; for ([i] of [[7]]) ;',
      '`${i} ${k} ${o.p}`',
    ],
    unchecked: true,
  },
  { title: 'empty statements and blocks', cells: [';;; {} {;}', '1'] },
  {
    title: 'if, else if, else',
    cells: [
      "const f = (n: number) => { if (n < 0) return '-'; else if (n > 0) return '+'; else return '0'; };",
      'f(-1) + f(1) + f(0)',
    ],
  },
  {
    title: 'try without a binding, nested finally',
    cells: [
      "const f = () => { try { try { throw 1; } catch { return 'c'; } finally { log += 'f'; } } finally { log += 'g'; } }; let log = '';",
      'f() + log',
    ],
  },
  { title: 'throw of an object', cells: ['throw { a: 1 }'] },
  { title: 'throw of undefined', cells: ['throw undefined'] },
  {
    title: 'errors with a cause',
    cells: ["throw new Error('outer', { cause: new Error('inner') })"],
  },
  { title: 'debugger runs through', cells: ['debugger; 1'] },

  { title: 'comma', cells: ['let a = 0', '(a = 1, a + 1)'] },
  { title: 'comma as the statement', cells: ['1, 2, 3'], unchecked: true },
  { title: 'void', cells: ['void 0'] },
  { title: 'an object literal at the end', cells: ['({ a: 1 }).a'] },
  { title: 'a block is no object', cells: ['{ a: 1 }', '2'], unchecked: true },
  { title: 'a text as the statement', cells: ["'use strict'"] },
  { title: 'a text first, then code', cells: ["'use strict';\nconst a = 1;", 'a'] },
  { title: 'an assignment as the last expression', cells: ['let a = 0', 'a = 5'] },
  {
    title: 'conditional, nullish and optional',
    cells: [
      'const o = { a: undefined as undefined | { b?: () => number }, l: undefined as undefined | number[] }; o.a = { b: () => 3 };',
      '`${o?.a?.b?.()} ${o?.l?.[0]} ${o.l?.map((x) => x).length} ${o.l ?? "none"}`',
    ],
  },
  {
    title: 'optional chaining from a name that is null',
    cells: ['const none = null as { a: { b: number } } | null;', 'String(none?.a.b)'],
  },
  {
    title: 'optional call of a name',
    cells: ['const maybe = undefined as (() => number) | undefined;', 'String(maybe?.())'],
  },
  {
    title: 'optional delete',
    cells: [
      'const o = { a: 1 } as { a?: number } | null;',
      '`${delete o?.a} ${JSON.stringify(o)}`',
    ],
  },
  {
    title: 'bigint',
    cells: [
      'const big = 2n ** 64n; let n = 5n; n++; n *= 2n;',
      '`${big} ${n} ${typeof n} ${BigInt.asUintN(8, 257n)}`',
    ],
  },
  { title: 'bigint as the result', cells: ['123n * 2n'] },
  {
    title: 'numbers in every base, with separators',
    cells: ['[0xff, 0b11, 0o17, 1_000, .5, 1e3].join()'],
  },
  {
    title: 'regexes',
    cells: [
      'const re = /(?<year>\\d{4})-(?<m>\\d\\d)/u;',
      "const m = re.exec('on 2026-11')!; m.groups!.year! + m.index + 'a-b'.replace(/-/g, '+')",
    ],
  },
  {
    title: 'regexes with v, d, y, s flags and lookbehind',
    cells: [
      "const letters = /[\\p{L}--[a-z]]/v, at = /b/d.exec('ab')!.indices![0]!.join(), sticky = /a/y;",
      "`${letters.test('a')} ${letters.test('é')} ${at} ${sticky.test('ba')} ${/(?<=\\$)\\d+/.exec('$42')![0]} ${/a.b/s.test('a\\nb')}`",
    ],
  },
  {
    title: 'regexes with modifiers and doubled group names',
    cells: ["`${/a(?i:b)c/.test('aBc')} ${/(?<y>\\d{4})-|-(?<y>\\d{2})/.exec('-26')!.groups!.y}`"],
  },
  { title: 'division or regex', cells: ['let a = 4, g = 2;', 'a / 2 / g'] },
  { title: 'exponents, shifts, bits', cells: ['(-2) ** 3 + (7 >>> 1) + (5 & 6) + (~1) + (5 ^ 1)'] },
  {
    title: 'in, instanceof, typeof',
    cells: [
      'class K {} const o = { k: new K() };',
      "`${'k' in o} ${o.k instanceof K} ${typeof K} ${typeof o}`",
    ],
  },
  {
    title: 'spread of text, maps, sets',
    cells: ["`${[...'h\u{1F600}']} ${[...new Map([[1, 2]])]} ${[...new Set([1, 1])]}`"],
  },
  { title: 'templates nested', cells: ['const a = 1;', '`x${`y${a}${`z`}`}`'] },
  {
    title: 'text of several lines',
    cells: ['const text = `one\n  two\n${1 + 1}`;', 'text.split("\\n").length'],
  },
  {
    title: 'text with the compiler’s own marks',
    cells: [
      "const s = 'a$$.v $import(x) await export import.meta'; // a$$.v\n/* import x from 'y' */",
      's',
    ],
  },
  {
    title: 'json and typed arrays',
    cells: ['JSON.stringify([...new Float32Array([1.5])]) + new Uint8Array([300])[0]'],
  },
  {
    title: 'iterator helpers, groupBy, set methods',
    cells: [
      '[1, 2, 3].values().map((x) => x * 2).filter((x) => x > 2).toArray().join() + Object.keys(Object.groupBy([1, 2], (x) => (x > 1 ? "b" : "a"))) + [...new Set([1, 2]).union(new Set([3]))]',
    ],
  },
  {
    title: 'dates and Intl',
    cells: ["new Date(0).toISOString() + new Intl.NumberFormat('en').format(1234.5)"],
  },

  { title: 'a line that begins with a parenthesis', cells: ['const a = 1\n;(() => 2)()', 'a'] },
  {
    title: 'a line that begins with a bracket',
    cells: ['let a = [1, 2]\n;[a[0], a[1]] = [a[1]!, a[0]!]', 'a.join()'],
  },
  { title: 'a line that begins with a template', cells: ['const a = 1\n;`x`.length', 'a'] },
  {
    title: 'no semicolons at all',
    cells: [
      'let a = 1\nlet b = 2\nfunction f() {\n  return a + b\n}\nclass K {\n  x = 1\n  y = 2\n}\na = 5\nf()',
      'f() + new K().y',
    ],
  },
  {
    title: 'return and its line',
    cells: ['function f() {\n  return\n  1;\n}', 'String(f())'],
    unchecked: true,
  },
  { title: 'updates on a line of their own', cells: ['let a = 1, b = 1\na\n++b;', '`${a} ${b}`'] },
  {
    title: 'a call that swallows the next line',
    cells: ['const f = (x: unknown) => () => x\nconst g = f\n(1)\nconst h = g()', 'String(h)'],
  },
  {
    title: 'cells end without a line’s end, in comments',
    cells: ['const a = 1 // end', 'a /* done */', 'a // a$$.v'],
  },
  { title: 'a cell of comments', cells: ['// nothing', '/* nothing */', '1'] },
  { title: 'Windows line ends and tabs', cells: ['const a = 1;\r\n\tconst b = 2;\r\na + b'] },
  { title: 'a byte order mark and odd spaces', cells: ['\uFEFFconst a = 1;', 'a\u00A0+\u20281'] },
  {
    title: 'the last expression with a comment inside',
    cells: ['const a = 1', 'a /* x */ + // y\n2 // z'],
  },
  {
    title: 'the last expression before a type',
    cells: ['1 + 1; interface Unused {}'],
    module: '1 + 1',
  },
  {
    title: 'a long cell',
    cells: [
      `${Array.from({ length: 400 }, (_, i) => `const c${i} = ${i === 0 ? 0 : `c${i - 1} + 1`};`).join('\n')}`,
      'c399',
    ],
  },
  { title: 'a deep expression', cells: [`${'('.repeat(200)}1${')'.repeat(200)}`] },

  {
    title: 'indirect eval sees globals only',
    cells: ['const a = 1;', "const e = eval; e('typeof a') + e('1 + 1')"],
    unchecked: true,
  },
  { title: 'direct eval of an expression', cells: ["eval('1 + 1')"] },
  {
    title: 'eval declares nothing here',
    cells: ["eval('var inEval = 1')", 'typeof inEval'],
    unchecked: true,
  },
  {
    title: 'new Function',
    cells: [
      "const add = new Function('a', 'b', 'return a + b') as (a: number, b: number) => number;",
      'add(1, 2)',
    ],
  },
  {
    title: 'globalThis',
    cells: ['(globalThis as any).planted = 4;', 'planted + 1'],
    unchecked: true,
  },
  {
    title: 'names are no properties of globalThis',
    cells: [
      'const mineOnly = 1; var mineToo = 2;',
      "`${'mineOnly' in globalThis} ${'mineToo' in globalThis}`",
    ],
  },
  {
    title: 'the realm is the process’s own',
    cells: ['[] instanceof Array && Array.isArray([]) && new Error() instanceof Error'],
  },
  { title: 'strict mode', cells: ['(Object.freeze([1]) as number[]).push(2)'] },
  { title: 'with is an error', cells: ['with ({}) {}'], error: 'SyntaxError', unchecked: true },
  {
    title: 'octal literals are an error',
    cells: ['const o = 010;'],
    error: 'SyntaxError',
    unchecked: true,
  },
  { title: 'return at top level', cells: ['return 1;'], error: 'SyntaxError: ', unchecked: true },
  { title: 'break at top level', cells: ['break;'], error: 'SyntaxError: ', unchecked: true },
  { title: 'yield at top level', cells: ['yield 1;'], error: 'SyntaxError: ', unchecked: true },
  { title: 'super at top level', cells: ['super.x;'], error: 'SyntaxError: ', unchecked: true },
  {
    title: 'new.target at top level',
    cells: ['new.target;'],
    error: 'SyntaxError: ',
    unchecked: true,
  },
  {
    title: 'an undefined label',
    cells: ['for (;;) { break nowhere; }'],
    error: 'SyntaxError: ',
    unchecked: true,
  },
  {
    title: 'await in a function that is not async',
    cells: ['function f() { await 1; }'],
    error: 'SyntaxError: ',
    unchecked: true,
  },
  {
    title: 'an undeclared private name',
    cells: ['({}).#x;'],
    error: 'SyntaxError: ',
    unchecked: true,
  },
  { title: 'a broken regex', cells: ['/(/'], error: 'SyntaxError: ', unchecked: true },

  {
    title: 'export is tolerated before a declaration',
    cells: [
      'export const a = 1; export function f() { return a + 1; } export class K { v = 3; } export enum E { A = 4 } export type T = number; export interface I {}',
      'f() + new K().v + E.A',
    ],
  },
  {
    title: 'lists of exports are tolerated',
    cells: [
      'const a = 1, b = 2; export { a, b as c }; export type { T }; type T = number; export {};',
      'a + b',
    ],
  },
  {
    title: 'export default is tolerated',
    cells: ['export default function f() { return 1; }', 'f()'],
    module: '1',
  },
  {
    title: 'export default of a class',
    cells: ['export default class K { v = 2; }', 'new K().v'],
    module: '2',
  },
  {
    title: 'export from another module',
    cells: ["export { sep } from 'node:path';"],
    error: 'SyntaxError: A cell has nobody to export to.',
  },
  {
    title: 'export of all of another module',
    cells: ["export * from 'node:path';"],
    error: 'SyntaxError: A cell has nobody to export to.',
  },
  {
    title: 'export of a module as a name',
    cells: ["export * as p from 'node:path';"],
    error: 'SyntaxError: A cell has nobody to export to.',
  },
  {
    title: 'exports let and destructured',
    cells: ['export let n = 1; export const { p, q: [r] } = { p: 2, q: [3] };', 'n++; n + p + r'],
  },
];
