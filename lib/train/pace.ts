/** How fast a run goes. */

/** How much of the pace so far goes on at each step. */
const inertia = 0.9;

/** Seconds per step, smoothed; the first step, which compiles, does not count. */
export class Pace {
  readonly #now: () => number;
  #last: number;
  #started = false;
  #secondsPerStep: number | null = null;

  /** @param now the time in milliseconds */
  constructor(now: () => number) {
    this.#now = now;
    this.#last = now();
  }

  /** Notes that a step has ended and gives the seconds that a step takes. */
  tick(): number {
    const now = this.#now();
    const seconds = (now - this.#last) / 1000;
    this.#last = now;
    const before = this.#secondsPerStep;
    if (before === null) {
      // until a second step has been seen the first has to serve
      if (this.#started) this.#secondsPerStep = seconds;
      this.#started = true;
      return seconds;
    }
    this.#secondsPerStep = inertia * before + (1 - inertia) * seconds;
    return this.#secondsPerStep;
  }
}
