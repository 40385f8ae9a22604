import { types } from 'node:util';
import vm from 'node:vm';
import { Scope } from '../compiler/boxes.ts';
import type { CompiledCell } from '../compiler/index.ts';
import type { MimeBundle } from '../protocol/index.ts';
import type { FromMain, Outcome, ToMain } from '../threads.ts';
import { isThenable, present } from './display.ts';
import { describeThrown } from './errors.ts';
import { installStackPreparation, registerTranslation } from './frames.ts';
import { interruptibly, isSignalled } from './interruptible.ts';
import type { Modules } from './modules.ts';
import type { Origin, Output } from './output.ts';

type Run = Extract<ToMain, { type: 'run' }>;

/** Thrown into a cell that goes on after it was interrupted. */
class KeyboardInterrupt extends Error {
  override name = 'KeyboardInterrupt';

  constructor() {
    super('The cell was interrupted.');
  }
}

interface Execution {
  run: Run;
  origin: Origin;
  /** Displays that are still being prepared. */
  pending: Set<Promise<void>>;
}

/**
 * Runs compiled cells, one at a time. Written with callbacks rather than `await`: terminating user
 * code empties V8's queue of microtasks, and with it every `await` of ours that was about to go on.
 */
export class Evaluator {
  readonly #scope = new Scope();
  readonly #modules: Modules;
  readonly #output: Output;
  readonly #post: (message: FromMain) => void;
  readonly #interrupted = new WeakSet<Origin>();
  #interrupts = 0;
  #execution: Execution | null = null;

  constructor(modules: Modules, output: Output, post: (message: FromMain) => void) {
    this.#modules = modules;
    this.#output = output;
    this.#post = post;
  }

  /** Runs a cell and posts `done` at its end. */
  run(run: Run): void {
    this.#output.attribute(run.id, () => {
      const origin = this.#output.origin.getStore()!;
      const execution: Execution = { run, origin, pending: new Set() };
      this.#execution = execution;
      registerTranslation(run.label, run.source, run.cell.map, true);
      installStackPreparation();
      const fail = (error: unknown) => this.#fail(execution, error);
      try {
        this.#scope.declare(run.cell.declared);
        const start = () => this.#guard(execution, () => this.#start(execution));
        if (run.cell.imports.length === 0) start();
        else this.#load(run.cell).then(start, fail);
      } catch (error) {
        fail(error);
      }
    });
  }

  /** Ends the running cell, if any, and says which it was. */
  interrupt(): number | null {
    const execution = this.#execution;
    if (!execution) return null;
    this.#interrupted.add(execution.origin);
    this.#interrupts++;
    this.#fail(execution, new KeyboardInterrupt());
    return execution.run.id;
  }

  /** How many interrupts there have been. */
  get interrupts(): number {
    return this.#interrupts;
  }

  /** Whether the cell that asks was interrupted, for what goes on in the background. */
  wasInterrupted(): boolean {
    const origin = this.#output.origin.getStore();
    return origin !== undefined && this.#interrupted.has(origin);
  }

  /** The cell waits for this before it ends. */
  track(work: Promise<void>): void {
    const execution = this.#execution;
    if (!execution || this.#output.origin.getStore() !== execution.origin) return;
    execution.pending.add(work);
    work.then(
      () => execution.pending.delete(work),
      () => execution.pending.delete(work),
    );
  }

  /** Reports what user code threw where no cell waits for it. */
  reportLate(thrown: unknown, note?: string): void {
    const error = describeThrown(thrown, note);
    if (error.ename !== 'KeyboardInterrupt') this.#output.publish('error', { ...error });
  }

  async #load(cell: CompiledCell): Promise<void> {
    for (const { specifier, names } of cell.imports) {
      this.#scope.bindImport(specifier, names, await this.#modules.import(specifier));
    }
  }

  #start(execution: Execution): void {
    const { cell, label } = execution.run;
    const script = new vm.Script(cell.code, {
      filename: label,
      importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    });
    const start = this.#scope.bind(cell, script.runInThisContext(), {
      import: (specifier) => this.#modules.import(String(specifier)),
      meta: this.#modules.meta,
      resume: (value) => this.#resume(value),
    });
    const finish = (result: unknown) =>
      this.#guard(execution, () => this.#present(execution, result as [unknown] | undefined));
    const returned = interruptibly(start);
    if (cell.isAsync) {
      (returned as Promise<unknown>).then(finish, (error) => this.#fail(execution, error));
    } else finish(returned);
  }

  #present(execution: Execution, [value]: [unknown?] = []): void {
    // A promise at the end of a cell is waited for: what it gives is what one wants to see.
    if (types.isPromise(value)) {
      value.then(
        (late: unknown) => this.#guard(execution, () => this.#present(execution, [late])),
        (error: unknown) => this.#fail(execution, error),
      );
      return;
    }
    const bundle = value === undefined ? undefined : present(value);
    if (isThenable(bundle)) {
      bundle.then(
        (data: MimeBundle) => this.#succeed(execution, data),
        (error) => this.#fail(execution, error),
      );
    } else this.#succeed(execution, bundle);
  }

  /** Goes on with a cell, unless it was interrupted while it waited. */
  #guard(execution: Execution, action: () => void): void {
    if (this.#execution !== execution) return;
    try {
      action();
    } catch (error) {
      this.#fail(execution, error);
    }
  }

  #resume<Value>(value: Value): Value {
    if (this.wasInterrupted()) throw new KeyboardInterrupt();
    return value;
  }

  #succeed(execution: Execution, data?: MimeBundle): void {
    const outcome: Outcome = data
      ? { status: 'ok', result: { data, metadata: {} } }
      : { status: 'ok' };
    if (execution.pending.size === 0) this.#settle(execution, outcome);
    else {
      Promise.all(execution.pending).then(
        () => this.#settle(execution, outcome),
        (error) => this.#fail(execution, error),
      );
    }
  }

  #fail(execution: Execution, thrown: unknown): void {
    if (this.#execution !== execution) return;
    if (isSignalled(thrown)) {
      this.interrupt();
      return;
    }
    this.#settle(execution, { status: 'error', error: describeThrown(thrown) });
  }

  #settle(execution: Execution, outcome: Outcome): void {
    if (this.#execution !== execution) return;
    this.#execution = null;
    this.#post({ type: 'done', id: execution.run.id, outcome });
  }
}
