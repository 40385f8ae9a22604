import type { MessagePort } from 'node:worker_threads';
import type { LanguageAnswer, LanguageCall, LanguageMethods, LanguageNotice } from '../threads.ts';

/** Calls the language thread. */
export class LanguageClient {
  readonly #port: MessagePort;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #calls = 0;

  /** Takes what is said unasked, for the language client of an editor. */
  onNotice: (notice: LanguageNotice) => void = () => {};

  constructor(port: MessagePort) {
    this.#port = port;
    port.on('message', (message: LanguageAnswer | LanguageNotice) => {
      if ('client' in message) return this.onNotice(message);
      const { id, result, failure } = message;
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (failure === undefined) waiting?.resolve(result);
      else waiting?.reject(new Error(failure));
    });
  }

  call<Method extends keyof LanguageMethods>(
    method: Method,
    params: LanguageMethods[Method]['params'],
  ): Promise<LanguageMethods[Method]['result']> {
    const id = ++this.#calls;
    const waiting = Promise.withResolvers<unknown>();
    this.#waiting.set(id, waiting);
    this.#port.postMessage({ id, method, params } satisfies LanguageCall);
    return waiting.promise as Promise<LanguageMethods[Method]['result']>;
  }
}
