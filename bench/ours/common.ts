/** What our contenders share: timing, peak memory, one JSON line. */

/** Milliseconds of each of `repetitions` calls of `step`, after `warmup` calls without a clock. */
export async function timed(
  step: () => Promise<unknown>,
  warmup: number,
  repetitions: number,
): Promise<number[]> {
  for (let i = 0; i < warmup; i++) await step();
  const durations: number[] = [];
  for (let i = 0; i < repetitions; i++) {
    const started = performance.now();
    await step();
    durations.push(performance.now() - started);
  }
  return durations;
}

/** Prints the figures as `bench/contest.ts` reads them. */
export function report(durations: readonly number[], more: object = {}): void {
  const sorted = durations.toSorted((a, b) => a - b);
  const times = sorted.length > 0 && { min: sorted[0], median: sorted[sorted.length >> 1] };
  const peakMB = process.resourceUsage().maxRSS / 1024;
  process.stdout.write(`${JSON.stringify({ ...times, peakMB, ...more })}\n`);
}

/** Whole numbers from the command line, or these. */
export function numbers(from: number, ...defaults: readonly number[]): number[] {
  return defaults.map((value, i) => Number(process.argv[from + i] ?? value));
}
