/** Runs the catalogue check in a process of its own (vitest's runner is busy with the tests) and prints its result. */
import { checkCatalogue } from '@lectern/grader/check';

const [root, chapter, seeds] = process.argv.slice(2);
const progress: string[] = [];
const result = await checkCatalogue(root!, {
  ...(chapter && { chapter }),
  seeds: Number(seeds ?? 2),
  onProgress: (step) => progress.push(step.id),
});
process.stdout.write(JSON.stringify({ ...result, progress }));
