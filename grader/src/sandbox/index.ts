import { loadBundle } from '../bundle/bundle.ts';
import type { SandboxLevel } from '../client/report.ts';
import { WorkerPool } from './pool.ts';

/** The strongest level at which an answer can be shut away here, found by starting a worker. */
export async function detectSandbox(): Promise<SandboxLevel> {
  const pool = new WorkerPool(await loadBundle(), { warm: 0 });
  try {
    return await pool.level();
  } finally {
    await pool.close();
  }
}
