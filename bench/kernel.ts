// Claim: our TypeScript kernel, which checks types, starts as soon and answers as fast as those that
// do not, computes like plain Node, and takes less memory than others that know TypeScript.
import { setTimeout as delay } from 'node:timers/promises';
import { print } from './figure.ts';
import { type Contestant, contestants, Measured, plainNode } from './kernels.ts';

const CELLS = 1000;
const lines = 10_000;

/** Figures of one kernel by their names, in ms or MB. */
type Figures = Map<string, number>;

const middle = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

async function repeat(times: number, measure: () => Promise<number>): Promise<number> {
  const values: number[] = [];
  for (let i = 0; i < times; i++) values.push(await measure());
  return middle(values);
}

/** Starts kernels, which is measured several times, each in a fresh process. */
async function starts(contestant: Contestant, figures: Figures): Promise<void> {
  const replies: number[] = [];
  const results: number[] = [];
  for (let i = 0; i < 5; i++) {
    const kernel = await Measured.start(contestant);
    replies.push(kernel.client.answeredAt! - kernel.startedAt);
    await kernel.time('1 + 1');
    results.push(performance.now() - kernel.startedAt);
    await kernel.stop();
  }
  figures.set('start to first reply', middle(replies));
  figures.set('start to first result', middle(results));
}

async function measure(contestant: Contestant): Promise<Figures> {
  const figures: Figures = new Map();
  await starts(contestant, figures);
  const { cells } = contestant;
  const kernel = await Measured.start(contestant);
  try {
    await kernel.time('1 + 1');
    await delay(3000); // what it reads in the background
    figures.set('memory at start, MB', kernel.memory());
    const times: number[] = [];
    for (let n = 0; n < CELLS; n++) times.push(await kernel.time(cells.trivial(n)));
    figures.set('trivial cell, first hundred', middle(times.slice(0, 100)));
    figures.set('trivial cell, last hundred of 1000', middle(times.slice(-100)));
    await delay(3000);
    figures.set('memory after 1000 cells, MB', kernel.memory());
    await kernel.time(cells.declare);
    const timed = (code: string) => repeat(5, () => kernel.time(code));
    figures.set('earlier variable in a loop, 1e6', await timed(cells.useEarlier));
    figures.set('1e7 top-level additions', await timed(cells.addTopLevel));
    figures.set('completion after a dot', await repeat(20, () => completion(kernel, cells)));
    // Last, for tslab does not recover: with most of its output its idle message is lost.
    figures.set('10 000 printed lines', await printing(kernel, cells));
  } finally {
    await kernel.stop();
  }
  return figures;
}

/** NaN where nothing is found, as with Deno after a thousand cells. */
async function completion({ client }: Measured, { incomplete }: Cells): Promise<number> {
  const started = performance.now();
  const content = { code: incomplete, cursor_pos: incomplete.length };
  const { reply } = await client.request('complete_request', content);
  const time = performance.now() - started;
  const { matches } = reply.content as { matches: string[] };
  return matches.length > 0 ? time : Number.NaN;
}

type Cells = Contestant['cells'];

/** NaN where lines were lost. */
async function printing(kernel: Measured, { printLines }: Cells): Promise<number> {
  const started = performance.now();
  const printed = await Promise.race([kernel.client.execute(printLines), delay(10_000, null)]);
  const time = performance.now() - started;
  return printed?.stdout.match(/\n/g)?.length === lines ? time : Number.NaN;
}

/** What only ours is asked: memory with the library in use, and of further kernels. */
async function memoryInUse(contestant: Contestant): Promise<Figures> {
  const figures: Figures = new Map();
  const kernel = await Measured.start(contestant);
  const training = `
    import { nn, optim, randn, trainStep } from '@lectern/lib';
    const model = new nn.Linear(8, 1, { seed: 1 });
    const step = trainStep(new optim.AdamW(model.parameters(), { lr: 0.01 }), (x, y) =>
      model.forward(x).sub(y).square().mean());
    for (let i = 0; i < 100; i++) await step(randn([16, 8], { seed: i }), randn([16, 1], { seed: i }));`;
  await kernel.time(training);
  await delay(3000);
  figures.set('memory with the library and a small model trained, MB', kernel.memory());
  await kernel.stop();
  const first = await Measured.start(contestant);
  await first.time('1 + 1');
  await delay(1000);
  const alone = first.memory();
  const second = await Measured.start(contestant, first);
  await second.time('1 + 1');
  await delay(1000);
  figures.set('memory of a further kernel, MB', first.memory() - alone);
  await second.client.stop();
  await first.stop();
  return figures;
}

export async function run(): Promise<void> {
  const [us, ...others] = contestants() as [Contestant, ...Contestant[]];
  const ours = await measure(us);
  const show = (name: string, value: number, peer: number, peerName: string) =>
    print({
      bench: 'kernel',
      case: name.replace(', MB', ''),
      ours: value,
      peer,
      peerName,
      unit: name.endsWith('MB') ? 'MB' : 'ms',
    });
  for (const other of others) {
    const theirs = await measure(other);
    for (const [name, value] of ours) show(name, value, theirs.get(name)!, other.name);
  }
  const name = '1e7 top-level additions';
  const plain = middle(Array.from({ length: 5 }, () => plainNode(us.cells.addTopLevel)));
  show(name, ours.get(name)!, plain, 'plain Node');
  const goals = { 'memory with the library and a small model trained, MB': 300 };
  for (const [name, value] of await memoryInUse(us)) {
    show(name, value, (goals as Record<string, number>)[name] ?? 80, 'our goal');
  }
}
