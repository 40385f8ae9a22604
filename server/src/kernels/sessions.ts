import { randomUUID } from 'node:crypto';
import { RequestError } from '../errors.ts';
import type { Kernel, KernelModel } from './kernel.ts';
import type { KernelManager } from './manager.ts';

/** Jupyter's session model: which kernel serves which document. */
export interface SessionModel {
  id: string;
  path: string;
  name: string;
  type: string;
  kernel: KernelModel | null;
  /** What clients of before 2017 read instead of `path` and `name`. */
  notebook: { path: string; name: string };
}

interface Session {
  id: string;
  path: string;
  name: string;
  type: string;
  kernel: Kernel | null;
}

export interface KernelChoice {
  id?: string;
  name?: string;
}

/** One session per document. They live as long as the server. */
export class SessionManager {
  readonly #kernels: KernelManager;
  readonly #directoryOf: (documentPath: string) => Promise<string>;
  readonly #sessions = new Map<string, Session>();
  readonly #starting = new Map<string, Promise<Session>>();

  /** @param directoryOf the directory on disk in which the kernel of a document works */
  constructor(kernels: KernelManager, directoryOf: (documentPath: string) => Promise<string>) {
    this.#kernels = kernels;
    this.#directoryOf = directoryOf;
  }

  list(): SessionModel[] {
    return [...this.#sessions.values()].map(modelOf);
  }

  get(id: string): SessionModel {
    return modelOf(this.#find(id));
  }

  /** The document's session, started where there is none; resolves when the kernel answers. */
  async start(document: { path: string; name: string; type: string }, choice: KernelChoice) {
    const { path } = document;
    const existing = [...this.#sessions.values()].find((session) => session.path === path);
    if (existing) return modelOf(existing);
    // Two tabs that open the same notebook at once share one kernel.
    let starting = this.#starting.get(path);
    if (!starting) {
      starting = this.#startNew(document, choice);
      this.#starting.set(path, starting);
      const done = () => this.#starting.delete(path);
      starting.then(done, done);
    }
    return modelOf(await starting);
  }

  async update(
    id: string,
    change: { path?: string; name?: string; type?: string; kernel?: KernelChoice },
  ): Promise<SessionModel> {
    const session = this.#find(id);
    const { kernel: choice, ...document } = change;
    for (const field of ['path', 'name', 'type'] as const) {
      session[field] = document[field] ?? session[field];
    }
    if (choice?.id || choice?.name) {
      const before = session.kernel;
      this.#serve(session, await this.#kernelFor(session.path, choice));
      if (before && before !== session.kernel) await before.shutdown();
    }
    return modelOf(session);
  }

  async delete(id: string): Promise<void> {
    const session = this.#find(id);
    this.#sessions.delete(id);
    await session.kernel?.shutdown();
  }

  async #startNew(
    document: { path: string; name: string; type: string },
    choice: KernelChoice,
  ): Promise<Session> {
    const session: Session = { id: randomUUID(), ...document, kernel: null };
    this.#serve(session, await this.#kernelFor(document.path, choice));
    this.#sessions.set(session.id, session);
    return session;
  }

  async #kernelFor(path: string, choice: KernelChoice): Promise<Kernel> {
    if (choice.id) return this.#kernels.get(choice.id);
    return this.#kernels.start(choice.name, await this.#directoryOf(path));
  }

  /** A session ends with its kernel. */
  #serve(session: Session, kernel: Kernel): void {
    session.kernel = kernel;
    kernel.once('ended', () => {
      if (session.kernel === kernel) this.#sessions.delete(session.id);
    });
  }

  #find(id: string): Session {
    const session = this.#sessions.get(id);
    if (!session) throw new RequestError('no-such-session', `There is no session ${id}.`);
    return session;
  }
}

function modelOf({ id, path, name, type, kernel }: Session): SessionModel {
  return { id, path, name, type, kernel: kernel?.model ?? null, notebook: { path, name } };
}
