// Claim: writing with a GPT, one text at a time and with a cache, is as fast as with PyTorch, and
// faster with weights of 8 bits.
import { contest, ours, pytorch } from './contest.ts';

const sizes = { '0.8M': 200, '10.7M': 200, '124M': 64 };

export async function run(): Promise<void> {
  for (const [size, tokens] of Object.entries(sizes)) {
    contest({ bench: 'generate', case: `${size} parameters, batch 1`, unit: 'ms/token' }, [
      ours('generate.ts', size, `${tokens}`),
      pytorch('generate.py', size, `${tokens}`),
    ]);
  }
  contest({ bench: 'generate', case: '124M parameters in int8, batch 1', unit: 'ms/token' }, [
    ours('generate.ts', '124M', '64', 'int8'),
    { ...ours('generate.ts', '124M', '64'), name: 'ours, float32' },
  ]);
}
