/** The kernels that `kernel.ts` compares, and what each is asked to do. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { kernelspecs } from '@lectern/kernel/kernelspec';
import { KernelClient } from '../tests/kernel/client.ts';

/** How long a cell may take, ms. */
const PATIENCE = 20_000;

const peers = path.join(import.meta.dirname, '.venv');
const deno = path.join(peers, `node_modules/@deno/${denoPlatform()}/deno`);
const python = path.join(peers, 'bin/python');

/** Code in the language of a kernel. */
export interface Cells {
  /** The n-th of many cells that do next to nothing and differ. */
  trivial: (n: number) => string;
  declare: string;
  /** Uses what `declare` declared, a million times. */
  useEarlier: string;
  addTopLevel: string;
  printLines: string;
  /** Ends where members of a value are wanted. */
  incomplete: string;
}

export interface Contestant {
  readonly name: string;
  readonly argv: readonly string[];
  readonly cells: Cells;
}

const javascript: Cells = {
  trivial: (n) => `${n} + 1`,
  declare: "let warm = 1; const text = 'warm';",
  useEarlier: 'for (let i = 0; i < 1e6; i++) warm += i;',
  addTopLevel: 'let s = 0; for (let i = 0; i < 1e7; i++) s += i;',
  printLines: "for (let i = 0; i < 10_000; i++) console.log('line', i);",
  incomplete: 'text.to',
};

const pythonCells: Cells = {
  trivial: (n) => `${n} + 1`,
  declare: "warm = 1; text = 'warm'",
  useEarlier: 'for i in range(1_000_000): warm += i',
  addTopLevel: 's = 0\nfor i in range(10_000_000): s += i',
  printLines: "for i in range(10_000): print('line', i)",
  incomplete: 'text.is',
};

/** Ours first. Peers that are not installed are left out. */
export function contestants(): Contestant[] {
  const { typescript, tslab } = kernelspecs();
  const all = [
    { name: 'ours', argv: typescript!.spec.argv, cells: javascript },
    { name: 'tslab 1.0.22', argv: tslab!.spec.argv, cells: javascript },
    {
      name: 'Deno',
      argv: [deno, 'jupyter', '--kernel', '--conn', '{connection_file}'],
      cells: javascript,
    },
    {
      name: 'ipykernel',
      argv: [python, '-m', 'ipykernel_launcher', '-f', '{connection_file}'],
      cells: pythonCells,
    },
  ];
  const there = all.filter(({ argv }) => existsSync(argv[0]!));
  const missing = all.filter((one) => !there.includes(one)).map(({ name }) => name);
  if (missing.length > 0) {
    process.stderr.write(`Without ${missing.join(' and ')}: first run npm run bench -- setup\n`);
  }
  return there;
}

/** A kernel that shares nothing with others on this machine, and all processes that belong to it. */
export class Measured {
  readonly client: KernelClient;
  readonly startedAt: number;
  readonly #place: string;

  private constructor(client: KernelClient, startedAt: number, place: string) {
    this.client = client;
    this.startedAt = startedAt;
    this.#place = place;
  }

  /** @param beside shares the language service of this one, as kernels on one machine do */
  static async start({ argv }: Contestant, beside?: Measured): Promise<Measured> {
    const place = beside ? beside.#place : mkdtempSync(path.join(tmpdir(), 'lectern-bench-'));
    const startedAt = performance.now();
    const { env } = kernelspecs().typescript!.spec;
    const client = await KernelClient.start({
      argv,
      env: { ...env, TMPDIR: place },
      warm: false,
    });
    return new Measured(client, startedAt, place);
  }

  /** Milliseconds from request to idle; NaN where idle is never said, as sometimes by tslab. */
  async time(code: string): Promise<number> {
    const started = performance.now();
    const executed = await Promise.race([this.client.execute(code), delay(PATIENCE, null)]);
    if (executed?.error) throw new Error(`${code}: ${executed.error.evalue}`);
    return executed ? performance.now() - started : Number.NaN;
  }

  /**
   * Memory of its processes in MB, each page shared with others counted in part (PSS). Linux only.
   */
  memory(): number {
    let sum = 0;
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      try {
        if (!readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`TMPDIR=${this.#place}\0`)) {
          continue;
        }
        const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
        sum += Number(/^Pss:\s+(\d+)/m.exec(rollup)![1]) / 1024;
      } catch {
        // ended meanwhile, or not ours
      }
    }
    return sum;
  }

  async stop(): Promise<void> {
    await this.client.stop();
    rmSync(this.#place, { recursive: true, force: true });
  }
}

/** Milliseconds that plain Node takes for a module with this code. */
export function plainNode(code: string): number {
  const program = `const t = performance.now(); { ${code} } console.log(performance.now() - t);`;
  const flags = ['--input-type=module', '--eval', program];
  return Number(execFileSync(process.execPath, flags, { encoding: 'utf8' }));
}

function denoPlatform(): string {
  const { platform, arch } = process;
  return platform === 'linux' ? `linux-${arch}-glibc` : `${platform}-${arch}`;
}
