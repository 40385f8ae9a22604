// Training step of an LSTM language model: `lstm.ts SIZE [WARMUP] [STEPS]`, as in peers/lstm.py.
import { LSTMLanguageModel, optim, randint, trainStep } from '@lectern/lib';
import { numbers, report, timed } from './common.ts';

const vocabularySize = 27;
const sizes: Record<string, { hidden: number; length: number }> = {
  names: { hidden: 128, length: 12 },
  large: { hidden: 256, length: 32 },
};
const size = process.argv[2] ?? 'names';
const [warmup, steps] = numbers(3, 10, 50) as [number, number];
const { hidden, length } = sizes[size]!;

const model = new LSTMLanguageModel({ vocabularySize, width: 32, hidden }, { seed: 1 });
const optimizer = new optim.AdamW(model.parameters(), { lr: 1e-3 });
const step = trainStep(optimizer, (ids, targets) => model.loss(ids, targets));
const ids = randint(0, vocabularySize, [64, length], { seed: 1 });
const last = ids.eq(vocabularySize - 1);
const targets = ids.add(1).maskedFill(last, 0);
let loss = 0;
const durations = await timed(
  async () => {
    ({ loss } = await step(ids, targets));
  },
  warmup,
  steps,
);
report(durations, { size, loss });
process.exit(0);
