import { readFileSync } from 'node:fs';
import path from 'node:path';
import { cellSource, loadExercise } from '@lectern/grader/catalogue';
import { Command } from 'commander';
import { readNotebook, withSources, writeNotebook } from '../notebook.ts';
import { friendlyPath, root } from '../root.ts';

/** The reference solution of an exercise as its notebook cell would show it. */
export function solutionCell(id: string): string {
  loadExercise(root, id); // names an unknown exercise before its missing file does
  return cellSource(readFileSync(path.join(root, 'solutions', `${id}.ts`), 'utf8'));
}

export const solveCommand = (): Command =>
  new Command('solve')
    .description('write a copy of a notebook with the reference solutions in its exercise cells')
    .argument('<notebook>', 'a notebook file of this course')
    .requiredOption('-o, --output <file>', 'where to write it')
    .action((file: string, { output }: { output: string }) => {
      writeNotebook(output, withSources(readNotebook(file), solutionCell));
      process.stdout.write(`Wrote ${friendlyPath(path.resolve(output))}\n`);
    });
