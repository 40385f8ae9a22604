/** Lets what concerns the same name happen one after the other. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Does `work` once all earlier work under `name` is over, whether it failed or not. */
  take<T>(name: string, work: () => Promise<T>): Promise<T> {
    const done = (this.#last.get(name) ?? Promise.resolve()).then(work);
    const settled = done.then(
      () => {},
      () => {},
    );
    this.#last.set(name, settled);
    void settled.then(() => {
      if (this.#last.get(name) === settled) this.#last.delete(name);
    });
    return done;
  }
}
