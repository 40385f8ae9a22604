import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { CatalogueError, type Exercise, exercisePaths, loadExercise } from '../catalogue/index.ts';
import { feedbackIn } from '../harness/mistakes.ts';
import { titlesOf } from '../harness/run.ts';

/** Something about an exercise that does not hold. */
export type Problem = {
  /** Relative to the course's root. */
  file: string;
  message: string;
};

/** What an exercise must have at least. */
const LEAST = { mistakes: 5, alternatives: 2, examples: 2, publicTests: 2, hiddenTests: 2 };
const HINTS = { least: 2, most: 4 };

/** Names of the TypeScript files of a directory, without their ending; none where it is missing. */
export function namesIn(directory: string): string[] {
  if (!existsSync(directory)) return [];
  const files = readdirSync(directory).filter((name) => name.endsWith('.ts'));
  return files.map((name) => name.slice(0, -'.ts'.length)).sort();
}

/** Checks what can be seen without running an answer. */
export async function checkFiles(root: string, exercise: Exercise): Promise<Problem[]> {
  const paths = exercisePaths(root, exercise.id);
  const problems: Problem[] = [];
  const problem = (file: string, message: string) =>
    problems.push({ file: path.relative(root, file), message });
  for (const file of [paths.publicTests, paths.solution, paths.hiddenTests]) {
    if (!existsSync(file)) problem(file, 'is missing');
  }
  if (problems.length > 0) return problems;
  const { hints } = exercise;
  if (hints.length < HINTS.least || hints.length > HINTS.most) {
    problem(paths.meta, `has ${hints.length} hints; ${HINTS.least} to ${HINTS.most} are wanted`);
  }
  checkStatement(exercise.starter, (message) => problem(paths.starter, message));
  for (const kind of ['mistakes', 'alternatives'] as const) {
    const count = namesIn(paths[kind]).length;
    if (count < LEAST[kind])
      problem(paths[kind], `has ${count} ${kind}, at least ${LEAST[kind]} are wanted`);
  }
  for (const name of namesIn(paths.mistakes)) {
    const file = path.join(paths.mistakes, `${name}.ts`);
    if (feedbackIn(file) === '') problem(file, 'starts with no feedback (its first JSDoc block)');
  }
  await checkTitles(exercise, paths, problem);
  return problems;
}

function checkStatement(starter: string, problem: (message: string) => void): void {
  const statement = /\/\*\*([\s\S]*?)\*\//.exec(starter)?.[1] ?? '';
  const examples = statement.match(/@example\b/g)?.length ?? 0;
  if (examples < LEAST.examples)
    problem(`states ${examples} @example, ${LEAST.examples} are wanted`);
  for (const tag of ['@param', '@returns']) {
    if (!statement.includes(tag)) problem(`states no ${tag}`);
  }
}

async function checkTitles(
  exercise: Exercise,
  paths: ReturnType<typeof exercisePaths>,
  problem: (file: string, message: string) => void,
): Promise<void> {
  const seen = await titlesOf(paths.publicTests, paths.starter, exercise.declares);
  const hidden = await titlesOf(paths.hiddenTests, paths.starter, exercise.declares);
  const hinted = Object.keys(exercise.hidden);
  const all = [...seen, ...hidden];
  for (const [titles, least, file] of [
    [seen, LEAST.publicTests, paths.publicTests],
    [hidden, LEAST.hiddenTests, paths.hiddenTests],
  ] as const) {
    if (titles.length >= least) continue;
    problem(file, `has ${titles.length} test(s), at least ${least} are wanted`);
  }
  for (const title of all.filter((one, i) => all.indexOf(one) !== i)) {
    problem(paths.hiddenTests, `has a second test called "${title}"`);
  }
  for (const title of hidden.filter((one) => !hinted.includes(one))) {
    problem(paths.meta, `has no hint for the hidden test "${title}"`);
  }
  for (const title of hinted.filter((one) => !hidden.includes(one))) {
    problem(paths.meta, `has a hint for "${title}", which is no hidden test`);
  }
  for (const title of Object.keys(exercise.weights).filter((one) => !all.includes(one))) {
    problem(paths.meta, `gives a weight to "${title}", which is no test`);
  }
}

/** Files of a chapter that belong to no exercise, and exercises whose JSON cannot be used. */
export function checkChapter(
  root: string,
  chapter: string,
): { ids: string[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const directory = path.join(root, 'exercises', chapter);
  const names = existsSync(directory) ? readdirSync(directory) : [];
  const slugs = names.filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -5));
  for (const name of names.filter((one) => !belongs(one, slugs, ['.json', '.test.ts', '.ts']))) {
    problems.push(stray(`exercises/${chapter}/${name}`));
  }
  const expected: [string, string[]][] = [
    ['solutions', ['.ts']],
    ['grader/hidden', ['.test.ts']],
    ['grader/mistakes', ['']],
    ['grader/alternatives', ['']],
  ];
  for (const [tree, endings] of expected) {
    const place = path.join(root, tree, chapter);
    for (const name of existsSync(place) ? readdirSync(place) : []) {
      if (!belongs(name, slugs, endings)) problems.push(stray(`${tree}/${chapter}/${name}`));
    }
  }
  const ids = slugs
    .map((slug) => `${chapter}/${slug}`)
    .filter((id) => {
      try {
        loadExercise(root, id);
        return true;
      } catch (error) {
        if (!(error instanceof CatalogueError)) throw error;
        problems.push({ file: `exercises/${id}.json`, message: error.message });
        return false;
      }
    });
  return { ids, problems };
}

function belongs(name: string, slugs: string[], endings: string[]): boolean {
  return slugs.some((slug) => endings.some((ending) => name === slug + ending));
}

function stray(file: string): Problem {
  return { file, message: 'belongs to no exercise' };
}

/** The chapters that have exercises. */
export function chaptersWithExercises(root: string): string[] {
  const trees = ['exercises', 'solutions', 'grader/hidden', 'grader/mistakes'];
  const names = trees.flatMap((tree) => {
    const place = path.join(root, tree);
    if (!existsSync(place)) return [];
    return readdirSync(place, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  });
  return [...new Set(names.map((entry) => entry.name))].sort();
}

/** The text of a file as a cell would hold it. */
export function readText(file: string): string {
  return readFileSync(file, 'utf8');
}
