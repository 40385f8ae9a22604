/** The run's seed. Under plain `npx vitest` it comes from the variable LECTERN_SEED. */
let runSeed = Number(process.env.LECTERN_SEED ?? 1) >>> 0;

/** @internal The harness sets the seed of each run, which the report records. */
export function setRunSeed(value: number): void {
  runSeed = value >>> 0;
}

/**
 * The `n`-th seed of this run, for the library's random functions: the same for the same run seed and `n`,
 * unrelated for any other.
 *
 * @returns a whole number from 0 to 2³² − 1
 */
export function seed(n: number): number {
  // The finaliser of MurmurHash3 (Appleby, 2011), applied to both numbers in turn.
  return mix(mix(runSeed ^ 0x9e3779b9) ^ Math.imul(n | 0, 0x85ebca6b));
}

function mix(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
