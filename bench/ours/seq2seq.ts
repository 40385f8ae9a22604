// Training step of an encoder–decoder Transformer: `seq2seq.ts [WARMUP] [STEPS]`, as in
// peers/seq2seq.py.
import { cat, optim, randint, Transformer, trainStep, zeros } from '@lectern/lib';
import { numbers, report, timed } from './common.ts';

const [warmup, steps] = numbers(2, 10, 50) as [number, number];
const [batch, length, vocabularySize] = [32, 16, 64];

const model = new Transformer({ vocabularySize, layers: 2, heads: 4, width: 128 }, { seed: 1 });
const optimizer = new optim.AdamW(model.parameters(), { lr: 1e-3 });
const step = trainStep(optimizer, (source, target) => model.loss(source, target));
const source = randint(1, vocabularySize, [batch, length], { seed: 1 });
const start = zeros([batch, 1], { dtype: 'int64' });
const target = cat([start, source.flip(1)], 1); // the loss shifts it: 16 places
let loss = 0;
const durations = await timed(
  async () => {
    ({ loss } = await step(source, target));
  },
  warmup,
  steps,
);
report(durations, { loss });
process.exit(0);
