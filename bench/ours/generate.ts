// Greedy generation with a KV cache, batch 1: `generate.ts SIZE [TOKENS] [int8|nf4]`. Times are per
// token.
import { GPT, type GPTConfig, generate, nn } from '@lectern/lib';
import { numbers, report } from './common.ts';

const vocabularySize = 65;
const sizes: Record<string, GPTConfig> = {
  '0.8M': { vocabularySize, layers: 4, width: 128, heads: 4, contextLength: 256 },
  '10.7M': { vocabularySize, layers: 6, width: 384, heads: 6, contextLength: 256 },
  '124M': { vocabularySize: 50_257, layers: 12, width: 768, heads: 12, contextLength: 1024 },
};
const size = process.argv[2] ?? '0.8M';
const [length] = numbers(3, 200) as [number];
const model = new GPT({ ...sizes[size]!, bias: false }, { seed: 1 }).eval();
const format = process.argv[4] as 'int8' | 'nf4' | undefined;
if (format !== undefined) await nn.quantize(model, { format });
const prompt = [1, 2, 3, 4, 5, 6, 7, 8];

/** Milliseconds per token for a prompt of 8 tokens and `length` new ones. */
async function once(): Promise<number> {
  const started = performance.now();
  let written = 0;
  for await (const _ of generate(model, prompt, { maxTokens: length, temperature: 0 })) written++;
  return (performance.now() - started) / written;
}

await once();
const durations: number[] = [];
for (let i = 0; i < 5; i++) durations.push(await once());
report(durations, { size });
process.exit(0);
