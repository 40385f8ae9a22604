import type { ChildProcess } from 'node:child_process';
import { subscribe } from 'node:diagnostics_channel';
import { descendants, signalAll } from '../process-tree.ts';
import type { Origin, Output } from './output.ts';

/** Programs that cells have started and do not block on, so that an interrupt reaches them. */
export class Programs {
  readonly #running = new Map<ChildProcess, Origin>();

  /** @param announce tells the protocol thread which processes are running */
  constructor(output: Output, announce: (pids: number[]) => void) {
    const tell = () => announce([...this.#running.keys()].flatMap(({ pid }) => pid ?? []));
    subscribe('child_process', (message) => {
      const { process: child } = message as { process: ChildProcess };
      const origin = output.origin.getStore();
      if (!origin) return;
      const ended = () => {
        if (this.#running.delete(child)) tell();
      };
      this.#running.set(child, origin);
      child.once('spawn', tell);
      child.once('exit', ended);
      child.once('error', ended);
    });
  }

  /** What Ctrl-C does in a terminal, to what one cell has started. */
  interrupt(cell: object): void {
    for (const [{ pid }, origin] of this.#running) {
      // One that could not be started has no number.
      if (origin === cell && pid) signalAll([pid, ...descendants(pid)], 'SIGINT');
    }
  }
}
