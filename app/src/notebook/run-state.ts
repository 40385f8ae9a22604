/** What a code cell's last run came to. */
type RunState = 'never' | 'waiting' | 'running' | 'done' | 'failed' | 'changed' | 'earlier';

/** What JupyterLab records of a run: ISO times by event. */
export type Timing = Readonly<Record<string, string | undefined>>;

export type Run = {
  /** Asked for and not answered yet. */
  busy: boolean;
  timing: Timing;
  failed: boolean;
  /** It failed because the reader interrupted it. */
  stopped?: boolean;
  /** The cell's source was changed since it ran. */
  edited: boolean;
  hasRun: boolean;
  /** When the kernel that runs now was started, milliseconds. */
  kernelSince: number;
};

export type Described = { state: RunState; words: string };

const time = (iso: string | undefined) => (iso === undefined ? Number.NaN : Date.parse(iso));

/** “0.8 s”, “42 s”, “3 min 5 s”; nothing where it was no time at all. */
export function duration(ms: number): string {
  if (!(ms >= 50)) return '';
  const seconds = ms / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/** The words beside a code cell. `now` in milliseconds. */
export function describeRun(run: Run, now: number): Described {
  const started = time(run.timing['iopub.execute_input'] ?? run.timing['iopub.status.busy']);
  const ended = time(run.timing['shell.execute_reply'] ?? run.timing['iopub.status.idle']);
  if (run.busy) {
    if (Number.isNaN(started)) return { state: 'waiting', words: 'waiting' };
    const elapsed = Math.floor(Math.max(0, now - started) / 1000);
    return { state: 'running', words: elapsed < 1 ? 'running' : `running ${elapsed} s` };
  }
  if (!run.hasRun) return { state: 'never', words: 'not run' };
  if (started < run.kernelSince) return { state: 'earlier', words: 'from earlier' };
  if (run.edited) return { state: 'changed', words: 'changed since' };
  if (run.failed) return { state: 'failed', words: run.stopped ? 'stopped' : 'failed' };
  return { state: 'done', words: `done ${duration(ended - started)}`.trimEnd() };
}
