/** How many wrong tokens an address may show at once, and how soon it gets one more try. */
const BURST = 10;
const ONE_MORE_MS = 6_000;
/** Beyond this many addresses those that have all their tries back are forgotten. */
const MANY = 10_000;

/** Counts wrong tokens by where they came from, so that nobody can try them all. */
export class Tries {
  readonly #debts = new Map<string, { count: number; at: number }>();

  /** Seconds until the next try is allowed; 0 where one may try now. */
  waitFor(address: string, now = Date.now()): number {
    const over = this.#debtOf(address, now) - (BURST - 1);
    return over > 0 ? Math.ceil((over * ONE_MORE_MS) / 1000) : 0;
  }

  failed(address: string, now = Date.now()): void {
    if (this.#debts.size > MANY) this.#forgetSettled(now);
    this.#debts.set(address, { count: this.#debtOf(address, now) + 1, at: now });
  }

  succeeded(address: string): void {
    this.#debts.delete(address);
  }

  #debtOf(address: string, now: number): number {
    const debt = this.#debts.get(address);
    return debt ? Math.max(0, debt.count - (now - debt.at) / ONE_MORE_MS) : 0;
  }

  #forgetSettled(now: number): void {
    for (const address of this.#debts.keys()) {
      if (this.#debtOf(address, now) === 0) this.#debts.delete(address);
    }
  }
}
