import type { Message } from '../protocol/index.ts';
import type { Output } from './output.ts';

type Handler = (data: unknown, buffers: Uint8Array[]) => void;
type Opened = (comm: Comm, data: unknown, buffers: Uint8Array[]) => void;

/** What goes along with the data of a message. */
interface Extras {
  metadata?: Record<string, unknown>;
  buffers?: Uint8Array[];
}

/** One conversation between a page and user code. */
export class Comm {
  readonly id: string;
  readonly target: string;
  onMessage: Handler = () => {};
  onClose: Handler = () => {};
  readonly #output: Output;

  constructor(output: Output, target: string, id: string) {
    this.#output = output;
    this.target = target;
    this.id = id;
  }

  send(data: unknown, options: Extras = {}): void {
    this.#output.publish('comm_msg', { comm_id: this.id, data }, options);
  }

  close(data: unknown = {}): void {
    this.#output.publish('comm_close', { comm_id: this.id, data });
  }
}

/** Comms for user code, at `globalThis[Symbol.for('Jupyter.comms')]`. */
export class Comms {
  readonly #output: Output;
  readonly #targets = new Map<string, Opened>();
  readonly #open = new Map<string, Comm>();

  constructor(output: Output) {
    this.#output = output;
  }

  /** What happens when a page opens a comm of this name. */
  register(target: string, opened: Opened): void {
    this.#targets.set(target, opened);
  }

  /** Opens a comm to the page. */
  open(target: string, data: unknown = {}, extras: Extras = {}): Comm {
    const comm = new Comm(this.#output, target, crypto.randomUUID());
    this.#open.set(comm.id, comm);
    const content = { comm_id: comm.id, target_name: target, data };
    this.#output.publish('comm_open', content, extras);
    return comm;
  }

  /** Hands a message of the page to user code. Errors there are user code's. */
  receive({ header, content, buffers }: Message): void {
    const { comm_id, target_name, data } = content;
    const id = String(comm_id);
    if (header.msg_type === 'comm_open') {
      const target = String(target_name);
      const comm = new Comm(this.#output, target, id);
      const opened = this.#targets.get(target);
      if (opened) {
        this.#open.set(id, comm);
        opened(comm, data, buffers);
      } else comm.close({ error: `There is no comm target '${target}'.` });
    } else if (header.msg_type === 'comm_msg') {
      this.#open.get(id)?.onMessage(data, buffers);
    } else {
      const comm = this.#open.get(id);
      this.#open.delete(id);
      comm?.onClose(data, buffers);
    }
  }
}
