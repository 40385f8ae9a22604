import { Worker } from 'node:worker_threads';

/** Signals so far, and a place where nothing ever happens; null until somebody watches. */
let cells: Int32Array | null = null;

/** From the first call on, calls `interrupt` at every SIGINT, whatever main does at that time. */
export async function watchSignals(interrupt: () => void): Promise<void> {
  if (cells) return;
  cells = new Int32Array(new SharedArrayBuffer(8));
  new Worker(new URL('./signal-watch.ts', import.meta.url), {
    workerData: cells,
    resourceLimits: { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 16 },
  }).unref();
  for (;;) {
    const seen = Atomics.load(cells, 0);
    await Atomics.waitAsync(cells, 0, seen).value;
    if (Atomics.load(cells, 0) !== seen) interrupt();
  }
}
