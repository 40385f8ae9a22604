import type { Sequence } from './sequence.ts';

/** Functions, generators, `this`, `arguments`, recursion, corrected helpers. */
export const functions: Sequence[] = [
  {
    title: 'a function works before its line',
    cells: ['const a = twice(2);\nfunction twice(n: number) { return 2 * n; }', 'a'],
  },
  {
    title: 'functions call each other before their lines',
    cells: [
      'const a = odd(7); function even(n: number): boolean { return n === 0 || odd(n - 1); } function odd(n: number): boolean { return n !== 0 && even(n - 1); }',
      'a',
    ],
  },
  {
    title: 'a constant function calls itself',
    cells: ['const fact = (n: number): number => (n <= 1 ? 1 : n * fact(n - 1));', 'fact(5)'],
  },
  {
    title: 'recursion across cells',
    cells: [
      'let odd: (n: number) => boolean = () => false; const even = (n: number): boolean => n === 0 || odd(n - 1);',
      'odd = (n) => n !== 0 && even(n - 1);',
      '`${even(10)} ${odd(10)}`',
    ],
  },
  {
    title: 'a function calls one of a later cell',
    cells: ['function f() { return g(); }', 'function g() { return 7; }', 'f()'],
    unchecked: true,
  },
  {
    title: 'a corrected helper is seen by its caller in another cell',
    cells: [
      "function h() { return 'old'; }",
      'function user() { return h(); }',
      "function h() { return 'new'; }",
      'user()',
    ],
    module: "'new'",
  },
  {
    title: 'a corrected helper is seen by its caller in the same cell',
    cells: [
      "function h() { return 'old'; } function user() { return h(); }",
      "function h() { return 'new'; }",
      'user()',
    ],
    module: "'new'",
  },
  {
    title: 'a corrected helper that is a constant',
    cells: [
      'const h = (n: number) => n + 1; const user = () => h(1);',
      'const h = (n: number) => n + 10;',
      'user()',
    ],
    module: '11',
  },
  {
    title: 'a corrected helper is seen by methods, getters, callbacks',
    cells: [
      'const h = () => 1; class K { m() { return h(); } get g() { return h(); } } const o = { f: () => h() }; const bound = [0].map.bind([0], () => h());',
      'const h = () => 2;',
      '[new K().m(), new K().g, o.f(), bound(() => h())].join()',
    ],
    module: "'2,2,2,2'",
  },
  {
    title: 'a corrected helper is seen by a generator under way',
    cells: [
      'const h = () => 1; function* g() { while (true) yield h(); } const it = g(); it.next();',
      'const h = () => 2;',
      'it.next().value',
    ],
    module: '2',
  },
  {
    title: 'a corrected class is used by older functions',
    cells: ['class A { v = 1; } const make = () => new A();', 'class A { v = 2; }', 'make().v'],
    module: '2',
  },
  {
    title: 'a subclass keeps the class it was made of',
    cells: [
      'class A { v() { return 1; } } class B extends A {}',
      'class A { v() { return 2; } }',
      'new B().v()',
    ],
    module: '1',
  },
  {
    title: 'a name kept by value stays as it was',
    cells: [
      'function h() { return 1; } const kept = h;',
      'function h() { return 2; }',
      'kept() + h()',
    ],
    module: '3',
  },
  {
    title: 'a cell run twice',
    cells: [
      'let n = 1; const bump = () => ++n;',
      'bump();',
      'let n = 1; const bump = () => ++n;',
      'bump();',
      'n',
    ],
    module: '2',
  },

  {
    title: 'default and rest parameters',
    cells: [
      'function f(a: number, b = a * 2, ...rest: number[]) { return [a, b, rest.length].join(); }',
      'f(1) + f(1, 1, 1, 1)',
    ],
  },
  {
    title: 'defaults that use notebook names',
    cells: [
      'let base = 10; function f(a = base, b = () => a + base) { return b(); }',
      'base = 20;',
      'f() + f(1)',
    ],
  },
  {
    title: 'a default shadowed by another parameter',
    cells: ['const a = 5; function f(b = a, c = (a: number) => a + b) { return c(1); }', 'f()'],
  },
  {
    title: 'parameter patterns',
    cells: [
      'const f = ({ a, b: { c = 3 } = {} }: { a: number; b?: { c?: number } }, [d]: number[] = [4]) => [a, c, d].join();',
      'f({ a: 1 }) + f({ a: 1, b: { c: 2 } }, [5])',
    ],
  },
  {
    title: 'length and name',
    cells: ['function f(a: number, b = 1) { return a + b; }', '`${f.length} ${f.name}`'],
  },
  {
    title: 'functions are named after their variables',
    cells: [
      'const f = () => 1, K = class {}; let g = function () {}, h = async () => {}, i = function* () {};',
      '[f.name, K.name, g.name, h.name, i.name].join()',
    ],
  },
  {
    title: 'functions are named after what they are assigned to',
    cells: [
      'let f: () => number, g: unknown = null, h: (() => number) | undefined;',
      'f = () => 1; g ??= class {}; h ||= function () { return 1; };',
      '[f.name, (g as Function).name, h!.name].join()',
    ],
  },
  {
    title: 'functions are named in assigned patterns',
    cells: [
      'let f = (): number => 0, g = f;',
      '({ f = () => 1 } = {} as { f?: () => number }); [g = () => 2] = [] as (() => number)[];',
      '[f.name, g.name].join()',
    ],
  },
  {
    title: 'functions are named in loops’ heads',
    cells: ['let f: unknown; for (f = () => 1; ; ) break;', '(f as Function).name'],
  },
  {
    title: 'an assigned function in parentheses has no name',
    cells: ['let f: () => number; (f) = () => 1;', 'f.name'],
  },
  { title: 'an exported function has its name', cells: ['export const f = () => 1;', 'f.name'] },
  {
    title: 'functions without a name have none',
    cells: ['const bare = [() => 1];', 'bare[0]!.name'],
  },
  {
    title: 'an awaited function without a name has none',
    cells: ['const bare = await (async () => () => 1)();', 'bare.name'],
  },
  {
    title: 'symbols and keys as names',
    cells: [
      "const key = Symbol('s'), o = { [key]() {}, ['a' + 1]: () => 1, get g() { return 1; } };",
      "[o[key].name, (o as any).a1.name, Object.getOwnPropertyDescriptor(o, 'g')!.get!.name].join()",
    ],
  },

  {
    title: 'no this in a called function',
    cells: ['function f(this: unknown) { return typeof this; }', 'f()'],
  },
  {
    title: 'no this in a called constant',
    cells: ['const f = function (this: unknown) { return typeof this; };', 'f()'],
  },
  {
    title: 'no this in a called import',
    cells: [
      "import { strictEqual } from 'node:assert';",
      'const called = (function (this: unknown) { return this; })();',
      'strictEqual(called, undefined); String(called)',
    ],
  },
  {
    title: 'no this in a template tag',
    cells: [
      'function tag(this: unknown, _: TemplateStringsArray) { return typeof this; }',
      'tag`x`',
    ],
  },
  {
    title: 'no this in an optional call',
    cells: [
      'const f: ((this: unknown) => string) | undefined = function (this: unknown) { return typeof this; };',
      'f?.()',
    ],
  },
  {
    title: 'this of a method',
    cells: ['const o = { v: 3, m() { return this.v; }, a: () => typeof this };', 'o.m() + o.a()'],
    unchecked: true,
  },
  { title: 'this at top level', cells: ['typeof this'], unchecked: true },
  {
    title: 'this in an arrow function at top level',
    cells: ['const f = () => typeof this;', 'f()'],
    unchecked: true,
  },
  {
    title: 'call, apply, bind',
    cells: [
      'function f(this: { v: number }, n: number) { return this.v + n; }',
      'f.call({ v: 1 }, 1) + f.apply({ v: 2 }, [1]) + f.bind({ v: 3 })(1)',
    ],
  },
  {
    title: 'arguments',
    cells: ['function f(..._: number[]) { return arguments.length; }', 'f(1, 2, 3)'],
  },
  {
    title: 'arguments in an inner arrow function',
    cells: ['function f(..._: number[]) { return (() => arguments[1])(); }', 'f(1, 2)'],
  },
  { title: 'arguments at top level', cells: ['arguments'], unchecked: true },
  {
    title: 'arguments in an arrow function at top level',
    cells: ['const f = () => arguments;', 'f()'],
    unchecked: true,
  },
  {
    title: 'new.target',
    cells: [
      'function F(this: unknown) { return new.target === undefined; }',
      '(F as () => boolean)()',
    ],
  },
  {
    title: 'new of a notebook’s class',
    cells: [
      'const K = class { v: number; constructor(v: number) { this.v = v; } };',
      'new K(4).v + new (class extends K {})(5).v',
    ],
  },
  {
    title: 'new of a member and of a call',
    cells: [
      'const ns = { K: class { v = 1; } }, get = () => ns.K;',
      'new ns.K().v + new (get())().v',
    ],
  },
  { title: 'calling what is no function', cells: ['const notFunction: any = 5;', 'notFunction()'] },
  {
    title: 'constructing what is no class',
    cells: ['const notClass: any = {};', 'new notClass()'],
  },
  {
    title: 'iterating what cannot be iterated',
    cells: ['const notIterable: any = {};', '[...notIterable]'],
    error: 'TypeError',
  },

  {
    title: 'generators',
    cells: [
      'function* g() { const got: number = yield 1; yield got * 2; return 9; }',
      'const it = g(); const steps = [it.next(), it.next(5), it.next(0)];',
      'steps.map((s) => `${s.value}${s.done}`).join()',
    ],
  },
  {
    title: 'generators that use notebook names',
    cells: [
      'let step = 1; function* count() { let n = 0; while (true) yield (n += step); }',
      'const it = count(); const a = it.next().value as number; step = 10;',
      'a + (it.next().value as number)',
    ],
  },
  {
    title: 'yield*',
    cells: [
      'function* inner() { yield 1; return 2; } function* outer() { const r = yield* inner(); yield r; }',
      '[...outer()].join()',
    ],
  },
  {
    title: 'a generator’s return and throw',
    cells: [
      "const log: string[] = []; function* g() { try { yield 1; yield 2; } catch { log.push('caught'); yield 3; } finally { log.push('done'); } }",
      "const it = g(); it.next(); const caught = it.throw(new Error('x')).value; it.return(undefined as never);",
      '`${caught} ${log}`',
    ],
  },
  {
    title: 'generators as methods',
    cells: [
      'class Tree { constructor(readonly v: number, readonly kids: Tree[] = []) {} *[Symbol.iterator](): Generator<number> { yield this.v; for (const k of this.kids) yield* k; } }',
      '[...new Tree(1, [new Tree(2), new Tree(3, [new Tree(4)])])].join()',
    ],
  },
  {
    title: 'async generators',
    cells: [
      'async function* g() { yield 1; await null; yield 2; }',
      'const got: number[] = []; for await (const v of g()) got.push(v);',
      'got.join()',
    ],
  },
  {
    title: 'async generators as methods and expressions',
    cells: [
      'const o = { async *m() { yield 1; } }, f = async function* () { yield* o.m(); yield 2; };',
      'const got: number[] = []; for await (const v of f()) got.push(v);',
      'got.join()',
    ],
  },
  {
    title: 'async functions across cells',
    cells: ['async function f() { return 3; }', 'await f()'],
  },
  {
    title: 'async arrow functions and methods',
    cells: [
      'const f = async (n: number) => n + 1; class K { async m() { return await f(1); } static async s() { return f(2); } }',
      '(await new K().m()) + (await K.s())',
    ],
  },
  {
    title: 'a rejected promise',
    cells: ["const fails = async () => { throw new RangeError('no'); };", 'await fails()'],
  },
  {
    title: 'a rejected promise caught',
    cells: [
      "const fails = async () => { throw new RangeError('no'); };",
      "let said = ''; try { await fails(); } catch (e) { said = (e as Error).message; }",
      'said',
    ],
  },
  {
    title: 'closures of an immediately called function',
    cells: [
      'const counter = (() => { let n = 0; return { up: () => ++n }; })();',
      'counter.up(); counter.up()',
    ],
  },
  {
    title: 'currying',
    cells: ['const add = (a: number) => (b: number) => (c: number) => a + b + c;', 'add(1)(2)(3)'],
  },
  {
    title: 'template tags',
    cells: [
      'const tag = (s: TemplateStringsArray, ...v: number[]) => s.raw.join("|") + v.join();',
      'tag`a${1}\\n${2}c`',
    ],
  },
  {
    title: 'template tags that are members and calls',
    cells: [
      'const o = { p: "x", tag(s: TemplateStringsArray) { return this.p + s[0]; } }, make = () => (s: TemplateStringsArray) => s[0];',
      'o.tag`a` + make()`b`',
    ],
  },
  {
    title: 'a tag sees the same strings each time',
    cells: [
      'const seen = new Set<TemplateStringsArray>(); const tag = (s: TemplateStringsArray) => seen.add(s); const call = () => tag`same`;',
      'call(); call(); seen.size',
    ],
  },
  {
    title: 'getters and setters',
    cells: [
      'let kept = 0; const o = { get v() { return kept; }, set v(n: number) { kept = n * 2; } };',
      'o.v = 4; o.v += 1;',
      '`${o.v} ${kept}`',
    ],
  },
  {
    title: 'proxies',
    cells: [
      'const log: PropertyKey[] = []; const p = new Proxy({ a: 1 } as Record<string, number>, { get: (t, k) => (log.push(k), Reflect.get(t, k)) });',
      'p.a; p.b;',
      'log.join()',
    ],
  },
  {
    title: 'overloads',
    cells: [
      'function f(a: number): number; function f(a: string): string; function f(a: number | string) { return a; }',
      "f(1).toFixed() + f('b').length",
    ],
  },
  {
    title: 'overloads in a class',
    cells: [
      "class K { m(a: number): 'n'; m(a: string): 's'; m(a: unknown) { return typeof a === 'number' ? 'n' : 's'; } }",
      "new K().m(1) + new K().m('')",
    ],
  },
  {
    title: 'type predicates and assertions',
    cells: [
      "const isText = (v: unknown): v is string => typeof v === 'string'; function check(v: unknown): asserts v is number { if (typeof v !== 'number') throw new TypeError('no number'); }",
      "const v: unknown = 'abc'; let size = 0; if (isText(v)) size = v.length;",
      'const n: unknown = 4; check(n); size + n',
    ],
  },
  {
    title: 'generic functions',
    cells: [
      'const first = <T,>(list: readonly T[]): T | undefined => list[0]; function pair<A, B = A>(a: A, b: B): [A, B] { return [a, b]; }',
      "first([3])! + pair('a', 1)[1]",
    ],
  },
  {
    title: 'const type parameters',
    cells: [
      'const keep = <const T,>(v: T) => v;',
      'const kept = keep([1, 2]); const one: 1 = kept[0];',
      'one',
    ],
  },
  {
    title: 'spread in calls and literals',
    cells: [
      'const a = [1, 2], o = { x: 1 };',
      'Math.max(...a, 3) + [...a, ...a].length + Object.keys({ ...o, y: 2 }).length',
    ],
  },
  {
    title: 'deep recursion',
    cells: ['const down = (n: number): number => (n === 0 ? 0 : 1 + down(n - 1));', 'down(5000)'],
  },
  {
    title: 'too deep a recursion',
    cells: ['const forever = (): number => 1 + forever();', 'forever()'],
  },
];
