/** What a reader needs to know of the kernel. */
export type KernelState = 'none' | 'starting' | 'ready' | 'busy' | 'restarting' | 'dead' | 'away';

export const kernelWords: Record<KernelState, string> = {
  none: 'off',
  starting: 'starting',
  ready: 'ready',
  busy: 'running',
  restarting: 'restarting',
  dead: 'stopped',
  away: 'not reachable',
};

/** From Jupyter's words for the state of a session. */
export function kernelState(status: string): KernelState {
  switch (status) {
    case 'idle':
      return 'ready';
    case 'busy':
      return 'busy';
    case 'restarting':
    case 'autorestarting':
      return 'restarting';
    case 'dead':
    case 'terminating':
      return 'dead';
    case 'disconnected':
      return 'away';
    case 'unknown':
      return 'none';
    default:
      return 'starting';
  }
}
