import path from 'node:path';

/** The course's root folder: the one that holds notebooks/, exercises/ and lib/. */
export const root = path.resolve(import.meta.dirname, '..', '..');

/** A path as the user would type it, for messages. */
export function friendlyPath(file: string): string {
  const relative = path.relative(process.cwd(), file);
  return relative === '' || relative.startsWith('..') ? file : relative;
}
