// Claim: a graph of ten operations on 16 elements costs no more than 50 µs, and 5 ms the first time.
import { contest, ours, pytorch, type Result } from './contest.ts';

export async function run(): Promise<void> {
  const both = [ours('overhead.ts'), pytorch('overhead.py')] as const;
  contest({ bench: 'overhead', case: 'ten operations on 16 elements', unit: 'µs' }, both);
  const first = (result: Result): number => (result as Result & { first: number }).first;
  contest({ bench: 'overhead', case: 'the same, first time', unit: 'ms' }, both, { pick: first });
}
