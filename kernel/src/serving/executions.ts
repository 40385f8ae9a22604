import { setTimeout as delay } from 'node:timers/promises';
import type { ErrorContent, ExecuteRequest, Header } from '../protocol/index.ts';
import type { FromMain, Outcome, ToMain } from '../threads.ts';
import type { Debugging } from './debugging.ts';
import type { HistoryItem } from './history.ts';
import type { Interrupter } from './interrupter.ts';
import type { LanguageClient } from './language-client.ts';
import type { Publisher } from './publisher.ts';
import type { Request } from './sockets.ts';

interface Running {
  id: number;
  /** Ends the wait for compilation or for main. */
  finish: (outcome: Outcome) => void;
  /** Whether main has the cell. */
  onMain: boolean;
  /** Whether an interrupt was sent after it. */
  interrupted: boolean;
}

/** How long the answer to an interrupt request waits for its effect, ms. */
const PATIENCE = 1000;

/** How long requests that were sent together take to be read, ms. */
const ARRIVAL = 20;

/** Interrupts so soon after another mean the same, ms. */
const ECHO = 1000;

const INTERRUPTED: ErrorContent = {
  ename: 'KeyboardInterrupt',
  evalue: 'The cell was interrupted.',
  traceback: ['\u001b[31mKeyboardInterrupt\u001b[0m: The cell was interrupted.'],
};

/** Errors after which a reply must not wait: the kernel may be about to end. */
const PRESSING = [INTERRUPTED.ename, 'OutOfMemoryError'];

/** Runs execute requests one after the other: compiled by the language service, run by main. */
export class Executions {
  readonly history: HistoryItem[] = [];
  /** What cells came to, as text, by their numbers. */
  readonly results = new Map<number, string>();
  readonly #publisher: Publisher;
  readonly #language: LanguageClient;
  readonly #post: (message: ToMain) => void;
  readonly #interrupter: Interrupter;
  readonly #debugging: Debugging;
  readonly #queue: Request[] = [];
  #running: Running | null = null;
  #interruptedAt = Number.NEGATIVE_INFINITY;
  #count = 0;

  constructor(parts: {
    publisher: Publisher;
    language: LanguageClient;
    post: (message: ToMain) => void;
    interrupter: Interrupter;
    debugging: Debugging;
  }) {
    this.#publisher = parts.publisher;
    this.#language = parts.language;
    this.#post = parts.post;
    this.#interrupter = parts.interrupter;
    this.#debugging = parts.debugging;
  }

  /** The request whose cell is running. */
  get current(): Request | undefined {
    return this.#queue[0];
  }

  /** The number of the running cell's request. */
  get running(): number | null {
    return this.#running?.id ?? null;
  }

  enqueue(request: Request): void {
    this.#queue.push(request);
    if (this.#queue.length === 1) this.#runQueue();
  }

  /**
   * A cell that is only being compiled ends at once; one on main when main lets go of it. Where no
   * cell runs, timers are meant that earlier ones have left, unless it is the echo of a first press.
   */
  async interrupt(): Promise<void> {
    const running = this.#running;
    const isEcho = performance.now() - this.#interruptedAt < ECHO;
    const stopTimers = this.#queue.length === 0 && !isEcho;
    this.#interruptedAt = performance.now();
    if (running) running.interrupted = true;
    if (running && !running.onMain) running.finish({ status: 'error', error: INTERRUPTED });
    // Native code that does not return to JavaScript keeps us waiting, but not for ever.
    await this.#debugging.without(() =>
      Promise.race([this.#interrupter.interrupt(stopTimers), delay(PATIENCE)]),
    );
  }

  /** Ends the running cell with an error of ours; resolves when main has let go of it. */
  async stop(error: ErrorContent): Promise<void> {
    this.#running?.finish({ status: 'error', error });
    await this.#interrupter.interrupt(false);
  }

  onMain(message: Extract<FromMain, { type: 'done' | 'interrupted' }>): void {
    const running = this.#running;
    if (!running?.onMain) return;
    if (message.type === 'done') {
      if (message.id === running.id) running.finish(message.outcome);
    } else if (running.interrupted && message.running !== running.id) {
      // The termination hit main as it was about to begin the cell, which is lost.
      running.finish({ status: 'error', error: INTERRUPTED });
    }
  }

  async #runQueue(): Promise<void> {
    for (let request = this.#queue[0]; request; request = this.#queue[0]) {
      const outcome = await this.#execute(request);
      this.#queue.shift();
      const { stop_on_error = true } = request.message.content as unknown as ExecuteRequest;
      if (outcome.status === 'error' && stop_on_error) {
        for (const aborted of this.#queue.splice(0)) this.#abort(aborted);
      }
    }
  }

  async #execute(request: Request): Promise<Outcome> {
    const { header } = request.message;
    const content = request.message.content as unknown as ExecuteRequest;
    const { code, silent = false, store_history = !silent, user_expressions = {} } = content;
    const { stop_on_error = true } = content;
    this.#publisher.status('busy', header);
    const counted = !silent && store_history;
    if (counted) {
      this.#count++;
      this.history.push([0, this.#count, code]);
    }
    const execution_count = this.#count;
    if (!silent) this.#publisher.publish('execute_input', { code, execution_count }, header);
    const label = `Cell [${counted ? execution_count : '*'}]`;
    const outcome = await this.#evaluate(header, code, label);
    this.#publisher.flush();
    if (outcome.status === 'error') {
      this.#publisher.publish('error', { ...outcome.error }, header);
      // What is sent after the reply, or after an interrupt, is meant to run, but not what was sent
      // together with this and lies unread.
      const isPressing = PRESSING.includes(outcome.error.ename);
      if (stop_on_error && !isPressing) await delay(ARRIVAL);
      this.#publisher.reply(request, { status: 'error', execution_count, ...outcome.error });
    } else {
      if (outcome.result && !silent) {
        this.#publisher.publish('execute_result', { execution_count, ...outcome.result }, header);
      }
      const text = outcome.result?.data['text/plain'];
      if (counted && typeof text === 'string') this.results.set(execution_count, text);
      const answers = await this.#answer(header, user_expressions);
      const ok = { status: 'ok', execution_count, payload: [], user_expressions: answers };
      this.#publisher.reply(request, ok);
    }
    this.#publisher.status('idle', header);
    return outcome;
  }

  /** What a client wants to know after its cell, each like the result of a cell of its own. */
  async #answer(header: Header, expressions: Record<string, string>): Promise<object> {
    const answers: [string, object][] = [];
    for (const [name, expression] of Object.entries(expressions ?? {})) {
      const outcome = await this.#evaluate(header, String(expression), `Expression ${name}`);
      if (outcome.status === 'error') answers.push([name, { status: 'error', ...outcome.error }]);
      else {
        const { data = {}, metadata = {} } = outcome.result ?? {};
        answers.push([name, { status: 'ok', data, metadata }]);
      }
    }
    return Object.fromEntries(answers);
  }

  #evaluate(header: Header, source: string, label: string): Promise<Outcome> {
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    const id = this.#publisher.origin(header);
    const running: Running = {
      id,
      finish: resolve,
      onMain: false,
      interrupted: false,
    };
    this.#running = running;
    this.#language.call('compile', { source, label }).then(
      async (compiled) => {
        await this.#interrupter.settled;
        if (this.#running !== running) return; // interrupted meanwhile
        if ('error' in compiled) return resolve({ status: 'error', error: compiled.error });
        const { cell, warnings } = compiled;
        await this.#debugging.prepare(label, source, cell);
        if (this.#running !== running) return;
        running.onMain = true;
        if (warnings) this.#warn(header, warnings);
        this.#post({ type: 'run', id, label, source, cell });
      },
      (failure: Error) => {
        const evalue = `The kernel failed to compile this cell. ${failure.message}`;
        const error = { ename: 'KernelError', evalue, traceback: [evalue] };
        resolve({ status: 'error', error });
      },
    );
    return promise.finally(() => {
      this.#running = null;
    });
  }

  #warn(parent: Header, { traceback }: ErrorContent): void {
    const text = `${traceback.join('\n')}\n`;
    this.#publisher.publish('stream', { name: 'stderr', text }, parent);
  }

  #abort(request: Request): void {
    const { header } = request.message;
    this.#publisher.status('busy', header);
    this.#publisher.reply(request, { status: 'aborted', execution_count: this.#count });
    this.#publisher.status('idle', header);
  }
}
