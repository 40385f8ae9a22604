// Claim: training takes no more memory than with PyTorch, and none on top with time.
import { contest, ours, pytorch, runOnce } from './contest.ts';
import { print } from './figure.ts';

export async function run(): Promise<void> {
  const pick = ({ peakMB }: { peakMB: number }): number => peakMB;
  contest(
    { bench: 'memory', case: 'peak of training 10.7M parameters', unit: 'MB' },
    [ours('gpt.ts', '10.7M', '0', '10'), pytorch('gpt.py', '10.7M', 'eager', '0', '10')],
    { pick },
  );
  print({
    bench: 'memory',
    case: 'peak of 10 000 nano steps',
    ours: pick(runOnce(ours('gpt.ts', 'nano', '0', '10000'))),
    peer: pick(runOnce(ours('gpt.ts', 'nano', '0', '100'))),
    peerName: 'ours, 100 steps',
    unit: 'MB',
  });
}
