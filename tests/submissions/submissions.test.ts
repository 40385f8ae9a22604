/**
 * Hostile and honest answers against the real sandbox. Each file under `answers/<expected verdict>/` is one cell; its
 * first line says what it tries. After each, the harness must be alive and the next submission graded as if nothing
 * had happened.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ExerciseReport, type Grader, startGrader } from '../../grader/src/client/index.ts';
import { bareExercise, cell, makeCourse, notebook } from '../grader/course.ts';

const id = 'basics/row-weights';
const answers = path.join(import.meta.dirname, 'answers');
const imports = "import { Tensor, tensor, zeros } from '@lectern/lib';";

const exercise = bareExercise(
  id,
  'rowWeights',
  {
    public: {
      'shares evenly':
        'await expect(rowWeights(tensor([[0, 0]]))).toBeCloseToTensor([[0.5, 0.5]]);',
    },
    hidden: {
      'rows sum to one': `
        const scores = lib.randn([3, 4], { seed: seed(1) });
        const weights = await rowWeights(scores);
        await expect(weights.sum(-1)).toBeCloseToTensor([1, 1, 1]);
        await expect(weights).toBeCloseToTensor(lib.softmax(scores, -1));`,
    },
  },
  { points: 2, forbids: ['softmax', 'logSoftmax', 'crossEntropy', 'scaledDotProductAttention'] },
);

let course: { root: string; remove(): void };
let grader: Grader;

beforeAll(() => {
  course = makeCourse(exercise);
  grader = startGrader({ root: course.root });
});
afterAll(async () => {
  await grader.close();
  course.remove();
});

async function grade(source: string): Promise<ExerciseReport> {
  const submission = notebook(cell(imports), cell(source, id));
  const request = { notebook: submission, path: 'x.ipynb', exercises: [id], seed: 3 };
  return (await grader.grade(request)).exercises[0]!;
}

const read = (verdict: string, name: string) =>
  readFileSync(path.join(answers, verdict, name), 'utf8');

/** All texts in a report, also those in lists. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

/** A crash is a verdict of tests; the exercise as a whole has failed. */
const statusOf = (verdict: string) => (verdict === 'crashed' ? 'failed' : verdict);

describe.each(readdirSync(answers).sort())('%s', (verdict) => {
  it.each(readdirSync(path.join(answers, verdict)).sort())('%s', async (name) => {
    const report = await grade(read(verdict, name));
    expect(report.status).toBe(statusOf(verdict));
    if (verdict === 'crashed') {
      expect(report.tests.map((test) => test.status)).toContain('crashed');
    }
    expect(report.points).toBe(verdict === 'passed' ? 2 : 0);
    expect(JSON.stringify(report)).not.toMatch(/root:x:|seed\(1\)|toBeCloseToTensor/);
    expect(textsOf(report).join('\n')).not.toMatch(/(?![\n\t])\p{Cc}|\u202e/u);
    expect(JSON.stringify(report).length).toBeLessThan(50_000);
    const next = await grade(read('passed', 'plain.txt'));
    expect(next).toMatchObject({ status: 'passed', points: 2, output: '' });
  });
});
