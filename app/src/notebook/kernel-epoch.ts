import type { ISessionContext } from '@jupyterlab/apputils';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { type ISignal, Signal } from '@lumino/signaling';

type Stored = { kernel: string; since: number };

/**
 * Since when the notebook's present kernel runs. What a cell showed before that is of another
 * session: its variables are gone. Kept in the browser, since a reload leaves the kernel alive.
 */
export class KernelEpoch {
  constructor(panel: NotebookPanel) {
    this.#key = `lectern:kernel:${panel.context.path}`;
    const session = panel.sessionContext;
    session.kernelChanged.connect(this.follow, this);
    session.statusChanged.connect((_, status) => {
      if (status === 'restarting' || status === 'autorestarting') this.begin(session);
    });
    this.follow(session);
  }

  /** Milliseconds; 0 while there is no kernel. */
  get since(): number {
    return this.#since;
  }

  get changed(): ISignal<this, void> {
    return this.#changed;
  }

  private follow(session: ISessionContext): void {
    const kernel = session.session?.kernel?.id;
    if (!kernel) return;
    const stored = JSON.parse(localStorage.getItem(this.#key) ?? 'null') as Stored | null;
    if (stored?.kernel === kernel) {
      this.#since = stored.since;
      this.#changed.emit();
    } else {
      this.begin(session);
    }
  }

  private begin(session: ISessionContext): void {
    this.#since = Date.now();
    const kernel = session.session?.kernel?.id ?? '';
    localStorage.setItem(this.#key, JSON.stringify({ kernel, since: this.#since }));
    this.#changed.emit();
  }

  #since = 0;
  readonly #key: string;
  readonly #changed = new Signal<this, void>(this);
}

const epochs = new WeakMap<NotebookPanel, KernelEpoch>();

export function kernelEpoch(panel: NotebookPanel): KernelEpoch {
  const known = epochs.get(panel);
  if (known) return known;
  const made = new KernelEpoch(panel);
  epochs.set(panel, made);
  return made;
}
