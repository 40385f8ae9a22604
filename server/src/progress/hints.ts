import { existsSync } from 'node:fs';
import path from 'node:path';
import { openProgress } from './sqlite.ts';

/** Exercise → hints looked at before it was passed, as the record in `dataDir` has it; only those that had any. */
export function hintsUsed(
  dataDir: string,
  exercises: { id: string; version: number }[],
): Record<string, number> {
  const file = path.join(dataDir, 'lectern.sqlite');
  if (!existsSync(file)) return {};
  const progress = openProgress(file);
  try {
    const counted = exercises.map(({ id, version }): [string, number] => [
      id,
      progress.exercise(id, version).hintsUsed,
    ]);
    return Object.fromEntries(counted.filter(([, count]) => count > 0));
  } finally {
    progress.close();
  }
}
