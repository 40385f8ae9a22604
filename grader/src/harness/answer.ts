import { readFileSync } from 'node:fs';
import type vm from 'node:vm';
import { loadBundle } from '../bundle/bundle.ts';
import type { Parcel } from '../channel/values.ts';
import type { WorkerPool } from '../sandbox/pool.ts';
import { type Handlers, type SandboxedWorker, WorkerGone } from '../sandbox/worker.ts';
import type { CompiledAnswer } from '../slicing/compile.ts';
import { compileLibrary, type Outcome, Realm } from '../worker/realm.ts';

/** What came of a call: an answer of the student's code, or the end of the process that ran it. */
export type CallOutcome = Outcome | { type: 'stuck' } | { type: 'gone'; reason: WorkerGone };

/** An answer that has been loaded somewhere and can be called. */
export type LoadedAnswer = {
  call(target: string | number, args: Parcel, handlers: Handlers): Promise<CallOutcome>;
  /** Forgets it; nothing of it runs afterwards. */
  drop(): Promise<void>;
};

/** What came of loading an answer. */
export type Loading = { loaded: LoadedAnswer } | { failed: CallOutcome };

/** Where answers run. */
export type Ground = {
  load(answer: CompiledAnswer, forbids: string[], handlers: Handlers): Promise<Loading>;
};

/** For code that is given no functions and whose output nobody reads. */
export const noHandlers: Handlers = {
  printed: () => {},
  callback: () => {
    throw new Error('No function was handed out.');
  },
};

/** The sandbox: one worker for the whole submission; after a crash or timeout the rest goes on in a new one. */
export class SandboxGround implements Ground {
  readonly #pool: WorkerPool;
  #worker: SandboxedWorker | null = null;
  #realms = 0;

  constructor(pool: WorkerPool) {
    this.#pool = pool;
  }

  async load(answer: CompiledAnswer, forbids: string[], handlers: Handlers) {
    if (!this.#worker?.alive) {
      await this.close();
      this.#worker = await this.#pool.take();
    }
    const worker = this.#worker;
    const realm = ++this.#realms;
    const { code, declares } = answer;
    const outcome = await asOutcome(async () => {
      const question = { type: 'load', realm, code, declares, forbids } as const;
      const { reply } = await worker.ask(question, [], handlers);
      if (reply.type === 'dropped') throw outOfTurn();
      return reply as CallOutcome | { type: 'loaded' };
    });
    if (outcome.type !== 'loaded') return { failed: outcome };
    const loaded: LoadedAnswer = {
      call: (target, args, callHandlers) =>
        asOutcome(async () => {
          const question = { type: 'call', realm, target, args: args.wire } as const;
          const { reply, blobs } = await worker.ask(question, args.blobs, callHandlers);
          if (reply.type === 'loaded' || reply.type === 'dropped') throw outOfTurn();
          return reply.type === 'returned' ? { ...reply, wire: reply.value, blobs } : reply;
        }),
      drop: async () => {
        // One that cannot be dropped takes its process with it; the next answer gets a new one.
        await asOutcome(() =>
          worker.ask({ type: 'drop', realm }, [], noHandlers, DROP_MS).then(() => DROPPED),
        );
      },
    };
    return { loaded };
  }

  async close(): Promise<void> {
    await this.#worker?.close();
    this.#worker = null;
  }
}

/** What may pass on the clock while an answer is dropped. */
const DROP_MS = 2000;
const DROPPED = { type: 'dropped' };

function outOfTurn(): WorkerGone {
  return new WorkerGone('garbage', 'Answered out of turn.');
}

async function asOutcome<T extends { type: string }>(
  ask: () => Promise<T>,
): Promise<T | Extract<CallOutcome, { type: 'gone' }>> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof WorkerGone && error.reason !== 'start') {
      return { type: 'gone', reason: error };
    }
    throw error;
  }
}

/**
 * This very process, for code that we trust: solutions, alternatives and mistakes. Values cross in the same form as to
 * a sandbox, so that an answer behaves alike in both places.
 */
export class LocalGround implements Ground {
  readonly #library: vm.Script;

  constructor(library: vm.Script) {
    this.#library = library;
  }

  async load(answer: CompiledAnswer, forbids: string[], handlers: Handlers) {
    let current = handlers;
    const realm = new Realm(this.#library, {
      print: (text) => current.printed(text),
      callBack: (id, args) => {
        const made = current.callback(id, args);
        if (made instanceof Promise) {
          throw new Error('A function that a test hands to the answer must not be async.');
        }
        const { reply, blobs } = made;
        return reply.type === 'returned' ? { type: 'returned', wire: reply.value, blobs } : reply;
      },
    });
    const outcome = await realm.load(answer.code, answer.declares, forbids);
    if (outcome.type !== 'returned') return { failed: outcome };
    const loaded: LoadedAnswer = {
      call: (target, args, callHandlers) => {
        current = callHandlers;
        return realm.call(target, args);
      },
      drop: async () => realm.retire(),
    };
    return { loaded };
  }
}

let library: Promise<vm.Script> | undefined;

/** The library's script for this process, compiled once. */
export function localLibrary(): Promise<vm.Script> {
  library ??= loadBundle().then((bundle) => compileLibrary(readFileSync(bundle.library, 'utf8')));
  return library;
}
