/**
 * Random cells for hours against one kernel and its language service, watched for memory and for
 * wrong answers: `node --conditions=source tests/kernel/soak.ts [--minutes N] [--seed N]`. Linux.
 *
 * Prints a line a minute: minutes, cells, MB of the kernel and of the service (each page shared
 * with others counted in part, PSS), and MB in use of the kernel's heap.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { KernelClient } from './client.ts';
import { Editor } from './editor.ts';
import { act, generator, type Work } from './soak-actions.ts';

/** Between two actions, ms: other work on the machine goes on. */
const REST = 20;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '120' },
    seed: { type: 'string', default: '1' },
  },
});

const place = mkdtempSync(path.join(tmpdir(), 'lectern-soak-'));
const kernel = await KernelClient.start({ env: { TMPDIR: place } });
const work: Work = {
  kernel,
  editor: await Editor.open(kernel),
  random: generator(Number(values.seed)),
  cells: [],
  ran: 0,
};

const started = performance.now();
const minutes = () => (performance.now() - started) / 60_000;
let failures = 0;
process.stdout.write('minutes\tcells\tkernel\tservice\theap\tfailures\n');
for (let reported = -1; minutes() < Number(values.minutes); ) {
  try {
    await act(work);
  } catch (error) {
    failures++;
    process.stderr.write(`After ${work.ran} cells: ${(error as Error).message}\n`);
  }
  if (kernel.process.exitCode !== null || kernel.process.signalCode !== null) {
    process.stderr.write('The kernel has ended.\n');
    break;
  }
  if (Math.floor(minutes()) > reported) {
    reported = Math.floor(minutes());
    await report(reported);
  }
  await delay(REST);
}
await kernel.stop();
rmSync(place, { recursive: true, force: true });
process.exit(failures === 0 ? 0 : 1);

async function report(minute: number): Promise<void> {
  const { result } = await kernel.execute('process.memoryUsage().heapUsed', { silent: false });
  const [ours, service] = memory();
  const figures = [minute, work.ran, ours, service, Number(result) / 2 ** 20, failures];
  process.stdout.write(`${figures.map((figure) => Math.round(figure!)).join('\t')}\n`);
}

/** MB of the kernel and of the language service. */
function memory(): [number, number] {
  let service = 0;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
      if (!environment.includes(`TMPDIR=${place}\0`)) continue;
      if (environment.includes('LECTERN_LANGUAGE_SOCKET=')) service += sizeOf(pid);
    } catch {
      // ended meanwhile, or not ours
    }
  }
  return [sizeOf(kernel.process.pid!), service];
}

function sizeOf(pid: number | string): number {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  return Number(/^Pss:\s+(\d+)/m.exec(rollup)![1]) / 1024;
}
