import type { AnyModel } from '@anywidget/types';

type State = Record<string, unknown>;
// As in anywidget: what a listener is called with depends on the event.
// biome-ignore lint/suspicious/noExplicitAny: see above
type Listener = (...parameters: any[]) => void;

/**
 * The model of an explorable, by anywidget's front-end convention: `set` changes a value at once
 * and tells `change:<name>` and `change`; `save_changes` hands what changed to `save`.
 */
export class ExplorableModel implements AnyModel<State> {
  constructor(state: State, save: (state: State) => void) {
    this.#state = { ...state };
    this.#save = save;
  }

  get(name: string): unknown {
    return this.#state[name];
  }

  set(name: string, value: unknown): void {
    if (Object.is(this.#state[name], value)) return;
    this.#state[name] = value;
    this.#unsaved = true;
    this.emit(`change:${name}`, this, value);
    this.emit('change', this);
  }

  save_changes(): void {
    if (!this.#unsaved) return;
    this.#unsaved = false;
    this.#save({ ...this.#state });
  }

  on(event: string, listener: Listener): void {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners.add(listener));
  }

  off(event?: string | null, listener?: Listener | null): void {
    if (!event) this.#listeners.clear();
    else if (!listener) this.#listeners.delete(event);
    else this.#listeners.get(event)?.delete(listener);
  }

  /** There is no kernel behind an explorable. */
  send(): void {}

  /** Part of the convention for widgets inside widgets, which explorables do not have. */
  widget_manager = null as never;

  private emit(event: string, ...parameters: unknown[]): void {
    for (const listener of [...(this.#listeners.get(event) ?? [])]) listener(...parameters);
  }

  #unsaved = false;
  readonly #state: State;
  readonly #save: (state: State) => void;
  readonly #listeners = new Map<string, Set<Listener>>();
}
