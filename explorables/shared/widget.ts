/** Connects an explorable's state to the model of the page that shows it. */

import type { AnyModel, InitializeProps, RenderProps } from '@anywidget/types';

/** Every explorable's state has these two: is the table open, and what was said to the reader. */
export type BaseState = { table: boolean; feedback: string | null };

/** The state as one object; `change` writes part of it, `save` asks the page to keep it. */
export interface Store<S extends BaseState> {
  read(): S;
  change(part: Partial<S>): void;
  save(): void;
  changeAndSave(part: Partial<S>): void;
  /** Back to the author's state, before the reader changed it. */
  reset(): void;
}

function readState<S extends BaseState>(model: AnyModel, defaults: S): S {
  const given = Object.keys(defaults).map((name) => [name, model.get(name)] as const);
  const known = given.filter(([, value]) => value !== undefined);
  return { ...defaults, ...Object.fromEntries(known) } as S;
}

function storeOf<S extends BaseState>(model: AnyModel, defaults: S, start: S): Store<S> {
  const read = () => readState(model, defaults);
  const change = (part: Partial<S>) => {
    for (const [name, value] of Object.entries(part)) model.set(name, value);
  };
  const save = () => model.save_changes();
  const changeAndSave = (part: Partial<S>) => {
    change(part);
    save();
  };
  return { read, change, save, changeAndSave, reset: () => changeAndSave(start) };
}

/**
 * An explorable in anywidget's front-end convention.
 *
 * @param defaults every part of the state that a notebook's fence leaves out
 * @param build draws once inside `el` and returns what redraws it after each change
 */
export function widget<S extends BaseState>(
  defaults: S,
  build: (el: HTMLElement, store: Store<S>) => (state: S) => void,
) {
  // `initialize` sees the author's state, before the page adds what the reader changed.
  const starts = new WeakMap<AnyModel, S>();
  return {
    initialize({ model }: Pick<InitializeProps, 'model'>): void {
      starts.set(model, readState(model, defaults));
    },
    render({ model, el }: Pick<RenderProps, 'model' | 'el'>): () => void {
      const store = storeOf(model, defaults, starts.get(model) ?? defaults);
      const redraw = build(el, store);
      const draw = () => redraw(store.read());
      const events = Object.keys(defaults).map((name) => `change:${name}` as const);
      for (const event of events) model.on(event, draw);
      draw();
      return () => {
        for (const event of events) model.off(event, draw);
      };
    },
  };
}
