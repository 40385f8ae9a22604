import type { Sequence } from './sequence.ts';

/** Classes, decorators, resources, enums, namespaces and other types. */
export const classes: Sequence[] = [
  {
    title: 'fields, methods, accessors',
    cells: [
      'class P { x = 1; y; constructor(y: number) { this.y = y; } get sum() { return this.x + this.y; } set sum(n: number) { this.x = n - this.y; } double() { return 2 * this.sum; } }',
      'const p = new P(2); p.sum = 10;',
      '`${p.x} ${p.double()}`',
    ],
  },
  {
    title: 'fields that use notebook names',
    cells: [
      'let start = 1; class C { n = start; inc = () => ++this.n; }',
      'start = 5; const c = new C();',
      'c.inc()',
    ],
  },
  {
    title: 'private fields, methods and accessors',
    cells: [
      'class Q { #a = 1; #m() { return this.#a; } get #g() { return this.#m() + 1; } static #s = 5; v() { return this.#g + Q.#s; } }',
      'new Q().v()',
    ],
  },
  {
    title: 'private names asked for with in',
    cells: [
      'class Q { #a = 1; static has(o: object) { return #a in o; } }',
      '`${Q.has(new Q())} ${Q.has({})}`',
    ],
  },
  {
    title: 'static fields and blocks',
    cells: [
      'let log = 0; class S { static a = 1; static b = S.a + 1; static { log = S.b * 10; } static { try { throw 1; } catch { log++; } } }',
      'log',
    ],
  },
  {
    title: 'this in a static block and field',
    cells: ['class S { static a = 1; static b = this.a + 1; static { this.a = 7; } }', 'S.a + S.b'],
  },
  {
    title: 'computed members',
    cells: [
      "const key = 'dyn'; class C { [key + 1] = 1; [`${key}2`]() { return 2; } static [Symbol.for('s')] = 3; }",
      "const c = new C() as any; c.dyn1 + c.dyn2() + (C as any)[Symbol.for('s')]",
    ],
    unchecked: true,
  },
  {
    title: 'inheritance across cells',
    cells: [
      'class A { #n = 1; static made = 0; static { A.made = 10; } get n() { return this.#n; } }',
      'class B extends A { override get n() { return super.n + A.made; } }',
      'new B().n',
    ],
  },
  {
    title: 'super in methods, statics, objects',
    cells: [
      'class A { m() { return 1; } static s() { return 2; } } const base = { o() { return 3; } };',
      'class B extends A { override m() { return super.m() + 10; } static override s() { return super.s() + 10; } } const o = { __proto__: base, o() { return (super.o as () => number)() + 10; } };',
      'new B().m() + B.s() + (o.o() as number)',
    ],
    unchecked: true,
  },
  {
    title: 'a class extends an expression',
    cells: [
      'const mixin = <T extends new (...a: any[]) => object>(K: T) => class extends K { mixed = 1; };',
      'class M extends mixin(class { own = 2; }) {}',
      'new M().mixed + new M().own',
    ],
  },
  {
    title: 'a class extends null, Error, Array, Map',
    cells: [
      "class E2 extends RangeError { override name = 'E2'; code = 4; } class L extends Array<number> { total() { return this.reduce((a, b) => a + b, 0); } } class D extends Map<string, number> { add(k: string) { return this.set(k, (this.get(k) ?? 0) + 1); } }",
      "const l = L.from([1, 2, 3]) as L; `${new E2('m')} ${l.total()} ${l.map((x) => x * 2) instanceof L} ${new D().add('a').add('a').get('a')}`",
    ],
  },
  {
    title: 'a class’s error thrown',
    cells: [
      "class MyError extends Error { override name = 'MyError'; }",
      "throw new MyError('mine')",
    ],
  },
  {
    title: 'abstract classes',
    cells: [
      'abstract class Shape { abstract area(): number; describe() { return `area ${this.area()}`; } }',
      'class Sq extends Shape { constructor(readonly side: number) { super(); } area() { return this.side ** 2; } }',
      'new Sq(3).describe()',
    ],
  },
  {
    title: 'parameter properties',
    cells: [
      'class P { constructor(public x: number, private readonly y = 2, protected z?: number) {} get all() { return this.x + this.y + (this.z ?? 0); } }',
      'new P(1).all + new P(1, 1, 1).all',
    ],
  },
  {
    title: 'implements, index signatures, definite fields',
    cells: [
      'interface HasArea { area: number } class R implements HasArea { area!: number; [key: string]: number; }',
      'const r = new R(); r.area = 3; r.other = 4;',
      'r.area + r.other!',
    ],
  },
  {
    title: 'fields declared only',
    cells: [
      "class A { v: unknown = 'a'; } class B extends A { declare v: string; }",
      'new B().v.length',
    ],
  },
  {
    title: 'class expressions with names',
    cells: ['const K = class Inner { static self() { return Inner.name; } };', 'K.self() + K.name'],
  },
  {
    title: 'generic classes',
    cells: [
      'class Stack<T> { #items: T[] = []; push(...v: T[]) { this.#items.push(...v); return this; } pop(): T | undefined { return this.#items.pop(); } }',
      "const s = new Stack<string>().push('a', 'b');",
      's.pop()!.toUpperCase()',
    ],
  },
  {
    title: 'static inheritance and new this',
    cells: [
      'class A { static create<T extends A>(this: new () => T): T { return new this(); } v = 1; } class B extends A { w = 2; }',
      'B.create().w',
    ],
  },
  {
    title: 'accessor fields',
    cells: [
      'class A { accessor v = 1; static accessor s = 2; }',
      'const a = new A(); a.v++; A.s += 5;',
      'a.v + A.s',
    ],
  },
  {
    title: 'toString, valueOf, toPrimitive',
    cells: [
      "class T { [Symbol.toPrimitive](hint: string) { return hint === 'number' ? 4 : 'text'; } get [Symbol.toStringTag]() { return 'Tee'; } }",
      'const t = new T(); `${t} ${+(t as unknown as number)} ${Object.prototype.toString.call(t)}`',
    ],
  },
  {
    title: 'instanceof and hasInstance',
    cells: [
      'class Even { static [Symbol.hasInstance](n: unknown) { return (n as number) % 2 === 0; } }',
      '`${(2 as any) instanceof Even} ${(3 as any) instanceof Even}`',
    ],
  },
  {
    title: 'a class’s own text is its own',
    cells: ['class K { m() { return 1; } }', 'K.toString()'],
  },
  {
    title: 'instances outlive their class',
    cells: [
      'class K { v() { return 1; } } const k = new K();',
      'class K { v() { return 2; } }',
      'k.v() + new K().v()',
    ],
    module: '3',
  },

  {
    title: 'method decorators',
    cells: [
      'function twice(f: (n: number) => number, _: ClassMethodDecoratorContext) { return (n: number) => 2 * f(n); }',
      'class D { @twice m(n: number) { return n; } }',
      'new D().m(4)',
    ],
  },
  {
    title: 'class decorators',
    cells: [
      'const made: string[] = []; function register(_: unknown, { name }: ClassDecoratorContext) { made.push(name!); }',
      '@register class A {} @register class B {}',
      'made.join()',
    ],
  },
  {
    title: 'class decorators that replace',
    cells: [
      'const sealed = <T extends new (...a: any[]) => object>(K: T, _: ClassDecoratorContext) => class extends K { sealed = true; };',
      '@sealed class A { v = 1; }',
      'const a = new A() as any; `${a.sealed} ${a.v} ${A.name}`',
    ],
  },
  {
    title: 'field, getter, setter and accessor decorators',
    cells: [
      'const plus = (n: number) => (_: undefined, __: ClassFieldDecoratorContext) => (v: number) => v + n; function logged(f: any, c: ClassGetterDecoratorContext | ClassSetterDecoratorContext) { return function (this: any, ...a: any[]) { log.push(c.kind); return f.apply(this, a); } as any; } const log: string[] = []; function clamp(t: ClassAccessorDecoratorTarget<any, number>, _: ClassAccessorDecoratorContext): any { return { set(this: any, v: number) { t.set.call(this, Math.min(v, 9)); } }; }',
      'class F { @plus(10) f = 1; @logged get g() { return this.f; } @logged set s(n: number) { this.f = n; } @clamp accessor c = 1; }',
      'const f = new F(); const a = f.g; f.s = 3; f.c = 100; `${a} ${f.f} ${f.c} ${log}`',
    ],
  },
  {
    title: 'decorators with initialisers and metadata',
    cells: [
      'const inits: string[] = []; function init(_: unknown, c: ClassMethodDecoratorContext) { c.addInitializer(() => { inits.push(String(c.name)); }); }',
      'class I { @init a() {} @init static b() {} }',
      'new I(); inits.sort().join()',
    ],
  },
  {
    title: 'decorators of private and static members',
    cells: [
      'function tag<T extends (...a: any[]) => string>(f: T, c: ClassMethodDecoratorContext) { return function (this: unknown, ...a: any[]) { return `${c.private}${c.static}${f.apply(this, a)}`; } as T; }',
      "class P { @tag #p() { return 'p'; } @tag static s() { return 's'; } call() { return this.#p(); } }",
      'new P().call() + P.s()',
    ],
  },
  {
    title: 'decorators on an exported class and an expression',
    cells: [
      'function mark<T extends Function>(K: T, _: ClassDecoratorContext) { (K as any).marked = true; }',
      'export @mark class A {} const B = @mark class {};',
      '[(A as any).marked, (B as any).marked].join()',
    ],
    unchecked: true,
  },
  {
    title: 'a decorated class and other declarations',
    cells: [
      'const id = (_: unknown, __: unknown) => {};',
      'let before = 1; @id class A { @id m() { return before; } } const after = 2; function f() { return new A().m() + after; }',
      'before = 5; f()',
    ],
  },
  {
    title: 'a decorated class declared anew',
    cells: [
      'const id = (_: unknown, __: unknown) => {};',
      '@id class A { v = 1; } const makeA = () => new A();',
      '@id class A { v = 2; }',
      'makeA().v',
    ],
    module: '2',
  },
  {
    title: 'names beside a decorated class are the user’s',
    cells: [
      'const _a = 1, _classThis = 2, __esDecorate = 3, __runInitializers = 4, _classDecorators = 5, env_1 = 6;',
      "const id = (_: unknown, __: unknown) => {}, k = 'k'; @id class A { @id [k]() { return 1; } @id static s = 2; @id accessor acc = 3; }",
      '[_a, _classThis, __esDecorate, __runInitializers, _classDecorators, env_1, new A().k()].join()',
    ],
    module: "'1,2,3,4,5,6,1'",
  },
  {
    title: 'a decorator that throws',
    cells: ["const bad = () => { throw new Error('bad decorator'); };", '@bad class A {}'],
    unchecked: true,
  },

  {
    title: 'using in a block',
    cells: [
      "const log: string[] = []; { using d = { [Symbol.dispose]() { log.push('gone'); } }; log.push('in'); void d; }",
      'log.join()',
    ],
  },
  {
    title: 'using at top level lasts as long as the module’s text',
    cells: [
      "const log: string[] = []; using d = { [Symbol.dispose]() { log.push('gone'); } }; log.push('in'); void d;",
      'log.join()',
    ],
    module: "'in,gone'",
  },
  {
    title: 'using in order, last first',
    cells: [
      "const log: string[] = []; const res = (n: string) => ({ [Symbol.dispose]() { log.push(n); } }); { using a = res('a'), b = res('b'); void a; void b; }",
      'log.join()',
    ],
  },
  {
    title: 'using when the cell throws',
    cells: [
      "const log: string[] = []; using d = { [Symbol.dispose]() { log.push('gone'); } }; throw new Error('x');",
      'log.join()',
    ],
    module: "'gone'",
  },
  {
    title: 'using null, and using in loops',
    cells: [
      "const log: string[] = []; using none = null; for (using d of ['a', 'b'].map((n) => ({ n, [Symbol.dispose]() { log.push(n); } }))) log.push(d.n + '!'); void none;",
      'log.join()',
    ],
  },
  {
    title: 'using and the last expression',
    cells: [
      'let open = false; using d = { [Symbol.dispose]() { open = false; } }; open = true; void d; open',
    ],
  },
  {
    title: 'using seen by functions of the cell',
    cells: [
      'using r = { v: 1, [Symbol.dispose]() {} }; function read() { return r.v; } const seen = read();',
      'seen',
    ],
  },
  {
    title: 'await using in a block',
    cells: [
      "const log: string[] = []; { await using d = { async [Symbol.asyncDispose]() { await null; log.push('gone'); } }; void d; }",
      'log.join()',
    ],
  },
  {
    title: 'await using at top level',
    module: "'gone'",
    cells: [
      "const log: string[] = []; await using d = { async [Symbol.asyncDispose]() { await null; log.push('gone'); } }; void d;",
      'log.join()',
    ],
  },
  {
    title: 'await using in a loop and a function',
    cells: [
      "const log: string[] = []; const res = (n: string) => ({ async [Symbol.asyncDispose]() { await null; log.push(n); } }); for (await using d of [res('a')]) void d; await (async () => { await using d = res('b'); void d; })();",
      'log.join()',
    ],
  },
  {
    title: 'DisposableStack',
    cells: [
      "const log: string[] = []; { using stack = new DisposableStack(); stack.defer(() => log.push('deferred')); }",
      'log.join()',
    ],
  },
  {
    title: 'an error of the body and one of its disposal',
    cells: [
      "let said = ''; try { using d = { [Symbol.dispose]() { throw new Error('dispose'); } }; void d; throw new Error('body'); } catch (e) { const s = e as SuppressedError; said = `${s.error.message} ${s.suppressed.message}`; }",
      'said',
    ],
  },
  {
    title: 'using beside a decorated class',
    module: '2',
    cells: [
      'const log: string[] = []; const id = (_: unknown, __: unknown) => {};',
      "using d = { [Symbol.dispose]() { log.push('gone'); } }; @id class A { v = 1; } const a = new A(); void d; a.v + log.length",
      'a.v + log.length',
    ],
  },

  {
    title: 'enums',
    cells: ['enum E { A, B = 5, C }', '`${E.A} ${E[5]} ${E.C} ${Object.keys(E).length}`'],
  },
  {
    title: 'enums of text',
    cells: [
      "enum Level { Low = 'low', High = 'high' }",
      "const name = (l: Level) => (l === Level.Low ? 'L' : 'H');",
      'name(Level.High) + Object.values(Level).join()',
    ],
  },
  {
    title: 'enums with computed members',
    cells: [
      "enum E { A = 1 << 2, B = A | 1, C = 'abc'.length, D = `${A}x`.length }",
      '[E.A, E.B, E.C].join()',
    ],
    unchecked: true,
  },
  { title: 'const enums', cells: ['const enum C { X = 3, Y = X * 2 }', 'C.X + C.Y'] },
  { title: 'enums merged in a cell', cells: ['enum M { A } enum M { B = 1 }', 'M.A + M.B'] },
  {
    title: 'an enum declared anew keeps nothing',
    cells: ['enum E { A, B }', 'enum E { C }', 'Object.keys(E).join()'],
    module: "'0,C'",
  },
  {
    title: 'an enum as a type, and in a switch',
    cells: [
      'enum Dir { Up, Down }',
      'function flip(d: Dir): Dir { switch (d) { case Dir.Up: return Dir.Down; case Dir.Down: return Dir.Up; } }',
      'Dir[flip(Dir.Up)]',
    ],
  },
  {
    title: 'namespaces',
    cells: [
      'namespace N { export const a = 1; const hidden = 2; export function f() { return a + hidden; } export interface T { v: number } }',
      'const t: N.T = { v: N.f() };',
      't.v + N.a',
    ],
  },
  {
    title: 'namespaces nested and dotted',
    cells: [
      'namespace A.B { export const v = 1; export namespace C { export enum E { X = 7 } } }',
      'A.B.v + A.B.C.E.X',
    ],
  },
  {
    title: 'namespaces merged in a cell',
    cells: [
      'namespace N { export let n = 1; } namespace N { export const twice = () => n * 2; }',
      'N.n = 4; N.twice()',
    ],
  },
  {
    title: 'a namespace merged with a function and a class',
    cells: [
      'function f() { return f.count; } namespace f { export let count = 3; } class K { v = K.start; } namespace K { export const start = 4; }',
      'f() + new K().v',
    ],
  },
  {
    title: 'a namespace with types only',
    cells: ['namespace T { export type Id = number; }', 'const id: T.Id = 3; id'],
  },
  {
    title: 'a namespace uses notebook names',
    cells: ['let base = 2; namespace N { export const get = () => base; }', 'base = 3; N.get()'],
  },
  {
    title: 'an alias of a namespace’s member',
    cells: [
      'namespace N { export namespace M { export const v = 6; } }',
      'import V = N.M; const got = V.v;',
      'got',
    ],
  },

  {
    title: 'interfaces and aliases run as nothing',
    cells: ['interface P { x: number }\ntype Q = P[];', 'const q: Q = [{ x: 1 }]; q.length'],
  },
  {
    title: 'interfaces merged in a cell, and extended',
    cells: [
      'interface A { a: number } interface A { b: number } interface B extends A { c: number }',
      'const b: B = { a: 1, b: 2, c: 3 }; b.a + b.b + b.c',
    ],
  },
  {
    title: 'mapped, conditional, template and recursive types',
    cells: [
      'type Getters<T> = { [K in keyof T & string as `get${Capitalize<K>}`]: () => T[K] }; type Elem<T> = T extends (infer E)[] ? Elem<E> : T; type Json = string | number | Json[] | { [k: string]: Json };',
      'const g: Getters<{ age: number }> = { getAge: () => 4 }; const e: Elem<number[][]> = 1; const j: Json = { a: [1, { b: "c" }] };',
      'g.getAge() + e + Object.keys(j).length',
    ],
  },
  {
    title: 'satisfies, as const, as, !',
    cells: [
      "const table = { a: 1, b: 'x' } satisfies Record<string, number | string>; const roles = ['admin', 'user'] as const; type Role = (typeof roles)[number];",
      "const role: Role = 'user'; const maybe: string | undefined = role;",
      'table.a.toFixed() + table.b.length + maybe!.length',
    ],
  },
  { title: 'old-style casts', cells: ['const v: unknown = 5;', '(<number>v).toFixed(1)'] },
  {
    title: 'generic arrow functions without a comma',
    cells: ['const id = <T>(v: T): T => v;', 'id(3).toFixed()'],
  },
  {
    title: 'a type and a value of one name',
    cells: [
      'const Id = (n: number): Id => n as Id; type Id = number & { brand?: never };',
      'const id: Id = Id(3);',
      'id + 0',
    ],
  },
  {
    title: 'a type and a value of one name, in two cells',
    cells: [
      'const Point = { make: (x: number): { x: number } => ({ x }) };',
      'type Point = ReturnType<typeof Point.make>;',
      'const p: Point = Point.make(4);',
      'p.x',
    ],
  },
  {
    title: 'a value added to a type of an earlier cell',
    cells: [
      'interface Size { w: number }',
      'const Size = { of: (w: number): Size => ({ w }) };',
      'const s: Size = Size.of(2);',
      's.w',
    ],
  },
  {
    title: 'import type and type-only names',
    cells: [
      "import type { Stats } from 'node:fs'; import { type ParsedPath, parse } from 'node:path';",
      "const size = (s: Stats) => s.size, p: ParsedPath = parse('a/b.c');",
      'p.base + size({ size: 3 } as Stats)',
    ],
  },
  {
    title: 'typeof import and import types',
    cells: [
      "type Path = typeof import('node:path'); const use = (p: Path) => p.basename('x/y');",
      "import * as path from 'node:path';",
      'use(path)',
    ],
    module: "'y'",
  },
  {
    title: 'declare runs as nothing',
    cells: [
      'declare const elsewhere: number; declare function nowhere(): void; declare class Ghost { v: number }',
      'typeof elsewhere',
    ],
  },
  {
    title: 'unique symbols',
    cells: [
      'const tag: unique symbol = Symbol("tag"); class T { [tag] = 5; }',
      'const t = new T(); t[tag]',
    ],
  },
  {
    title: 'symbols as keys and registry',
    cells: [
      "const s = Symbol('d'), o = { [s]: 1, [Symbol.iterator]: function* () { yield 2; } };",
      "`${s.description} ${o[s]} ${[...o]} ${Symbol.for('a') === Symbol.for('a')}`",
    ],
  },
];
