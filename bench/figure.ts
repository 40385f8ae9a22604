/** One measured figure beside its peer's, as `npm run bench` prints it. */
export interface Figure {
  bench: string;
  case: string;
  ours: number;
  peer: number;
  peerName: string;
  unit: 'ms';
}

/** Prints one JSON line. `ratio` above 1 means that ours is better (all units so far: less is better). */
export function print(figure: Figure): void {
  const round = (value: number): number => Number(value.toPrecision(3));
  const { ours, peer, ...rest } = figure;
  const line = { ...rest, ours: round(ours), peer: round(peer), ratio: round(peer / ours) };
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
