import { randomBytes } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';

/**
 * Writes a file so that a crash at any moment leaves the old content or the new, never a part:
 * a temporary neighbour is written and flushed, then renamed over the target, then the directory
 * that holds the name is flushed. When the promise resolves the content is on the disk.
 */
export async function writeAtomically(file: string, data: string | Uint8Array): Promise<void> {
  const directory = path.dirname(file);
  const name = `.~${path.basename(file)}.${randomBytes(6).toString('hex')}.tmp`;
  const temporary = path.join(directory, name);
  const mode = await fs.stat(file).then(
    (stat) => stat.mode & 0o777,
    () => 0o644,
  );
  try {
    const handle = await fs.open(temporary, 'wx', mode);
    try {
      await handle.writeFile(data);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await fs.rename(temporary, file);
  } catch (error) {
    await fs.rm(temporary, { force: true });
    throw error;
  }
  await syncDirectory(directory);
}

/** Flushes the names that a directory holds. */
export async function syncDirectory(directory: string): Promise<void> {
  // Windows cannot open a directory; its file systems journal names themselves.
  if (process.platform === 'win32') return;
  const handle = await fs.open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
