/** What somebody does in a notebook, at random: the actions of `soak.ts`. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Executed, KernelClient } from './client.ts';
import type { Editor } from './editor.ts';

/** Numbers in [0, 1) from a seed. */
type Random = () => number;

/** A notebook that is being worked on. */
export interface Work {
  kernel: KernelClient;
  editor: Editor;
  random: Random;
  /** The cells run last, to run again or to change. */
  cells: string[];
  /** How many cells have run. */
  ran: number;
}

type Action = (work: Work) => Promise<void>;

/** Few enough that the values behind them do not grow in number. */
const NAMES = [
  'alpha',
  'beta',
  'gamma',
  'delta',
  'epsilon',
  'zeta',
  'eta',
  'theta',
  'iota',
  'kappa',
];

const REMEMBERED = 50;

export function generator(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const pick = <Item>({ random }: Work, items: readonly Item[]): Item =>
  items[Math.floor(random() * items.length)]!;

const number = ({ random }: Work, below: number): number => Math.floor(random() * below);

async function run(work: Work, code: string): Promise<Executed> {
  work.cells.push(code);
  if (work.cells.length > REMEMBERED) work.cells.shift();
  work.ran++;
  return await work.kernel.execute(code, { stop_on_error: false, allow_stdin: true });
}

/** @throws where a cell does not say what it should */
async function expectResult(work: Work, code: string, result: string): Promise<void> {
  const executed = await run(work, code);
  if (executed.result !== result) {
    throw new Error(`${code}\nshould give ${result}, not ${said(executed)}`);
  }
}

async function expectError(work: Work, code: string, name: string): Promise<void> {
  const executed = await run(work, code);
  if (executed.error?.ename !== name) {
    throw new Error(`${code}\nshould fail with ${name}, not ${said(executed)}`);
  }
}

async function expectRun(work: Work, code: string): Promise<void> {
  const executed = await run(work, code);
  if (executed.error) throw new Error(`${code}\nshould not fail with ${said(executed)}`);
}

const said = ({ error, result }: Executed): string => error?.traceback ?? String(result);

async function values(work: Work): Promise<void> {
  const n = number(work, 1000);
  const [code, result] = pick(work, [
    [`${n} + 1`, `${n + 1}`],
    [`[${n}, 2].map((item) => item * 2)`, `[ ${2 * n}, 4 ]`],
    [`({ a: ${n}, b: { c: 'x' } })`, `{ a: ${n}, b: { c: 'x' } }`],
    [`new Map([[${n}, new Set([1])]])`, `Map(1) { ${n} => Set(1) { 1 } }`],
    [`new Float32Array([${n}, 1])`, `Float32Array(2) [ ${n}, 1 ]`],
    [`new Array(${n} + 1).fill('text').join('').length`, `${4 * (n + 1)}`],
    [`Array.from({ length: 1e5 }, (_, i) => ({ i })).length + ${n}`, `${1e5 + n}`],
    [`await Promise.resolve(${n})`, `${n}`],
  ] as const);
  await expectResult(work, code, result);
}

async function declarations(work: Work): Promise<void> {
  const [name, other] = [pick(work, NAMES), `other${number(work, 5)}`];
  const n = number(work, 1000);
  const [code, result] = pick(work, [
    [`const ${name} = ${n};\n${name} + 1`, `${n + 1}`],
    [`let ${name}: number[] = Array(1e4).fill(${n});\n${name}.length`, '10000'],
    [`var ${name} = 'text ${n}';\n${name}.length > 5`, 'true'],
    [
      `function ${name}(n: number): number { return n < 2 ? 1 : n * ${name}(n - 1); }\n${name}(5)`,
      '120',
    ],
    [`class ${name} { x = ${n}; get y() { return this.x + 1; } }\nnew ${name}().y`, `${n + 1}`],
    [`enum ${name} { First = ${n}, Second }\n${name}.Second`, `${n + 1}`],
    [`interface I${name} { a: ${n} }\nconst ${name}: I${name} = { a: ${n} };\n${name}.a`, `${n}`],
    [`const { ${name}, ...${other} } = { ${name}: ${n}, b: 2 };\n${other}.b`, '2'],
    [
      `function* ${name}() { for (let i = 0; i < 3; i++) yield i + ${n}; }\n[...${name}()].length`,
      '3',
    ],
    [`const ${name} = <T,>(x: T) => () => x;\n${name}(${n})()`, `${n}`],
    [`import { join as ${name} } from 'node:path';\n${name}('a', '${n}')`, `'a/${n}'`],
    [`namespace ${name} { export const inner = ${n}; }\n${name}.inner`, `${n}`],
  ] as const);
  await expectResult(work, code, result);
}

async function errors(work: Work): Promise<void> {
  const n = number(work, 1000);
  const [code, name] = pick(work, [
    [`throw new RangeError('no ${n}')`, 'RangeError'],
    [`const wrong: string = ${n};`, 'TypeScriptError'],
    [`undeclared${n} + 1`, 'TypeScriptError'],
    [`const = ${n}`, 'SyntaxError'],
    [`(function deep(): number { return deep() + ${n}; })()`, 'RangeError'],
    [`throw new AggregateError([new Error('${n}')], 'several')`, 'AggregateError'],
    [`await Promise.reject(new TypeError('rejected ${n}'))`, 'TypeError'],
    [`JSON.parse('{ ${n}')`, 'SyntaxError'],
    [
      `Promise.reject(new Error('${n}')); await new Promise((done) => setTimeout(done, 5))`,
      'Error',
    ],
  ] as const);
  await expectError(work, code, name);
}

async function displays(work: Work): Promise<void> {
  const n = number(work, 1000);
  await expectRun(
    work,
    pick(work, [
      `display.html('<b>${n}</b>')`,
      `display.svg('<svg><circle r="${n}"/></svg>')`,
      `display.markdown('*${n}*'); display.latex('x^{${n}}')`,
      `display.vegaLite({ mark: 'bar', data: { values: [{ a: ${n} }] } })`,
      `display.json({ n: ${n} }); clearOutput({ wait: true }); display(${n})`,
      `display(Array.from({ length: 60 }, (_, i) => ({ i, square: i * ${n} })))`,
      `display(${n}, { id: 'place' }); for (let i = 0; i < 20; i++) display(i, { id: 'place', update: true })`,
      `for (const i of display.progress([1, 2, 3, ${n}], 'steps')) i + 1;`,
      `for (let i = 0; i < 1000; i++) console.log('line', i, { n: ${n} })`,
      `console.table([{ a: ${n} }]); console.group('g'); console.error('e'); console.groupEnd()`,
      `process.stdout.write('${'.'.repeat(100)}\\r${n}\\n')`,
      `require('node:child_process').execSync('echo ${n}', { stdio: 'inherit' })`,
    ]),
  );
}

async function asynchrony(work: Work): Promise<void> {
  const n = number(work, 20);
  await expectRun(
    work,
    pick(work, [
      `await new Promise((resolve) => setTimeout(resolve, ${n}))`,
      `setTimeout(() => console.log('late ${n}'), ${n})`,
      `{ let times = 0; const timer = setInterval(() => { if (++times > 3) clearInterval(timer); }, ${n}); }`,
      `for await (const item of (async function* () { yield* [1, 2, ${n}]; })()) console.log(item)`,
      `await Promise.all(Array.from({ length: 100 }, async (_, i) => { await null; return i; }))`,
      `queueMicrotask(() => console.log(${n}))`,
    ]),
  );
}

async function widgets(work: Work): Promise<void> {
  const { kernel } = work;
  const executed = await run(
    work,
    `const widget = new AnyWidget({ esm: 'export default {}', state: { n: 0, bytes: new Uint8Array(1000) } });
     widget.on('change:n', (n) => console.log(n));
     widget`,
  );
  const opened = executed.iopub.find(({ header }) => header.msg_type === 'comm_open');
  const comm_id = String(opened?.content.comm_id);
  const data = { method: 'update', state: { n: 7 }, buffer_paths: [] };
  await kernel.request('comm_msg', { comm_id, data }, { replies: false });
  await expectResult(
    work,
    "widget.set({ n: (widget.get('n') as number) + 1 }); widget.get('n')",
    '8',
  );
  await expectRun(work, 'widget.close()');
}

async function imports(work: Work): Promise<void> {
  const n = number(work, 1000);
  const { directory } = work.kernel;
  const module = `module${number(work, 5)}`;
  const file = path.join(directory, `${module}.ts`);
  if (work.random() < 0.5) {
    writeFileSync(file, `export enum Kind { A = ${n} }\nexport const ${module} = Kind.A;\n`);
    await expectResult(work, `import { ${module} } from './${module}.ts';\n${module}`, `${n}`);
    return;
  }
  await expectRun(
    work,
    pick(work, [
      "import { tensor } from '@lectern/lib';\nawait tensor([[1, 2], [3, 4]]).matmul(tensor([[1], [2]])).data()",
      "import fs from 'node:fs';\nfs.readdirSync('.').length",
      "const loaded = await import('node:os');\nloaded.cpus().length",
      "const { EventEmitter } = require('node:events');\nnew EventEmitter()",
      `import { nn, optim, randn, trainStep } from '@lectern/lib';
       const model = new nn.Linear(8, 1, { seed: ${n} });
       const step = trainStep(new optim.AdamW(model.parameters(), { lr: 0.01 }), (x, y) =>
         model.forward(x).sub(y).square().mean());
       for (let i = 0; i < 10; i++) await step(randn([16, 8], { seed: i }), randn([16, 1], { seed: i }));`,
    ]),
  );
}

async function interrupts(work: Work): Promise<void> {
  const { kernel } = work;
  const code = pick(work, [
    "console.log('go'); while (true) {}",
    "console.log('go'); await new Promise(() => {})",
    "console.log('go'); for (;;) await null",
    "console.log('go'); setInterval(() => {}, 1); for (;;) await new Promise((done) => setTimeout(done, 1))",
  ]);
  const { id, executed } = kernel.begin(code);
  work.ran++;
  await kernel.untilPrinted(id, 'go');
  await kernel.interrupt();
  const { error } = await executed;
  if (error?.ename !== 'KeyboardInterrupt') throw new Error(`${code}\nended with ${error?.ename}`);
}

async function requests({ kernel, ...work }: Work): Promise<void> {
  const code = pick({ kernel, ...work }, ['console.', '"".', 'Math.fl', 'process.', 'alph']);
  const place = { code, cursor_pos: code.length };
  const { reply } = await kernel.request('complete_request', place);
  if (reply.content.status !== 'ok') throw new Error(`No completion of ${code}`);
  await kernel.request('inspect_request', { ...place, detail_level: 0 });
  await kernel.request('is_complete_request', { code: 'function f() {' });
  await kernel.request('history_request', { hist_access_type: 'tail', n: 10 });
}

/** Types a cell letter by letter, as pages tell it. */
async function typing({ editor, ...work }: Work): Promise<void> {
  const text = pick({ editor, ...work }, [
    'const typed = [1, 2, 3].map((item) => item.toFixed(2));',
    'class Typed { value = 1; next() { return this.value + 1; } }',
    'for (const name of Object.keys(globalThis)) console.log(name.length);',
  ]);
  const shown = { first: work.cells.at(-1) ?? '', second: '' };
  editor.show(shown);
  for (let length = 1; length <= text.length; length += 3) {
    editor.type('second', text.slice(0, length));
    if (work.random() < 0.2) await editor.complete('second', `${text.slice(0, length)}|`);
  }
  await editor.problems('second');
  await editor.hover('second', `${text.slice(0, 8)}|${text.slice(8)}`);
  await editor.signature('second', `${text}\nMath.max(|`);
  await editor.request('lectern/variables', {});
}

async function again(work: Work): Promise<void> {
  const code = pick(work, work.cells);
  if (code !== undefined) await run(work, work.random() < 0.5 ? code : `${code}\n// changed`);
}

async function asks(work: Work): Promise<void> {
  const { id, executed } = work.kernel.begin("prompt('Who? ')");
  work.ran++;
  await work.kernel.answer(id);
  if ((await executed).result !== `'${id}'`) throw new Error('The answer has not arrived.');
}

async function debugging({ kernel }: Work): Promise<void> {
  let seq = 0;
  const ask = (command: string, args: object = {}) =>
    kernel.request(
      'debug_request',
      { type: 'request', seq: ++seq, command, arguments: args },
      { channel: 'control' },
    );
  await ask('initialize', { clientID: 'soak' });
  await ask('attach');
  await ask('dumpCell', { code: 'let inDebugger = 1;\ninDebugger++;' });
  await ask('configurationDone');
  await ask('inspectVariables');
  await kernel.execute('let inDebugger = 1;\ninDebugger++;');
  await ask('disconnect', {});
}

/** Actions, and how often each is done compared with the others. */
const weights = new Map([
  [values, 20],
  [declarations, 20],
  [errors, 8],
  [displays, 12],
  [asynchrony, 8],
  [again, 10],
  [requests, 6],
  [typing, 4],
  [imports, 5],
  [widgets, 3],
  [interrupts, 2],
  [asks, 1],
  [debugging, 1],
]);

const actions = [...weights].flatMap(([action, weight]) => Array(weight).fill(action) as Action[]);

/** How long one action may take, ms: what hangs is a failure. */
const PATIENCE = 120_000;

/** Does one thing. @throws where something does not come out as it should */
export async function act(work: Work): Promise<void> {
  const action = pick(work, actions);
  const late = delay(PATIENCE, undefined, { ref: false }).then(() => {
    throw new Error(`${action.name} takes longer than ${PATIENCE / 1000} s.`);
  });
  await Promise.race([action(work), late]);
  // What has been heard is of no further use, and would take this process's memory.
  work.kernel.heard.length = 0;
}
