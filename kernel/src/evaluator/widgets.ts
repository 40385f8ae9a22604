import type { Comm, Comms } from './comms.ts';

/** Version of the messages: https://github.com/jupyter-widgets/ipywidgets, `schema/messages.md`. */
const PROTOCOL = '2.1.0';

const VIEW = 'application/vnd.jupyter.widget-view+json';

/** Whichever version of anywidget the page has: what we use is the same in all. */
const MODULE = { name: 'anywidget', version: '*' };

type State = Record<string, unknown>;
type Path = (string | number)[];
type Listener = (...args: never[]) => void;

/** Bytes travel beside the JSON; each has a path that says where it belongs. */
interface Split {
  state: State;
  buffer_paths: Path[];
  buffers: Uint8Array[];
}

/** What the page says about a widget. */
interface FromPage {
  method: string;
  state?: State;
  buffer_paths?: Path[];
  content?: unknown;
}

/** The class that cells find as `AnyWidget`; what it offers is told in `cell-globals.d.ts`. */
export function createAnyWidget(comms: Comms) {
  const open = new Map<string, AnyWidget>();

  class AnyWidget {
    readonly #state: State;
    readonly #comm: Comm;
    readonly #listeners = new Map<string, Set<Listener>>();

    constructor({ esm, css = '', state = {} }: { esm: string; css?: string; state?: State }) {
      if (typeof esm !== 'string') {
        throw new TypeError(
          "A widget needs { esm: '…' }: a module with a render function, as text.",
        );
      }
      this.#state = {
        ...state,
        ...{ _model_module: MODULE.name, _model_module_version: MODULE.version },
        ...{ _view_module: MODULE.name, _view_module_version: MODULE.version },
        ...{ _model_name: 'AnyModel', _view_name: 'AnyView', _view_count: null },
        // anywidget replaces the styles of widgets that have the same.
        ...{ _esm: esm, _css: css, _anywidget_id: `lectern.${this.constructor.name}` },
      };
      const { buffers, ...data } = split(this.#state);
      this.#comm = comms.open('jupyter.widget', data, { metadata: { version: PROTOCOL }, buffers });
      this.#comm.onMessage = (said, received) => this.#receive(said as FromPage, received);
      this.#comm.onClose = () => open.delete(this.modelId);
      open.set(this.modelId, this);
      offerStates();
    }

    get modelId(): string {
      return this.#comm.id;
    }

    get(name: string): unknown {
      return this.#state[name];
    }

    set(values: State): void {
      Object.assign(this.#state, values);
      this.#tell('update', values);
    }

    on(event: string, listener: Listener): () => void {
      const listeners = this.#listeners.get(event) ?? new Set();
      this.#listeners.set(event, listeners.add(listener));
      return () => listeners.delete(listener);
    }

    send(content: unknown, buffers: Uint8Array[] = []): void {
      this.#comm.send({ method: 'custom', content }, { buffers });
    }

    close(): void {
      open.delete(this.modelId);
      this.#comm.close();
    }

    [Symbol.for('Jupyter.display')](): Record<string, unknown> {
      const view = { version_major: 2, version_minor: 1, model_id: this.modelId };
      return { 'text/plain': `${this.constructor.name}(${this.modelId})`, [VIEW]: view };
    }

    /** All that a page knows of it. */
    get state(): State {
      return { ...this.#state };
    }

    #receive(said: FromPage, buffers: Uint8Array[]): void {
      if (said.method === 'update') {
        const changed = join(said, buffers);
        Object.assign(this.#state, changed);
        // Other pages hear of it; the one that said it sees that it has arrived.
        this.#tell('echo_update', changed);
        for (const name of Object.keys(changed)) this.#emit(`change:${name}`, changed[name]);
      } else if (said.method === 'request_state') this.#tell('update', this.#state);
      else if (said.method === 'custom') this.#emit('msg:custom', said.content, buffers);
    }

    #tell(method: 'update' | 'echo_update', values: State): void {
      const { buffers, ...data } = split(values);
      this.#comm.send({ method, ...data }, { buffers });
    }

    #emit(event: string, ...args: unknown[]): void {
      for (const listener of this.#listeners.get(event) ?? []) listener(...(args as never[]));
    }
  }

  /** A page that is loaded anew asks for all widgets at once. */
  function offerStates(): void {
    comms.register('jupyter.widget.control', (control) => {
      control.onMessage = (said) => {
        if ((said as FromPage).method !== 'request_states') return;
        const all = Object.fromEntries([...open].map(([id, { state }]) => [id, described(state)]));
        const { state: states, buffer_paths, buffers } = split(all);
        control.send({ method: 'update_states', states, buffer_paths }, { buffers });
      };
    });
  }

  return AnyWidget;
}

function described(state: State): State {
  const { _model_module, _model_module_version, _model_name } = state;
  const model = {
    model_name: _model_name,
    model_module: _model_module,
    model_module_version: _model_module_version,
  };
  return { ...model, state };
}

/** Takes bytes out: out of an object they leave no trace, out of a list a null. */
function split(values: State): Split {
  const buffer_paths: Path[] = [];
  const buffers: Uint8Array[] = [];
  const take = (value: unknown, path: Path): unknown => {
    if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
      buffer_paths.push(path);
      buffers.push(bytesOf(value));
      return undefined; // JSON has null for it in a list, and leaves it out of an object
    }
    if (Array.isArray(value)) return value.map((item, i) => take(item, [...path, i]));
    if (!isPlain(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [name, take(item, [...path, name])]),
    );
  };
  const state = take(values, []) as State;
  return { state, buffer_paths, buffers };
}

/** Puts bytes back. */
function join({ state = {}, buffer_paths = [] }: FromPage, buffers: Uint8Array[]): State {
  buffer_paths.forEach((path, i) => {
    let place = state as Record<string | number, unknown>;
    for (const step of path.slice(0, -1)) place = place[step] as typeof place;
    place[path.at(-1)!] = buffers[i];
  });
  return state;
}

function bytesOf(value: ArrayBuffer | ArrayBufferView): Uint8Array {
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
}

function isPlain(value: unknown): value is State {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
