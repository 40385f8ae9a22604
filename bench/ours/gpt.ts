// GPT training step: `gpt.ts SIZE [WARMUP] [STEPS]`. The batch is not in the time, as in peers/gpt.py.
import { GPT, type GPTConfig, optim, randint, tensor, trainStep } from '@lectern/lib';
import { numbers, report, timed } from './common.ts';

type Size = Omit<GPTConfig, 'vocabularySize'> & { batch: number };

const sizes: Record<string, Size> = {
  tiny: { layers: 2, width: 64, heads: 2, contextLength: 32, batch: 8 },
  nano: { layers: 4, width: 128, heads: 4, contextLength: 64, batch: 12 },
  '10.7M': { layers: 6, width: 384, heads: 6, contextLength: 256, batch: 8 },
};

const size = process.argv[2] ?? 'nano';
const [warmup, steps] = numbers(3, 10, 50) as [number, number];
const { batch, ...shape } = sizes[size]!;
const vocabularySize = 65;

const model = new GPT({ ...shape, vocabularySize, bias: false }, { seed: 1 });
const optimizer = new optim.AdamW(model.parameters(), {
  lr: 1e-3,
  betas: [0.9, 0.99],
  weightDecay: 0.1,
});
const step = trainStep(optimizer, (ids, targets) => model.loss(ids, targets));

// each token is followed by itself plus 1, 2 or 3: something to learn
const text = [...(await randint(1, 4, [20_000], { seed: 1 }).cast('int32').data())].map(Number);
for (let i = 1; i < text.length; i++) text[i] = (text[i]! + text[i - 1]!) % vocabularySize;
const length = shape.contextLength;
const batches: [ReturnType<typeof tensor>, ReturnType<typeof tensor>][] = [];
for (let i = 0; i < 16; i++) {
  const starts = Array.from({ length: batch }, (_, j) => ((i * batch + j) * 97) % 19_000);
  const rows = (shift: number) =>
    tensor(
      starts.map((start) => text.slice(start + shift, start + shift + length)),
      { dtype: 'int64' },
    );
  batches.push([rows(0), rows(1)]);
}
let count = 0;
let loss = 0;
const durations = await timed(
  async () => {
    ({ loss } = await step(...batches[count++ % batches.length]!));
  },
  warmup,
  steps,
);
const parameters = model.parameters().reduce((sum, { numel }) => sum + numel, 0);
report(durations, { size, loss, parameters });
process.exit(0);
