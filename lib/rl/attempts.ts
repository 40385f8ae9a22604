/** Several attempts at one problem: more thinking at the time of use. Plain lists and numbers. */

import { publicOp } from '../forbid.ts';
import { LibraryError } from '../tensor/errors.ts';

/** The answer given most often, the first of equals (Wang et al. 2023, arXiv:2203.11171). */
export const majorityVote = publicOp('rl.majorityVote', <Answer>(answers: readonly Answer[]) => {
  checkSome('rl.majorityVote', answers);
  const votes = new Map<Answer, number>();
  for (const answer of answers) votes.set(answer, (votes.get(answer) ?? 0) + 1);
  const most = Math.max(...votes.values());
  return [...votes].find(([, count]) => count === most)![0];
});

/** The answer with the highest score, the first of equals. */
export const bestOfN = publicOp(
  'rl.bestOfN',
  <Answer>(answers: readonly Answer[], score: (answer: Answer) => number): Answer => {
    checkSome('rl.bestOfN', answers);
    const scores = answers.map((answer) => score(answer));
    if (scores.some(Number.isNaN)) throw new LibraryError('rl.bestOfN: a score is NaN');
    return answers[scores.indexOf(Math.max(...scores))]!;
  },
);

/**
 * The chance that at least one of k attempts is right, estimated from n attempts of which c were:
 * 1 − C(n − c, k) / C(n, k) (Chen et al. 2021, arXiv:2107.03374, eq. 1), multiplied out so that no
 * number becomes large. 1 − (1 − c/n)ᵏ would come out too low.
 */
export const passAtK = publicOp('rl.passAtK', (n: number, c: number, k: number): number => {
  const whole = [n, c, k].every(Number.isInteger);
  if (!whole || c < 0 || c > n || k < 1 || k > n) {
    throw new LibraryError(
      `rl.passAtK: needs 0 ≤ c ≤ n and 1 ≤ k ≤ n, got n = ${n}, c = ${c}, k = ${k}`,
    );
  }
  if (n - c < k) return 1; // every choice of k has a right one in it
  let allWrong = 1;
  for (let i = n - c + 1; i <= n; i++) allWrong *= 1 - k / i;
  return 1 - allWrong;
});

function checkSome(op: string, answers: readonly unknown[]): void {
  if (answers.length === 0) throw new LibraryError(`${op}: there are no answers`);
}
