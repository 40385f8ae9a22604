import path from 'node:path';
import { cellSource, type Exercise, exercisePaths } from '../catalogue/index.ts';
import type { ExerciseReport } from '../client/report.ts';
import { GradingService } from '../service/service.ts';
import { namesIn, type Problem, readText } from './files.ts';

/** One answer in one notebook; `mistake` is the one that must be recognised in it. */
type RoundOfOne = { exercise: Exercise; file: string; mistake: string | null };

/**
 * Sends the solutions and all mistakes through the real thing once: notebook, slicer, sandbox, report. Each notebook
 * holds one answer to every exercise, so that there are as many gradings as one exercise has mistakes.
 */
export async function checkInSandbox(root: string, exercises: Exercise[]): Promise<Problem[]> {
  const service = new GradingService({ root, warm: 1 });
  const problems: Problem[] = [];
  try {
    const mistakes = new Map(
      exercises.map((exercise) => [
        exercise.id,
        namesIn(exercisePaths(root, exercise.id).mistakes),
      ]),
    );
    const rounds = Math.max(0, ...[...mistakes.values()].map((names) => names.length));
    for (let round = -1; round < rounds; round += 1) {
      const files = exercises.flatMap((exercise): RoundOfOne[] => {
        const paths = exercisePaths(root, exercise.id);
        if (round === -1) return [{ exercise, file: paths.solution, mistake: null }];
        const mistake = mistakes.get(exercise.id)![round];
        if (!mistake) return [];
        return [{ exercise, file: path.join(paths.mistakes, `${mistake}.ts`), mistake }];
      });
      const cells = files.map(({ exercise, file }) => exerciseCell(exercise.id, readText(file)));
      const report = await service.grade({
        notebook: { nbformat: 4, cells },
        path: 'check.ipynb',
        exercises: files.map(({ exercise }) => exercise.id),
        seed: 1,
      });
      for (const [i, { file, mistake }] of files.entries()) {
        const message = judge(report.exercises[i]!, mistake);
        if (message) problems.push({ file: path.relative(root, file), message });
      }
    }
  } finally {
    await service.close();
  }
  return problems;
}

function exerciseCell(exercise: string, source: string): object {
  return { cell_type: 'code', metadata: { lectern: { exercise } }, source: cellSource(source) };
}

function judge(report: ExerciseReport, mistake: string | null): string | null {
  if (mistake === null) {
    if (report.status === 'passed' && report.points === report.maxPoints) return null;
    return `gets ${report.points} of ${report.maxPoints} points in the sandbox (${report.status})`;
  }
  if (report.mistake?.name === mistake) return null;
  const got = report.mistake ? `is taken for ${report.mistake.name}` : 'is not recognised';
  return `${got} in the sandbox (${report.status})`;
}
