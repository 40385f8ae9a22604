/**
 * Ours beside a peer, each in processes of its own, taking turns, so that whatever else the machine
 * does hits both. Every contender prints its own timings as one JSON line.
 */

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { type Figure, print } from './figure.ts';

/** What takes part: a program, and what it is called. */
export interface Contender {
  readonly command: readonly string[];
  /** Where it does not say its own name in `peer`. */
  readonly name: string;
}

/** What a contender tells; all but `wall` and `peakMB` in the unit of the figure. */
export interface Result {
  readonly peer?: string;
  readonly min: number;
  readonly median: number;
  /** The most memory that the process held. */
  readonly peakMB: number;
  /** Milliseconds from the start of the process to its end. */
  readonly wall: number;
}

const here = import.meta.dirname;
const python = path.join(here, '.venv', 'bin', 'python');
const threads = 2;

/** A script in `peers/` for Python with PyTorch. */
export function pytorch(script: string, ...args: readonly string[]): Contender {
  return { command: [python, path.join(here, 'peers', script), ...args], name: 'PyTorch' };
}

/** A script of ours in `ours/`. */
export function ours(script: string, ...args: readonly string[]): Contender {
  return { command: node(path.join(here, 'ours', script), args), name: 'ours' };
}

/** A script in `peers/` for Node. */
export function javascript(name: string, script: string, ...args: readonly string[]): Contender {
  return { command: node(path.join(here, 'peers', script), args), name };
}

function node(script: string, args: readonly string[]): string[] {
  return [process.execPath, '--conditions=source', script, ...args];
}

/** Runs a contender once. */
export function runOnce({ command, name }: Contender): Result {
  if (command[0] === python && !existsSync(python)) {
    throw new Error('The peer is a Python library: first run npm run bench -- setup');
  }
  const [program, ...args] = [...twoCores(), ...command] as [string, ...string[]];
  const started = performance.now();
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: 'utf8',
    timeout: 1_200_000,
    env: { ...process.env, OMP_NUM_THREADS: String(threads), BENCH_THREADS: String(threads) },
  });
  const wall = performance.now() - started;
  if (status !== 0) throw new Error(`${name} failed: ${error?.message ?? stderr.trim()}`);
  const line = stdout.trim().split('\n').at(-1)!;
  return { ...(JSON.parse(line) as Omit<Result, 'wall'>), wall };
}

/** On a larger machine both get two of its cores. */
function twoCores(): string[] {
  const pinned = process.platform === 'linux' && availableParallelism() > threads;
  return pinned ? ['taskset', '--cpu-list', `0-${threads - 1}`] : [];
}

/**
 * Lets both run `rounds` times in turn and prints the figure: the middle of the rounds' middles,
 * and the best of all.
 *
 * @param pick what of a result is compared; the times it tells if left out
 */
export function contest(
  about: Pick<Figure, 'bench' | 'case' | 'unit'>,
  [first, second]: readonly [Contender, Contender],
  { rounds = 3, pick }: { rounds?: number; pick?: (result: Result) => number } = {},
): void {
  const mine: Result[] = [];
  const theirs: Result[] = [];
  for (let round = 0; round < rounds; round++) {
    mine.push(runOnce(first));
    theirs.push(runOnce(second));
  }
  const middleOf = (results: Result[]) => middle(results.map(pick ?? (({ median }) => median)));
  const bestOf = (results: Result[]) => Math.min(...results.map(pick ?? (({ min }) => min)));
  print({
    ...about,
    ours: middleOf(mine),
    peer: middleOf(theirs),
    oursBest: bestOf(mine),
    peerBest: bestOf(theirs),
    peerName: theirs[0]!.peer ?? second.name,
  });
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}
