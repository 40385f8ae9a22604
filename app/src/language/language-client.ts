import type { Kernel, KernelMessage } from '@jupyterlab/services';
import type { JSONObject } from '@lumino/coreutils';

const TARGET = 'lectern.language';

type Answer = {
  id?: number;
  method?: string;
  params?: unknown;
  result?: unknown;
  error?: { message: string };
};

/** Speaks the Language Server Protocol with a kernel, over a comm. */
export class LanguageClient {
  constructor(kernel: Kernel.IKernelConnection, onNotice: (method: string, params: never) => void) {
    this.#onNotice = onNotice;
    this.#comm = kernel.createComm(TARGET);
    this.#comm.onMsg = (message) => this.receive(message);
    this.#comm.onClose = () => this.end();
    this.#comm.open();
    // Nothing that follows needs the answer: messages are handled in their order.
    void this.request('initialize', { capabilities: {} }).catch(() => {});
    this.notify('initialized', {});
  }

  get isClosed(): boolean {
    return this.#isClosed || this.#comm.isDisposed;
  }

  /** @throws what the kernel says is wrong with the request, or that it has gone */
  request<Result>(method: string, params: unknown): Promise<Result> {
    if (this.isClosed) return Promise.reject(new Error('The kernel does not answer.'));
    this.#requests += 1;
    const id = this.#requests;
    return new Promise<Result>((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (result: unknown) => void, reject });
      this.#comm.send({ jsonrpc: '2.0', id, method, params } as JSONObject);
    });
  }

  notify(method: string, params: object): void {
    if (!this.isClosed) this.#comm.send({ jsonrpc: '2.0', method, params } as JSONObject);
  }

  close(): void {
    if (!this.#comm.isDisposed) this.#comm.dispose();
    this.end();
  }

  private receive(message: KernelMessage.ICommMsgMsg): void {
    const { id, method, params, result, error } = message.content.data as Answer;
    if (method !== undefined) {
      this.#onNotice(method, params as never);
      return;
    }
    const waiting = this.#waiting.get(id ?? 0);
    this.#waiting.delete(id ?? 0);
    if (error) waiting?.reject(new Error(error.message));
    else waiting?.resolve(result);
  }

  private end(): void {
    this.#isClosed = true;
    for (const { reject } of this.#waiting.values()) {
      reject(new Error('The kernel does not answer.'));
    }
    this.#waiting.clear();
  }

  #requests = 0;
  #isClosed = false;
  readonly #comm: Kernel.IComm;
  readonly #onNotice: (method: string, params: never) => void;
  readonly #waiting = new Map<
    number,
    { resolve: (result: unknown) => void; reject: (error: Error) => void }
  >();
}
