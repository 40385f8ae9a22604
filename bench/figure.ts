/** One measured figure beside its peer's, as `npm run bench` prints it. */
export interface Figure {
  bench: string;
  case: string;
  ours: number;
  peer: number;
  /** The best of all repetitions: what the machine can do when nothing else runs. */
  oursBest?: number;
  peerBest?: number;
  peerName: string;
  unit: 'ms' | 'µs' | 'ms/token' | 'MB';
}

/** Prints one JSON line. `ratio` above 1 means that ours is better (in all units less is better). */
export function print({ ours, peer, oursBest, peerBest, ...rest }: Figure): void {
  const round = (value: number): number => Number(value.toPrecision(3));
  const line = {
    ...rest,
    ours: round(ours),
    peer: round(peer),
    ratio: round(peer / ours),
    ...(oursBest !== undefined &&
      peerBest !== undefined && {
        oursBest: round(oursBest),
        peerBest: round(peerBest),
        ratioBest: round(peerBest / oursBest),
      }),
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** The middle of `times` repetitions of `measure`, in milliseconds. */
export async function median(times: number, measure: () => Promise<unknown>): Promise<number> {
  const durations: number[] = [];
  for (let i = 0; i < times; i++) {
    const started = performance.now();
    await measure();
    durations.push(performance.now() - started);
  }
  durations.sort((a, b) => a - b);
  return durations[durations.length >> 1] ?? Number.NaN;
}
