import path from 'node:path';
import type { Chapter } from '@lectern/grader/catalogue';
import type { CheckResult, CheckStep } from '@lectern/grader/check';
import { Command } from 'commander';
import { badRequest, doesNotHold } from '../errors.ts';
import { readNotebook, withSources } from '../notebook.ts';
import { root } from '../root.ts';
import { wholeNumberFrom } from './grade.ts';
import { solutionCell } from './solve.ts';

interface CheckOptions {
  json?: boolean;
  seeds: number;
  run: boolean;
}

/** How a chapter's run with the solutions went. */
interface ChapterRun {
  chapter: string;
  seconds: number;
  problem?: string;
}

const say = (line: string): boolean => process.stderr.write(`${line}\n`);

function announce({ id, problems, mistakes, alternatives, ms }: CheckStep): void {
  const counted = mistakes ? ` (${mistakes} mistakes, ${alternatives} alternatives)` : '';
  say(`  ${problems.length === 0 ? 'ok' : 'NO'}  ${id}${counted} ${Math.round(ms)} ms`);
  for (const { file, message } of problems) say(`      ${file}: ${message}`);
}

/** Runs a chapter top to bottom with the solutions in its exercise cells, in its budget. */
async function runChapter({ id, file, budgetSeconds }: Chapter): Promise<ChapterRun> {
  const { runNotebook } = await import('../run-notebook.ts');
  const template = readNotebook(path.join(root, 'notebooks', file));
  const { failure, ms } = await runNotebook(withSources(template, solutionCell), {
    kernel: 'typescript',
    directory: path.join(root, 'notebooks'),
  });
  const seconds = Number((ms / 1000).toFixed(1));
  if (failure) {
    const problem = `cell ${failure.cell}: ${failure.ename}: ${failure.evalue}`;
    return { chapter: id, seconds, problem };
  }
  if (seconds <= budgetSeconds) return { chapter: id, seconds };
  return { chapter: id, seconds, problem: `took longer than its budget of ${budgetSeconds} s` };
}

async function runChapters(chapters: Chapter[]): Promise<ChapterRun[]> {
  const runs: ChapterRun[] = [];
  for (const chapter of chapters) {
    const result = await runChapter(chapter);
    runs.push(result);
    say(`  ${result.problem ? 'NO' : 'ok'}  ${chapter.file} with solutions ${result.seconds} s`);
    if (result.problem) say(`      ${result.problem}`);
  }
  return runs;
}

async function check(chapter: string | undefined, options: CheckOptions): Promise<void> {
  const { loadCourse } = await import('@lectern/grader/catalogue');
  const { checkCatalogue } = await import('@lectern/grader/check');
  const all = loadCourse(root).chapters;
  const chapters = chapter ? all.filter(({ id }) => id === chapter) : all;
  if (chapters.length === 0) {
    const known = all.map(({ id }) => id).join(', ');
    throw badRequest(`There is no chapter "${chapter}". There are: ${known}.`);
  }
  const catalogue: CheckResult = await checkCatalogue(root, {
    seeds: options.seeds,
    ...(chapter ? { chapter } : {}),
    onProgress: announce,
  });
  const runs = options.run ? await runChapters(chapters) : [];
  const ok = catalogue.ok && runs.every(({ problem }) => !problem);
  const result = { ok, exercises: catalogue.steps, chapters: runs };
  if (options.json) process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  if (!ok) throw doesNotHold('The catalogue does not hold; see above.');
  if (!options.json) process.stdout.write('The catalogue holds.\n');
}

export const checkCommand = (): Command =>
  new Command('check')
    .description('let the catalogue prove itself: exercises, solutions, mistakes, chapters')
    .argument('[chapter]', 'id of a chapter, as in notebooks/course.json (default: all)')
    .option('--json', 'print the findings as one JSON object')
    .option('--seeds <n>', 'how many seeds each answer is tried with', wholeNumberFrom(1), 10)
    .option('--no-run', 'do not run the chapters')
    .action(check);
