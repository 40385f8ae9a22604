import type { NotebookPanel } from '@jupyterlab/notebook';
import type { Session } from '@jupyterlab/services';

const LOOK_EVERY_MS = 2000;
const AWAY = ['disconnected', 'connecting'];

/**
 * Finds the kernel again after the server was away. JupyterLab asks at ever longer intervals, and
 * where the kernel has gone with the server it leaves the notebook without one.
 */
export function reviveKernel(panel: NotebookPanel, sessions: Session.IManager, name: string): void {
  const { sessionContext } = panel;
  let timer = 0;
  const away = () => !panel.isDisposed && AWAY.includes(sessionContext.kernelDisplayStatus);
  const look = async () => {
    timer = 0;
    if (!away()) return;
    try {
      // A session that the server no longer knows is disposed by this.
      await sessions.refreshRunning();
      if (away()) await sessionContext.session?.kernel?.reconnect();
    } catch {
      // Still away.
    }
    watch();
  };
  const watch = () => {
    if (timer === 0 && away()) timer = window.setTimeout(() => void look(), LOOK_EVERY_MS);
  };
  sessionContext.connectionStatusChanged.connect(watch);
  sessionContext.statusChanged.connect(watch);
  sessionContext.sessionChanged.connect((_, { oldValue, newValue }) => {
    if (!oldValue || newValue || panel.isDisposed || sessionContext.isDisposed) return;
    // Where this fails the title bar says that there is no kernel; its button starts one.
    sessionContext.changeKernel({ name }).catch(() => undefined);
  });
  panel.disposed.connect(() => window.clearTimeout(timer));
}
