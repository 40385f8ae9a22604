// Claim: a process that imports the library has its first result within 0.4 s.
import { contest, ours, pytorch } from './contest.ts';

export async function run(): Promise<void> {
  contest(
    { bench: 'import', case: 'start of the process to the first result', unit: 'ms' },
    [ours('first-result.ts'), pytorch('first_result.py')],
    { rounds: 5, pick: ({ wall }) => wall },
  );
}
