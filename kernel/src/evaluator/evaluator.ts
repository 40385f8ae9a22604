import { type CellFunction, Scope } from '../compiler/boxes.ts';
import type { CompiledCell } from '../compiler/index.ts';
import type { ErrorContent, MimeBundle } from '../protocol/index.ts';
import type { FromMain, Outcome, ToMain } from '../threads.ts';

/** A cell that is to be run. */
export type Run = Extract<ToMain, { type: 'run' }>;

/**
 * What an evaluator runs in. `engine.ts` is Node's; a worker of a browser would bring its own, so
 * nothing here is imported from Node.
 */
export interface Engine {
  /** Makes the function of a cell, which has not run yet. */
  load(run: Run): CellFunction;
  isPromise(value: unknown): value is Promise<unknown>;
  /** What is shown of a value, and of something thrown. */
  present(value: unknown): MimeBundle | Promise<MimeBundle>;
  describe(thrown: unknown, note?: string): ErrorContent;
}

/** Where the modules of cells come from. */
export interface ModuleLoader {
  import(specifier: string): Promise<object>;
  /** What stands in the place of `import.meta`. */
  readonly meta: object;
}

/** Attributes what user code says, now or later, to the request that caused it. */
export interface Attribution<Origin extends object> {
  attribute<Result>(id: number, action: () => Result): Result;
  /** The request that the code which asks belongs to. */
  readonly origin: { getStore(): Origin | undefined };
  publish(messageType: string, content: Record<string, unknown>): void;
}

/** Thrown into a cell that goes on after it was interrupted. */
export class KeyboardInterrupt extends Error {
  override name = 'KeyboardInterrupt';

  constructor() {
    super('The cell was interrupted.');
  }
}

/** What else happens to user code besides being run. */
export interface EvaluatorHooks {
  /** User code has returned: time to put back what it may have broken. */
  letGo?(): void;
  /** A cell was interrupted. */
  interrupted?(cell: object): void;
}

interface Execution {
  run: Run;
  origin: object;
  /** Displays that are still being prepared. */
  pending: Set<Promise<void>>;
  /** What is done before its end is told. */
  last: Set<() => void>;
}

/**
 * Runs compiled cells, one at a time. Written with callbacks rather than `await`: terminating user
 * code empties V8's queue of microtasks, and with it every `await` of ours that was about to go on.
 */
export class Evaluator {
  readonly #scope = new Scope();
  readonly #engine: Engine;
  readonly #modules: ModuleLoader;
  readonly #output: Attribution<object>;
  readonly #post: (message: FromMain) => void;
  readonly #hooks: EvaluatorHooks;
  readonly #interrupted = new WeakSet<object>();
  #interrupts = 0;
  #execution: Execution | null = null;

  constructor(
    engine: Engine,
    modules: ModuleLoader,
    output: Attribution<object>,
    post: (message: FromMain) => void,
    hooks: EvaluatorHooks = {},
  ) {
    this.#engine = engine;
    this.#modules = modules;
    this.#output = output;
    this.#post = post;
    this.#hooks = hooks;
  }

  /** The notebook's names. */
  get scope(): Scope {
    return this.#scope;
  }

  /** Runs a cell and posts `done` at its end. */
  run(run: Run): void {
    this.#output.attribute(run.id, () => {
      const origin = this.#output.origin.getStore()!;
      const execution: Execution = { run, origin, pending: new Set(), last: new Set() };
      this.#execution = execution;
      const fail = (error: unknown) => this.#fail(execution, error);
      try {
        const cell = this.#engine.load(run);
        this.#scope.declare(run.cell.declared);
        const start = () => this.#guard(execution, () => this.#start(execution, cell));
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
    this.#hooks.interrupted?.(execution.origin);
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

  /** Has something done before the end of the cell that asks is told; not if it has ended. */
  beforeEnd(action: () => void): void {
    const execution = this.#execution;
    if (execution?.origin === this.#output.origin.getStore()) execution?.last.add(action);
  }

  /** Reports what user code threw where no cell waits for it. */
  reportLate(thrown: unknown, note?: string): void {
    const error = this.#engine.describe(thrown, note);
    if (error.ename !== 'KeyboardInterrupt') this.#output.publish('error', { ...error });
  }

  async #load(cell: CompiledCell): Promise<void> {
    for (const { specifier, names } of cell.imports) {
      this.#scope.bindImport(specifier, names, await this.#modules.import(specifier));
    }
  }

  #start(execution: Execution, run: CellFunction): void {
    const { cell } = execution.run;
    const start = this.#scope.bind(cell, run, {
      import: (specifier) => this.#modules.import(String(specifier)),
      meta: this.#modules.meta,
      resume: (value) => this.#resume(value),
    });
    const finish = (result: unknown) =>
      this.#guard(execution, () => this.#present(execution, result as [unknown] | undefined));
    let returned: unknown;
    try {
      returned = start();
    } finally {
      this.#hooks.letGo?.();
    }
    if (cell.isAsync) {
      (returned as Promise<unknown>).then(finish, (error) => this.#fail(execution, error));
    } else finish(returned);
  }

  #present(execution: Execution, [value]: [unknown?] = []): void {
    if (execution.run.cell.isAsync) this.#hooks.letGo?.();
    // A promise at the end of a cell is waited for: what it gives is what one wants to see.
    if (this.#engine.isPromise(value)) {
      value.then(
        (late: unknown) => this.#guard(execution, () => this.#present(execution, [late])),
        (error: unknown) => this.#fail(execution, error),
      );
      return;
    }
    const bundle = value === undefined ? undefined : this.#engine.present(value);
    if (bundle instanceof Promise) {
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
    this.#hooks.letGo?.();
    this.#settle(execution, { status: 'error', error: this.#engine.describe(thrown) });
  }

  #settle(execution: Execution, outcome: Outcome): void {
    if (this.#execution !== execution) return;
    this.#execution = null;
    for (const action of execution.last) action();
    this.#post({ type: 'done', id: execution.run.id, outcome });
  }
}
