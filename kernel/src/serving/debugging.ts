import type { CompiledCell } from '../compiler/index.ts';
import type { Debugger } from '../debugger/debugger.ts';
import type { DebugRequest, DebugResponse } from '../debugger/messages.ts';
import type { Variable } from '../introspection.ts';
import type { LanguageClient } from './language-client.ts';
import { MainInspector } from './main-inspector.ts';
import type { Publisher } from './publisher.ts';

/** What looks into the main thread: nothing of it is there before somebody first asks. */
export class Debugging {
  readonly #language: LanguageClient;
  readonly #publisher: Publisher;
  #main: MainInspector | null = null;
  #loading: Promise<Debugger> | null = null;
  #events = 0;

  constructor(language: LanguageClient, publisher: Publisher) {
    this.#language = language;
    this.#publisher = publisher;
  }

  /** The names of the notebook's level, also while a cell computes. */
  async variables(): Promise<Variable[]> {
    return await this.#inspector().ask('variables');
  }

  async handle(request: DebugRequest): Promise<DebugResponse> {
    this.#loading ??= this.#load();
    return await (await this.#loading).handle(request);
  }

  /** A cell is about to run. */
  async prepare(url: string, source: string, cell: CompiledCell): Promise<void> {
    await (await this.#loading)?.prepare(url, source, cell);
  }

  /** Lets the program go on where it stands at a breakpoint, and past others while `action` lasts. */
  async without(action: () => Promise<void>): Promise<void> {
    const loaded = await this.#loading;
    await loaded?.suspend();
    await action();
    await loaded?.release();
  }

  /** Until then the process cannot exit. */
  close(): void {
    this.#main?.close();
  }

  #inspector(): MainInspector {
    this.#main ??= new MainInspector();
    return this.#main;
  }

  async #load(): Promise<Debugger> {
    const { Debugger } = await import('../debugger/debugger.ts');
    return new Debugger(this.#inspector(), this.#language, (event, body) => {
      const seq = ++this.#events;
      this.#publisher.publish('debug_event', { type: 'event', seq, event, body }, undefined);
    });
  }
}
