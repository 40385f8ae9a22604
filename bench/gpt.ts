// Claim: training a GPT is as fast as with PyTorch. One step at three sizes; from the start of the
// process to 100 steps done; and the same step with the other libraries for JavaScript.
import { contest, javascript, ours, pytorch } from './contest.ts';

const sizes = {
  tiny: [50, 400],
  nano: [20, 100],
  '10.7M': [3, 10],
} as const;

export async function run(): Promise<void> {
  for (const mode of ['eager', 'compile']) {
    for (const [size, counts] of Object.entries(sizes)) {
      const [warmup, steps] = counts.map(String) as [string, string];
      contest(
        { bench: 'gpt', case: `training step, ${size}, PyTorch ${mode}`, unit: 'ms' },
        [ours('gpt.ts', size, warmup, steps), pytorch('gpt.py', size, mode, warmup, steps)],
        { rounds: mode === 'eager' ? 5 : 2 },
      );
    }
  }
  contest(
    { bench: 'gpt', case: 'start of the process to 100 nano steps', unit: 'ms' },
    [ours('gpt.ts', 'nano', '0', '100'), pytorch('gpt.py', 'nano', 'eager', '0', '100')],
    { pick: ({ wall }) => wall },
  );
  for (const peer of [
    javascript('TensorFlow.js', 'tfjs-gpt.ts', '2', '5'),
    javascript('jax-js', 'jax-gpt.ts', '2', '5'),
  ]) {
    contest(
      { bench: 'gpt', case: 'training step, nano', unit: 'ms' },
      [ours('gpt.ts', 'nano', '20', '50'), peer],
      { rounds: 2 },
    );
  }
}
