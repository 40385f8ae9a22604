import { EventEmitter } from 'node:events';
import { RequestError } from './errors.ts';

/** The events that Jupyter Server publishes, by the identifiers of their schemas. */
const schemas = {
  'https://events.jupyter.org/jupyter_server/contents_service/v1': ['action', 'path'],
  'https://events.jupyter.org/jupyter_server/kernel_actions/v1': ['action', 'msg'],
} as const;

const VERSION = '1';

interface ContentsEvent {
  action: 'get' | 'create' | 'save' | 'upload' | 'rename' | 'copy' | 'delete';
  path: string;
  source_path?: string;
}

interface KernelEvent {
  action: 'start' | 'interrupt' | 'shutdown' | 'restart';
  kernel_id: string;
  kernel_name: string;
  msg: string;
}

/** What happened to files and kernels, for whoever has subscribed at `/api/events/subscribe`. */
export class EventBus {
  readonly #emitter = new EventEmitter<{ event: [text: string] }>();

  constructor() {
    this.#emitter.setMaxListeners(0);
  }

  /** @returns what ends the subscription */
  subscribe(listener: (text: string) => void): () => void {
    this.#emitter.on('event', listener);
    return () => this.#emitter.off('event', listener);
  }

  contents(event: ContentsEvent): void {
    this.#publish('https://events.jupyter.org/jupyter_server/contents_service/v1', event);
  }

  kernel(event: KernelEvent): void {
    const data = { status: 'success', ...event };
    this.#publish('https://events.jupyter.org/jupyter_server/kernel_actions/v1', data);
  }

  /**
   * An event that a client tells of.
   * @throws RequestError bad-request where no schema of that name and version is known
   */
  relay(schema: string, version: string, data: Record<string, unknown>): void {
    const required = (schemas as Record<string, readonly string[]>)[schema];
    if (!required || !Object.hasOwn(schemas, schema)) {
      throw new RequestError('bad-request', `There is no schema of events “${schema}”.`);
    }
    if (version !== VERSION) {
      throw new RequestError('bad-request', `Of ${schema} version ${VERSION} is known only.`);
    }
    const missing = required.find((name) => data[name] === undefined);
    if (missing) throw new RequestError('bad-request', `The event lacks “${missing}”.`);
    this.#publish(schema, data);
  }

  #publish(schema: string, data: object): void {
    if (this.#emitter.listenerCount('event') === 0) return;
    const about = {
      schema_id: schema,
      __timestamp__: new Date().toISOString(),
      __schema__: schema,
      __schema_version__: VERSION,
      __metadata_version__: 1,
    };
    this.#emitter.emit('event', JSON.stringify({ ...data, ...about }));
  }
}
