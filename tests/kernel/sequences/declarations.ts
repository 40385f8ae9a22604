import type { Sequence } from './sequence.ts';

/** Variables, patterns, scopes, and what is declared too late or not at all. */
export const declarations: Sequence[] = [
  { title: 'a constant', cells: ['const a = 1', 'a'] },
  { title: 'let without a value', cells: ['let a: number | undefined;', 'a'] },
  { title: 'let assigned later', cells: ['let a = 1', 'a = 3', 'a'] },
  {
    title: 'compound assignments',
    cells: [
      'let a = 7',
      'a += 5; a -= 1; a *= 2; a /= 2; a %= 8; a **= 2; a <<= 1; a >>= 1; a >>>= 0; a |= 8; a &= 13; a ^= 1;',
      'a',
    ],
  },
  {
    title: 'logical assignments',
    cells: [
      'let a: number | null = null, b = 0, c = 1',
      'a ??= 4; b ||= 5; c &&= 6;',
      '[a, b, c].join()',
    ],
  },
  { title: 'updates have their values', cells: ['let a = 1', '[a++, ++a, a--, --a].join()'] },
  {
    title: 'several in one declaration',
    cells: ['let a = 1, b = a + 1, c = a + b;', '[a, b, c].join()'],
  },
  {
    title: 'a constant cannot be assigned',
    cells: ['const a: number = 1;', 'a = 2;'],
    unchecked: true,
    error: 'TypeError: Assignment to constant variable',
  },
  {
    title: 'nor one of its own cell',
    cells: ['const a: number = 1; a = 2;'],
    unchecked: true,
    error: 'TypeError: Assignment to constant variable',
  },
  {
    title: 'nor by an update',
    cells: ['const a: number = 1;', 'a++'],
    unchecked: true,
    error: 'TypeError: Assignment to constant variable',
  },
  {
    title: 'nor by a pattern',
    cells: ['const a: number = 1;', '[a] = [2];'],
    unchecked: true,
    error: 'TypeError: Assignment to constant variable',
  },
  {
    title: 'nor by a loop',
    cells: ['const a: number = 1;', 'for (a of [2]) {}'],
    unchecked: true,
    error: 'TypeError: Assignment to constant variable',
  },
  {
    title: 'nor an import',
    cells: ["import { sep } from 'node:path';", "sep = 'x';"],
    unchecked: true,
    error: 'TypeError: Assignment to constant variable',
  },
  {
    title: 'a function can be assigned',
    cells: ['function f() { return 1; }', 'f = () => 2;', 'f()'],
    unchecked: true,
  },
  {
    title: 'a class can be assigned',
    cells: [
      'class K { a = 1; }',
      'const Old = K; K = class extends Old { a = 2; } as typeof K;',
      'new K().a',
    ],
    unchecked: true,
  },

  {
    title: 'object pattern with default and rest',
    cells: [
      'const { p, q = 5, ...rest } = { p: 1, r: 2, s: 3 } as { p: number; q?: number; r: number; s: number };',
      '[p, q, rest.r, rest.s].join()',
    ],
  },
  {
    title: 'array pattern with hole, default and rest',
    cells: ['const [a, , b = 9, ...rest] = [1, 2, undefined, 4, 5];', '[a, b, ...rest].join()'],
  },
  {
    title: 'nested patterns',
    cells: [
      'const { a: { b: [c, { d = 4 }] } } = { a: { b: [3, {}] as [number, { d?: number }] } };',
      '[c, d].join()',
    ],
  },
  {
    title: 'computed keys in patterns',
    cells: [
      "const key = 'k'; const { [key + '1']: value = 'none' } = { k1: 'found' } as Record<string, string>;",
      'value',
    ],
  },
  {
    title: 'defaults see names to their left',
    cells: [
      'const { a = 1, b = a + 1, c = () => a + b } = {} as { a?: number; b?: number; c?: () => number };',
      'c()',
    ],
  },
  {
    title: 'functions as defaults have names',
    cells: [
      'const { f = () => 1, g = class {} } = {} as { f?: () => number; g?: new () => object };',
      '[f.name, g.name].join()',
    ],
  },
  {
    title: 'patterns and plain names in one declaration',
    cells: ['const [a, [b]] = [1, [2]] as const, { c } = { c: 3 }, d = a + b + c;', 'd'],
  },
  { title: 'swap', cells: ['let a = 1, b = 2;', '[a, b] = [b, a];', '`${a},${b}`'] },
  {
    title: 'object pattern assigned',
    cells: [
      'let a = 1, rest: object = {};',
      '({ a, ...rest } = { a: 4, z: 1 });',
      '`${a} ${JSON.stringify(rest)}`',
    ],
  },
  {
    title: 'pattern assigned with defaults',
    cells: [
      'let a = 0, b = 0;',
      '({ a = 2, b: [b = 3] = [] } = {} as { a?: number; b?: number[] });',
      '[a, b].join()',
    ],
  },
  {
    title: 'pattern into members',
    cells: [
      'const o = { list: [0, 0] as number[], n: 0 };',
      '[o.list[1], o.n] = [7, 8];',
      '`${o.list} ${o.n}`',
    ],
  },
  {
    title: 'value of an assigned pattern',
    cells: ['let a = 0;', 'const all = ([a] = [5, 6]);', '`${a} ${all}`'],
  },
  {
    title: 'patterns over iterators close them',
    cells: [
      "const log: string[] = []; function* g() { try { yield 1; yield 2; } finally { log.push('closed'); } }",
      'const [first] = g();',
      '`${first} ${log}`',
    ],
  },
  {
    title: 'pattern of nothing',
    cells: ['const { length } = null as unknown as string;'],
    error: 'TypeError: Cannot',
  },

  { title: 'var in a loop leaks', cells: ['for (var i = 0; i < 3; i++) {}', 'i'] },
  { title: 'var in for-of leaks', cells: ['for (var v of [1, 2, 3]) {}', 'v!'] },
  { title: 'var in for-in leaks', cells: ['for (var k in { a: 1, b: 2 }) {}', 'k!'] },
  {
    title: 'var with a pattern in for-of',
    cells: [
      'for (var { x, y = 5 } of [{ x: 1 }, { x: 2 }] as { x: number; y?: number }[]) {}',
      '`${x!} ${y!}`',
    ],
  },
  {
    title: 'var with an array pattern in for-of',
    cells: ["for (var [k, v] of new Map([['a', 1]])) {}", '`${k!} ${v!}`'],
  },
  {
    title: 'var inside blocks, try, switch, if, while, do, labels',
    cells: [
      '{ var a = 1; } try { var b = 2; } finally { var c = 3; } switch (1) { case 1: var d = 4; } if (true) var e = 5; while (true) { var f = 6; break; } do { var g = 7; } while (false); lab: { var h = 8; break lab; }',
      '[a, b, c, d!, e, f, g, h].join()',
    ],
  },
  {
    title: 'var is there before its line',
    cells: ['const before = typeof v; var v = 1;', 'before'],
    unchecked: true,
  },
  {
    title: 'var in a catch of the same name',
    cells: ['try { throw 1; } catch (e) { var e = 2; }', 'String(e)'],
    unchecked: true,
  },
  { title: 'var twice in a cell', cells: ['var a = 1; var a = 2;', 'a'] },
  {
    title: 'var in a function stays there',
    cells: [
      'const outer = 1; function f() { var outer = 2; return outer; }',
      '[f(), outer].join()',
    ],
  },
  {
    title: 'var in a static block stays there',
    cells: ['const inner = 1; class K { static { var inner = 2; void inner; } }', 'inner'],
  },
  {
    title: 'a var’s condition that never holds',
    cells: ['if (Math.random() > 2) { var never = 1; }', 'String(never)'],
    unchecked: true,
  },

  { title: 'let of a block stays there', cells: ['const a = 1; { const a = 2; void a; }', 'a'] },
  { title: 'shadowed by a parameter', cells: ['const a = 1', '(function (a) { return a; })(9)'] },
  {
    title: 'shadowed by a pattern of parameters',
    cells: [
      'const a = 1, b = 2',
      '(({ a, ...b }: { a: number; c: number }, [c = a] = [] as number[]) => `${a} ${JSON.stringify(b)} ${c}`)({ a: 3, c: 4 })',
    ],
  },
  {
    title: 'a default sees the outer name',
    cells: ['const a = 1', '((b = a) => { const a = 5; return b + a; })()'],
  },
  {
    title: 'shadowed in catch, loops, switch, blocks, classes',
    cells: [
      'const a = 1',
      'const s: unknown[] = []; { const a = 2; s.push(a); } for (const a of [3]) s.push(a); for (let a = 4; a < 5; a++) s.push(a); for (const a in { five: 0 }) s.push(a); try { throw 6; } catch (a) { s.push(a); } try { throw { b: 7 }; } catch ({ b: a }: any) { s.push(a); } switch (1) { case 1: const a = 8; s.push(a); } s.push(class a {}.name, function a() {}.name, a);',
      's.join()',
    ],
  },
  {
    title: 'shadowed by a function in a block',
    cells: [
      "function f() { return 'outer'; }",
      "let seen = ''; { function f() { return 'inner'; } seen = f(); }",
      'seen + f()',
    ],
  },
  {
    title: 'shadowed by a class’s own name',
    cells: [
      'class A { static make() { return new A(); } v = 1; } const Old = A;',
      'class A { v = 2; }',
      'Old.make().v',
    ],
    module: '1',
  },
  {
    title: 'shadowed by a function expression’s own name',
    cells: [
      'const f = 1; const g = function f(n: number): number { return n ? f(n - 1) : 0; };',
      'g(3) + f',
    ],
  },
  {
    title: 'shadowed in nested closures',
    cells: [
      'const a = 1; const nest = () => { const a = 2; return () => { const a = 3; return () => a; }; };',
      'nest()()() + a',
    ],
  },
  {
    title: 'shadowed by an inner var below',
    cells: [
      'const a = 1; function f() { const before = a; if (true) { var a = 2; } return String(before); }',
      'f()',
    ],
    unchecked: true,
  },
  {
    title: 'shadowed global',
    cells: [
      'const name = 5, event = 6, status = 7, Map2 = Map; ',
      '{ const Map = 1; void Map; }',
      'name + event + status + new Map2([[1, 2]]).size',
    ],
  },
  {
    title: 'a global declared anew',
    cells: ['const structuredClone = (x: number) => x + 1;', 'structuredClone(1)'],
  },
  { title: 'labels are no names', cells: ['const a = 1', 'a: for (;;) { break a; }', 'a'] },
  {
    title: 'property names are no names',
    cells: ['const a = 1', '({ a: 2, b: { a: 3 } }).b.a + a'],
  },
  {
    title: 'methods and accessors named as names',
    cells: [
      'const a = 1',
      'const o = { a() { return 2; }, get b() { return a; } };',
      'o.a() + o.b',
    ],
  },
  {
    title: 'shorthand properties',
    cells: ['const a = 1; let b = 2', 'const o = { a, b };', 'o.a + o.b'],
  },
  {
    title: 'names with awkward characters',
    cells: [
      'const $ = 1, _ = 2, été = 3, \u{20BB7} = 4, a\u0301 = 5;',
      '$ + _ + été + \u{20BB7} + a\u0301',
    ],
  },
  { title: 'names written as escapes', cells: ['const \\u0061b = 1;', 'ab + \\u{61}b'] },
  {
    title: 'names that end as the compiler’s do',
    cells: ['const a = 1; function f(a$$: number) { return a + a$$; }', 'f(10)'],
  },
  {
    title: 'parameters named as the compiler’s',
    cells: [
      "let log = ''; async function f($import: number, $early: number, $resume: number, $const: number, $meta: number) { await null; log += late; return $import + $early + $resume + $const + $meta + typeof (await import('node:os')).cpus + import.meta.url.slice(0, 5); }\nconst late = 'l';",
      'await f(1, 2, 3, 4, 5) + log',
    ],
  },
  {
    title: 'names declared as the compiler’s',
    cells: [
      'const $import = 1, $resume = 2, a$$ = 3, a = 4, a$$e = 5;',
      '[$import, $resume, a$$, a, a$$e, await 6].join()',
    ],
  },
  {
    title: 'contextual keywords as names',
    cells: [
      'let async = 1, of = 2, get = 3, type = 4, from = 5, as = 6, satisfies = 7, using = 8, declare = 9, namespace = 10;',
      '[async, of, get, type, from, as, satisfies, using, declare, namespace].join()',
    ],
  },
  { title: 'for (async of …) and the like', cells: ['let of = 0;', 'for (of of [1, 2]) {}', 'of'] },
  {
    title: 'undefined, NaN and Infinity',
    cells: ['const u = undefined, n = NaN, i = Infinity;', '`${u} ${n} ${i}`'],
  },

  {
    title: 'use before the declaration',
    cells: ['const seen: number = late; const late = 1;'],
    unchecked: true,
  },
  {
    title: 'use before the declaration, through a function',
    cells: ['const get = () => late;\nconst seen = get();\nlet late = 1;'],
  },
  {
    title: 'use of a class before it is there',
    cells: ['const k = make(); function make() { return new Late(); } class Late {}'],
  },
  {
    title: 'assignment before the declaration',
    cells: ['set(); let late = 0; function set() { late = 1; }'],
  },
  {
    title: 'typeof before the declaration',
    cells: ['typeof late; let late = 1;'],
    unchecked: true,
  },
  {
    title: 'a declaration that uses itself',
    cells: ['const a: number = (() => a)();'],
    unchecked: true,
  },
  {
    title: '… though an earlier cell has the name',
    cells: ['const a = 1;', 'const a: number = a + 1;'],
    module: 'const a = a + 1;',
    unchecked: true,
  },
  {
    title: 'a pattern’s default that uses a name to its right',
    cells: ['const [p = q, q = 1]: number[] = [];'],
    unchecked: true,
  },
  { title: 'a class that extends itself', cells: ['class A extends A {}'], unchecked: true },
  {
    title: 'a static field that uses a later constant',
    cells: ['class A { static n = later; } const later = 1;'],
    unchecked: true,
  },
  {
    title: 'a method that uses a later constant',
    cells: ['class A { n() { return later; } } const later = 1;', 'new A().n()'],
  },
  {
    title: 'a closure made early works later',
    cells: ['const get = () => later; const later = 2;', 'get()'],
  },
  {
    title: 'a later cell’s closure of the same name',
    cells: ['let later = 1;', 'const get2 = () => later; let later = 2;', 'get2()'],
    module: 'let later = 2; later',
  },
  { title: 'a loop’s let in its own head', cells: ['for (let x of [x]) {}'], unchecked: true },
  {
    title: 'switch cases share a scope',
    cells: ['switch (1 as number) { case 0: let inCase = 1; break; case 1: inCase = 2; }'],
    unchecked: true,
  },
  { title: 'an undeclared name', cells: ['undeclared1'], unchecked: true },
  { title: 'an undeclared name called', cells: ['undeclared2()'], unchecked: true },
  { title: 'an undeclared name assigned', cells: ['undeclared3 = 1'], unchecked: true },
  { title: 'an undeclared name with a pattern', cells: ['[undeclared4] = [1]'], unchecked: true },
  { title: 'an undeclared name updated', cells: ['undeclared5++'], unchecked: true },
  { title: 'an undeclared name in a shorthand', cells: ['({ undeclared6 })'], unchecked: true },
  { title: 'typeof an undeclared name', cells: ['typeof undeclared7'], unchecked: true },
  {
    title: 'an undeclared name in a function that is not called',
    cells: ['function f() { return undeclared8; }', '1'],
    unchecked: true,
  },
  { title: 'an undeclared name with ?. and ??', cells: ['undeclared9 ?? 1'], unchecked: true },
  { title: 'a misspelt property', cells: ['({} as any).a.b'] },

  {
    title: 'a failed initialiser leaves no value',
    cells: ["let none: number = (() => { throw new Error('i'); })()", 'none'],
    error: "ReferenceError: Cannot access 'none' before initialization",
  },
  {
    title: 'a failed initialiser leaves the value of before',
    cells: ['let kept = 1', "let kept: number = (() => { throw new Error('i'); })()", 'kept'],
    module: '1',
  },
  {
    title: 'a failed initialiser, then a good one',
    cells: ["let good: number = (() => { throw new Error('i'); })()", 'let good = 5; good'],
    module: '5',
  },
  {
    title: 'what stands before a throw survives',
    cells: [
      "const k = 6; function f() { return 5; } class K { v = 4; } enum E { A = 3 } throw new Error('x'); const after = 1;",
      'f() + k + new K().v + E.A',
    ],
    module: '18',
  },
  {
    title: 'what an import brought survives a throw',
    cells: ["import { basename } from 'node:path'; throw new Error('x');", "basename('a/b')"],
    module: "'b'",
  },
  {
    title: 'functions below a throw survive, as they are hoisted',
    cells: ["throw new Error('x'); function below() { return 1; }", 'below()'],
    module: '1',
  },
  {
    title: 'assignments before a throw survive',
    cells: ['let a = 1', "a = 2; throw new Error('x'); a = 3;", 'a'],
    module: '2',
  },
  {
    title: 'what stands before a failed await survives',
    cells: ["const early = 1; await Promise.reject(new Error('x')); const never = 2;", 'early'],
    module: '1',
  },
  {
    title: 'closures of a failed cell see later writes',
    cells: ["let n = 1; const getN = () => n; throw new Error('x');", 'n = 7', 'getN()'],
    module: '7',
  },

  {
    title: 'closures see what later cells assign',
    cells: ['let count = 0; function inc() { return ++count; }', 'count = 10;', 'inc()'],
  },
  {
    title: 'later cells see what closures assign',
    cells: ['let count = 0; const inc = () => { count++; };', 'inc(); inc();', 'count'],
  },
  {
    title: 'two closures share a name',
    cells: [
      'let shared = 0; const up = () => ++shared;',
      'const down = () => --shared;',
      'up(); up(); down(); shared',
    ],
  },
  {
    title: 'closures in objects and classes',
    cells: [
      'let base = 1; const o = { get v() { return base; } }; class K { v = base; m() { return base; } }',
      'base = 5;',
      '[o.v, new K().v, new K().m()].join()',
    ],
  },
  {
    title: 'a loop’s let is one for each turn',
    cells: [
      'const fs: (() => number)[] = []; for (let i = 0; i < 3; i++) fs.push(() => i);',
      'fs.map((f) => f()).join()',
    ],
  },
  {
    title: 'a loop’s let changed in its body',
    cells: [
      'const fs: (() => number)[] = []; for (let i = 0; i < 6; i++) { fs.push(() => i); i++; }',
      'fs.map((f) => f()).join()',
    ],
  },
  {
    title: 'a loop’s var is one for all turns',
    cells: [
      'const fs: (() => number)[] = []; for (var i = 0; i < 3; i++) fs.push(() => i);',
      'fs.map((f) => f()).join()',
    ],
  },
  {
    title: 'for-of and for-in with const are one for each turn',
    cells: [
      'const fs: (() => unknown)[] = []; for (const v of [1, 2]) fs.push(() => v); for (const k in { a: 0, b: 0 }) fs.push(() => k);',
      'fs.map((f) => f()).join()',
    ],
  },
  {
    title: 'a body’s const is one for each turn',
    cells: [
      'const fs: (() => number)[] = []; let n = 0; while (n < 3) { const m = n++; fs.push(() => m); }',
      'fs.map((f) => f()).join()',
    ],
  },

  {
    title: 'a name declared twice in a cell',
    cells: ['let twice = 1; let twice = 2;'],
    error: "SyntaxError: Identifier 'twice' has already been declared",
    unchecked: true,
  },
  {
    title: 'const and function of one name',
    cells: ['const twice = 1; function twice() {}'],
    error: "SyntaxError: Identifier 'twice' has already been declared",
    unchecked: true,
  },
  {
    title: 'class and var of one name',
    cells: ['class twice {} var twice = 1;'],
    error: "SyntaxError: Identifier 'twice' has already been declared",
    unchecked: true,
  },
  {
    title: 'import and const of one name',
    cells: ["import { sep } from 'node:path'; const sep = 1;"],
    error: "SyntaxError: Identifier 'sep' has already been declared",
    unchecked: true,
  },
  {
    title: 'parameters of one name',
    cells: ['const f = (a: number, a: number) => a;'],
    error: 'SyntaxError: Argument name clash',
    unchecked: true,
  },
  {
    title: 'delete of a name',
    cells: ['let a = 1; delete a;'],
    error: 'SyntaxError: Deleting local variable in strict mode',
    unchecked: true,
  },
  {
    title: 'delete of a member',
    cells: [
      'const o: { a?: number; b: number } = { a: 1, b: 2 };',
      'const gone = delete o.a;',
      '`${gone} ${Object.keys(o)}`',
    ],
  },
  {
    title: 'delete of what cannot be deleted',
    cells: ['delete (Object.freeze({ a: 1 }) as { a?: number }).a'],
  },
];
