// Claim: training an LSTM is as fast as with PyTorch, at the syllabus' size and a larger one.
import { contest, ours, pytorch } from './contest.ts';

export async function run(): Promise<void> {
  for (const [size, steps] of Object.entries({ names: '200', large: '30' })) {
    contest(
      { bench: 'lstm', case: `training step, ${size}`, unit: 'ms' },
      [ours('lstm.ts', size, '20', steps), pytorch('lstm.py', size, '20', steps)],
      { rounds: 5 },
    );
  }
}
