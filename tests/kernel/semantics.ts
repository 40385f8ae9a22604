/**
 * What cells mean: each case is a list of cells and the value of the last one (or the start of its
 * error). Run by the compiler's tests in one process and, over the wire, by the kernel's.
 */
export interface SemanticsCase {
  title: string;
  cells: string[];
  value?: unknown;
  error?: string;
}

export const semantics: SemanticsCase[] = [
  {
    title: 'a closure sees what a later cell assigns',
    cells: ['let count = 0; function inc() { return ++count; }', 'count = 10; inc()'],
    value: 11,
  },
  { title: 'a later cell assigns', cells: ['let a = 1', 'a = 3', 'a'], value: 3 },
  { title: 'compound assignment', cells: ['let a = 1', 'a += 5; a++', 'a'], value: 7 },
  {
    title: 'update expressions have their values',
    cells: ['let a = 1', '[a++, ++a, a--, --a].join()'],
    value: '1,3,3,1',
  },
  {
    title: 'const declared anew with another type',
    cells: ['const a = 1', "const a = 'two'; a"],
    value: 'two',
  },
  { title: 'let becomes const', cells: ['let a = 1', 'const a = 2; a'], value: 2 },
  { title: 'var becomes let', cells: ['var a = 1', 'let a = 2; a'], value: 2 },
  {
    title: 'an import becomes a variable and old closures follow',
    cells: [
      "import { sep } from 'node:path'; const get = (): string => sep",
      "const sep = 'mine'",
      'get()',
    ],
    value: 'mine',
  },
  {
    title: 'a class declared anew',
    cells: ['class K { m() { return 1; } }', 'class K { m() { return 2; } }\nnew K().m()'],
    value: 2,
  },
  {
    title: 'an enum declared anew keeps nothing',
    cells: ['enum E { A, B }', 'enum E { C }', 'Object.keys(E).join()'],
    value: '0,C',
  },
  {
    title: 'a corrected helper is seen by its caller in another cell',
    cells: [
      "function h() { return 'old'; }",
      'function user() { return h(); }',
      "function h() { return 'new'; }",
      'user()',
    ],
    value: 'new',
  },
  {
    title: 'a corrected helper is seen by its caller in the same cell',
    cells: [
      "function h() { return 'old'; } function user() { return h(); }",
      "function h() { return 'new'; }",
      'user()',
    ],
    value: 'new',
  },
  {
    title: 'declarations before a throw survive',
    cells: ["function f() { return 5; } const k = 6; throw new Error('x')", 'f() + k'],
    value: 11,
  },
  {
    title: 'a failed initializer leaves no value',
    cells: ["let unset: number = (() => { throw new Error('i'); })()", 'unset'],
    error: "ReferenceError: Cannot access 'unset' before initialization",
  },
  {
    title: 'a failed initializer leaves the value of before',
    cells: ['let a = 1', "let a: number = (() => { throw new Error('i'); })()", 'a'],
    value: 1,
  },
  {
    title: 'a failed initializer, then a good one',
    cells: ["let a: number = (() => { throw new Error('i'); })()", 'let a = 5; a'],
    value: 5,
  },
  {
    title: 'use before the declaration, through a function',
    cells: ['const get = () => early;\nconst seen = get();\nlet early = 1;'],
    error: "ReferenceError: Cannot access 'early' before initialization",
  },
  {
    title: 'use before the declaration when the cell runs again',
    cells: ['let late = 1;', 'const get = () => late;\nconst seen = get();\nlet late = 1;'],
    error: "ReferenceError: Cannot access 'late' before initialization",
  },
  {
    title: 'another cell’s function sees the former value until the new one is set',
    cells: [
      'let x = 1; const seeX = () => x;',
      'const during = seeX(); let x = 2; [during, seeX()].join()',
    ],
    value: '1,2',
  },
  {
    title: 'a constant function calls itself',
    cells: ['const fact = (n: number): number => (n <= 1 ? 1 : n * fact(n - 1));', 'fact(5)'],
    value: 120,
  },
  {
    title: 'a function may name a class below it, once that exists',
    cells: ['function make() { return new Below(); }\nclass Below { a = 1; }\nmake().a'],
    value: 1,
  },
  {
    title: '… but not before',
    cells: ['const early = make();\nfunction make() { return new Under(); }\nclass Under {}'],
    error: "ReferenceError: Cannot access 'Under' before initialization",
  },
  {
    title: 'a variable becomes an import and old closures follow',
    cells: [
      "let delimiter = 'mine'; const seen = (): string => delimiter",
      "import { delimiter } from 'node:path'",
      'seen()',
    ],
    value: ':',
  },
  {
    title: 'a function works before its line',
    cells: ['const a = twice(2);\nfunction twice(n: number) { return 2 * n; }\na'],
    value: 4,
  },
  { title: 'top-level await', cells: ['const a = await Promise.resolve(42); a'], value: 42 },
  { title: 'await with parentheses', cells: ['const a = await (async () => 5)(); a'], value: 5 },
  {
    title: 'for await',
    cells: [
      'let n = 0; for await (const x of (async function* () { yield 1; yield 2; })()) n += x; n',
    ],
    value: 3,
  },
  {
    title: 'destructuring with default and rest',
    cells: [
      'const { p, q = 5, ...rest } = { p: 1, r: 2 } as { p: number; q?: number; r: number };\n[p, q, rest.r].join()',
    ],
    value: '1,5,2',
  },
  {
    title: 'destructuring in one declaration with others',
    cells: ['const [a, [b]] = [1, [2]] as const, { c } = { c: 3 }, d = a + b + c; d'],
    value: 6,
  },
  {
    title: 'swap by destructuring',
    cells: ['let a = 1, b = 2', "[a, b] = [b, a]; a + ',' + b"],
    value: '2,1',
  },
  { title: 'destructuring assignment', cells: ['let a = 1', '({ a } = { a: 4 }); a'], value: 4 },
  { title: 'shorthand property', cells: ['const a = 1', '({ a }).a'], value: 1 },
  { title: 'shadowing', cells: ['const a = 1', '(function (a) { return a; })(9)'], value: 9 },
  {
    title: 'shadowing in blocks, catch, loops and classes',
    cells: [
      'const a = 1',
      'const seen: number[] = []; { const a = 2; seen.push(a); }\n' +
        'for (const a of [3]) seen.push(a);\n' +
        'try { throw 4; } catch (a) { seen.push(a as number); }\n' +
        'switch (1) { case 1: const a = 5; seen.push(a); }\n' +
        'seen.push(a); seen.join()',
    ],
    value: '2,3,4,5,1',
  },
  {
    title: 'a called function has no this',
    cells: ['function f(this: unknown) { return typeof this; }', 'f()'],
    value: 'undefined',
  },
  {
    title: 'functions are named after their variable',
    cells: [
      'const f = () => 1, K = class {}; let g = function () {}; [f.name, K.name, g.name].join()',
    ],
    value: 'f,K,g',
  },
  {
    title: 'functions without a name have none',
    cells: [
      'const none = [() => 1]; none[0]!.name',
      'const bare = await (async () => () => 1)(); bare.name',
    ],
    value: '',
  },
  { title: 'an object literal at the end', cells: ['({ a: 1 }).a'], value: 1 },
  {
    title: 'the realm is the process’s own',
    cells: ['[] instanceof Array && Array.isArray([])'],
    value: true,
  },
  {
    title: 'a name of an inner block stays there',
    cells: ['{ let inner = 1; inner; }', "typeof (globalThis as Record<string, unknown>)['inner']"],
    value: 'undefined',
  },
  { title: 'var leaks out of a loop', cells: ['for (var i = 0; i < 3; i++) {}\ni'], value: 3 },
  {
    title: 'var in for-of with a pattern',
    cells: ['for (var { x } of [{ x: 1 }, { x: 2 }]) {}\nx!'],
    value: 2,
  },
  {
    title: 'labels, break, switch',
    cells: [
      "lab: for (const z of [1, 2]) { switch (z) { case 1: continue lab; default: break lab; } }\n'b'",
    ],
    value: 'b',
  },
  {
    title: 'async functions across cells',
    cells: ['async function f() { return 3; }', 'await f()'],
    value: 3,
  },
  {
    title: 'generators across cells',
    cells: ['function* g() { yield 1; yield 2; }', '[...g()].length'],
    value: 2,
  },
  {
    title: 'classes: private members, static blocks, inheritance across cells',
    cells: [
      'class A { #n = 1; static made = 0; static { A.made = 10; } get n() { return this.#n; } }',
      'class B extends A { override get n() { return super.n + A.made; } }',
      'new B().n',
    ],
    value: 11,
  },
  {
    title: 'parameter properties and namespaces',
    cells: [
      'class P { constructor(public x: number) {} }\nnamespace N { export const y = 2; }',
      'new P(1).x + N.y',
    ],
    value: 3,
  },
  {
    title: 'standard decorators',
    cells: [
      'function twice(f: (n: number) => number, _: ClassMethodDecoratorContext) { return (n: number) => 2 * f(n); }',
      'class D { @twice m(n: number) { return n; } }\nnew D().m(4)',
    ],
    value: 8,
  },
  {
    title: 'using disposes at the end of the cell',
    cells: [
      "const log: string[] = []; { using d = { [Symbol.dispose]() { log.push('gone'); } }; }\nlog.join()",
    ],
    value: 'gone',
  },
  {
    title: 'export is tolerated',
    cells: ['export const a = 1; export function f() { return a + 1; }', 'f()'],
    value: 2,
  },
  {
    title: 'a name of the system declared by the user',
    cells: ["const fetch = 5, process = 'p'", 'process + fetch'],
    value: 'p5',
  },
  {
    title: 'interfaces and type aliases run as nothing',
    cells: ['interface P { x: number }\ntype Q = P[];', 'const q: Q = [{ x: 1 }]; q.length'],
    value: 1,
  },
  {
    title: 'template tags',
    cells: ['const tag = (s: TemplateStringsArray, n: number) => s.raw[0] + n', 'tag`a${1}`'],
    value: 'a1',
  },
  {
    title: 'getters on globalThis are seen',
    cells: ['Object.assign(globalThis, { planted: 4 });', '// @ts-nocheck\nplanted + 1'],
    value: 5,
  },
  {
    title: 'assignment to a constant of another cell',
    cells: ['const a = 1', '// @ts-nocheck\na = 2'],
    error: "TypeError: Assignment to constant variable 'a'.",
  },
  {
    title: 'an undeclared name',
    cells: ['// @ts-nocheck\nnowhere'],
    error: 'ReferenceError: nowhere is not defined',
  },
  {
    title: 'an undeclared name assigned',
    cells: ['// @ts-nocheck\nnowhere = 1'],
    error: 'ReferenceError: nowhere is not defined',
  },
  {
    title: 'typeof an undeclared name',
    cells: ['// @ts-nocheck\ntypeof nowhere'],
    value: 'undefined',
  },
  {
    title: 'a function defined before what it calls',
    cells: [
      '// @ts-nocheck\nfunction f() { return g(); }',
      'function g() { return 7; }',
      '// @ts-nocheck\nf()',
    ],
    value: 7,
  },
  {
    title: 'names with awkward characters',
    cells: ['const $ = 1, _ = 2, été = 3', '$ + _ + été'],
    value: 6,
  },
];
