// Claim: training an encoder–decoder Transformer is as fast as with PyTorch.
import { contest, ours, pytorch } from './contest.ts';

export async function run(): Promise<void> {
  contest(
    { bench: 'seq2seq', case: 'training step, 2 + 2 layers × 128', unit: 'ms' },
    [ours('seq2seq.ts', '10', '60'), pytorch('seq2seq.py', '10', '60')],
    { rounds: 5 },
  );
}
