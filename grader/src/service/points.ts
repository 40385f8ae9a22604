import type { Exercise } from '../catalogue/index.ts';

/** The points of each test: the exercise's points, shared by weight over public and hidden tests together. */
export function sharePoints(exercise: Exercise, titles: string[]): Map<string, number> {
  const weight = (title: string) => exercise.weights[title] ?? 1;
  const total = titles.reduce((sum, title) => sum + weight(title), 0);
  const share = (title: string) => (total > 0 ? (exercise.points * weight(title)) / total : 0);
  return new Map(titles.map((title) => [title, share(title)]));
}

/** To four decimals: shares such as 1/3 must add up to what a reader expects. */
export function rounded(points: number): number {
  return Math.round(points * 10_000) / 10_000;
}
