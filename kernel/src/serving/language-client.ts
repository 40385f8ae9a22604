import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Frames } from '../language/frames.ts';
import { hasSnapshot, serviceAddress, startService } from '../language/place.ts';
import type {
  LanguageAnswer,
  LanguageCall,
  LanguageMethods,
  LanguageNotice,
  LanguageOpening,
} from '../threads.ts';

/** How long the service may take to start, ms. */
const PATIENCE = 60_000;

/** How often to look for a service that is starting, ms. */
const INTERVAL = 10;

interface Waiting extends PromiseWithResolvers<unknown> {
  call: LanguageCall;
  /** How often the service ended before it had answered. */
  losses: number;
}

/**
 * Calls the language service. Where that ends before its time, another is started and told what has
 * been executed.
 */
export class LanguageClient {
  readonly #opening: LanguageOpening;
  readonly #waiting = new Map<number, Waiting>();
  /** What makes up the service's knowledge of the notebook. */
  readonly #executed: LanguageCall[] = [];
  #frames: Frames | null = null;
  #isConnecting = false;
  #calls = 0;

  /** Takes what is said unasked, for the language client of an editor. */
  onNotice: (notice: LanguageNotice) => void = () => {};
  /** The service ended, and with it what it knew of editors. */
  onLost: () => void = () => {};

  constructor(opening: LanguageOpening) {
    this.#opening = opening;
    this.#connect();
  }

  call<Method extends keyof LanguageMethods>(
    method: Method,
    params: LanguageMethods[Method]['params'],
  ): Promise<LanguageMethods[Method]['result']> {
    const call = { id: ++this.#calls, method, params };
    const waiting = { call, losses: 0, ...Promise.withResolvers<unknown>() };
    this.#waiting.set(call.id, waiting);
    if (this.#frames) this.#frames.send(call);
    else this.#connect();
    return waiting.promise as Promise<LanguageMethods[Method]['result']>;
  }

  async #connect(): Promise<void> {
    if (this.#isConnecting) return;
    this.#isConnecting = true;
    try {
      const socket = await reachService();
      const frames = new Frames(socket, (message) =>
        this.#receive(message as LanguageAnswer | LanguageNotice),
      );
      socket.on('error', () => {}); // 'close' follows
      socket.on('close', () => this.#lost());
      frames.send(this.#opening);
      for (const call of this.#executed) frames.send(call);
      for (const { call } of this.#waiting.values()) frames.send(call);
      this.#frames = frames;
    } catch (error) {
      for (const { reject } of this.#waiting.values()) reject(error);
      this.#waiting.clear();
    } finally {
      this.#isConnecting = false;
    }
  }

  #receive(message: LanguageAnswer | LanguageNotice): void {
    if ('client' in message) {
      this.onNotice(message);
      return;
    }
    const { id, result, failure } = message;
    const waiting = this.#waiting.get(id);
    if (!waiting) return;
    this.#waiting.delete(id);
    const { call } = waiting;
    if (failure !== undefined) waiting.reject(new Error(failure));
    else {
      if (call.method === 'compile' && 'cell' in (result as object)) this.#executed.push(call);
      waiting.resolve(result);
    }
  }

  #lost(): void {
    this.#frames = null;
    this.onLost();
    for (const [id, waiting] of this.#waiting) {
      // What was asked may be what the service died of.
      if (++waiting.losses < 3) continue;
      this.#waiting.delete(id);
      waiting.reject(new Error('The language service ended while it worked on this.'));
    }
    this.#connect();
  }
}

/** A connection to the service, which is started if there is none. */
async function reachService(): Promise<Socket> {
  const address = serviceAddress();
  const until = performance.now() + PATIENCE;
  const start = (fromSnapshot: boolean) => startService(address, { fromSnapshot });
  let child: ReturnType<typeof start> | null = null;
  while (performance.now() < until) {
    const socket = await reach(address);
    if (socket) return socket;
    // A snapshot that this Node cannot read ends at once; a second service leaves to the first.
    if (child?.exitCode || child?.signalCode) child = start(false);
    else if (child === null || child.exitCode === 0) child = start(hasSnapshot());
    await delay(INTERVAL);
  }
  throw new Error(`The language service does not start (at ${address}).`);
}

function reach(address: string): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = connect(address);
    socket.once('connect', () => resolve(socket));
    socket.once('error', () => resolve(null));
  });
}
