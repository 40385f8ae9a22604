import type { Comms } from './comms.ts';
import { toMimeBundle } from './display.ts';
import type { Evaluator } from './evaluator.ts';
import type { Output } from './output.ts';
import { createDisplay, type Publish } from './showing.ts';
import { createAnyWidget } from './widgets.ts';

/** What cells find on `globalThis`; `cell-globals.d.ts` declares the same for the type checker. */
export function installGlobals(
  output: Output,
  comms: Comms,
  evaluator: Pick<Evaluator, 'track' | 'beforeEnd' | 'interrupts' | 'wasInterrupted'>,
): void {
  const publish: Publish = (data, metadata = {}, { id, update = false } = {}) => {
    const transient = id === undefined ? {} : { display_id: id };
    const type = update ? 'update_display_data' : 'display_data';
    output.publish(type, { data: toMimeBundle(data), metadata, transient });
  };
  const display = createDisplay(publish, evaluator);
  const clearOutput = ({ wait = false } = {}): void => output.publish('clear_output', { wait });
  define({ display, clearOutput, AnyWidget: createAnyWidget(comms) });
  define({
    [Symbol.for('Jupyter.display.publish')]: publish,
    [Symbol.for('Jupyter.comms')]: comms,
    [Symbol.for('Jupyter.interrupts')]: {
      count: () => evaluator.interrupts,
      ofThisCell: () => evaluator.wasInterrupted(),
    },
  });
}

/** Hidden from `Object.keys(globalThis)`, but as replaceable as Node's own globals. */
export function define(values: Record<PropertyKey, unknown>): void {
  for (const name of Reflect.ownKeys(values)) {
    Object.defineProperty(globalThis, name, {
      value: Reflect.get(values, name),
      writable: true,
      configurable: true,
      enumerable: false,
    });
  }
}
