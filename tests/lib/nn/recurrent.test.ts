/** Recurrent cells and layers, against PyTorch's. */

import { cat, nn, randn, type Tensor, zeros } from '@lectern/lib';
import { expect, it } from 'vitest';
import { forEachBackend } from '../support/backends.ts';
import { expectClose } from '../support/compare.ts';
import { expectGolden, goldenCases } from './golden.ts';

const golden = goldenCases('recurrent.generated.json');
const seed = 1;
const deep = { layers: 2, bidirectional: true, seed };

/** Output and states as one row of numbers, as generate.py has them. */
function joined(output: Tensor, ...states: Tensor[]): Tensor {
  return cat([output, ...states].map((x) => x.flatten()));
}

forEachBackend('recurrent layers as in PyTorch', () => {
  it('cells', async () => {
    const rnn = new nn.RNNCell(3, 2, { seed });
    await expectGolden(rnn, golden('RNN cell'), ({ x, h }) => rnn.forward(x!, h!));
    const gru = new nn.GRUCell(3, 2, { seed });
    await expectGolden(gru, golden('GRU cell'), ({ x, h }) => gru.forward(x!, h!));
    const lstm = new nn.LSTMCell(3, 2, { seed });
    await expectGolden(lstm, golden('LSTM cell'), ({ x, h, c }) => {
      const next = lstm.forward(x!, { h: h!, c: c! });
      return cat([next.h, next.c]);
    });
  });

  it('RNN and GRU', async () => {
    const make = { RNN: nn.RNN, GRU: nn.GRU };
    for (const kind of ['RNN', 'GRU'] as const) {
      const both = new make[kind](3, 2, deep);
      await expectGolden(both, golden(`${kind}, two layers, both ways`), ({ x, h }) => {
        const { output, state } = both.forward(x!, h!);
        return joined(output, state);
      });
      const plain = new make[kind](3, 2, { bias: false, seed });
      await expectGolden(plain, golden(`${kind}, plain`), ({ x }) => {
        const { output, state } = plain.forward(x!);
        return joined(output, state);
      });
    }
    const bent = new nn.RNN(3, 2, { nonlinearity: 'relu', seed });
    await expectGolden(bent, golden('RNN, relu'), ({ x }) => {
      const { output, state } = bent.forward(x!);
      return joined(output, state);
    });
  });

  it('LSTM', async () => {
    const both = new nn.LSTM(3, 2, deep);
    await expectGolden(both, golden('LSTM, two layers, both ways'), ({ x, h, c }) => {
      const { output, state } = both.forward(x!, { h: h!, c: c! });
      return joined(output, state.h, state.c);
    });
    const plain = new nn.LSTM(3, 2, { bias: false, seed });
    await expectGolden(plain, golden('LSTM, plain'), ({ x }) => {
      const { output, state } = plain.forward(x!);
      return joined(output, state.h, state.c);
    });
  });
});

forEachBackend('recurrent layers', () => {
  it('a sequence may be read in parts', async () => {
    const layer = new nn.LSTM(3, 4, { layers: 2, seed });
    const x = randn([2, 5, 3], { seed: 2 });
    const whole = layer.forward(x);
    const first = layer.forward(x.narrow(1, 0, 2));
    const second = layer.forward(x.narrow(1, 2, 3), first.state);
    await expectClose(cat([first.output, second.output], 1), whole.output);
    await expectClose(second.state.c, whole.state.c);
  });

  it('drop between layers while training only', async () => {
    const layer = new nn.GRU(3, 4, { layers: 2, dropout: 0.5, seed });
    const x = randn([2, 5, 3], { seed: 2 });
    const twice = () => layer.forward(x).output.sub(layer.forward(x).output).abs().max().item();
    expect(await twice()).toBeGreaterThan(1e-4);
    layer.eval();
    expect(await twice()).toBe(0);
  });

  it('name their parameters, and say what does not fit', () => {
    const layer = new nn.GRU(3, 2, { layers: 2, seed });
    expect(layer.namedParameters().map(([name, p]) => [name, p.shape])).toEqual([
      ['cells.0.inputWeight', [3, 6]],
      ['cells.0.hiddenWeight', [2, 6]],
      ['cells.0.bias', [6]],
      ['cells.0.hiddenBias', [2]],
      ['cells.1.inputWeight', [2, 6]],
      ['cells.1.hiddenWeight', [2, 6]],
      ['cells.1.bias', [6]],
      ['cells.1.hiddenBias', [2]],
    ]);
    expect(() => layer.forward(zeros([2, 3]))).toThrow('nn.GRU: needs [batch, length, 3]');
    expect(() => layer.forward(zeros([2, 0, 3]))).toThrow('at least 1');
    expect(() => layer.forward(zeros([2, 1, 3]), zeros([1, 2, 2]))).toThrow(
      'needs a state [2, 2, 2], got [1, 2, 2]',
    );
    expect(() => new nn.RNNCell(3, 2, { seed }).forward(zeros([3]))).toThrow('[batch, inputs]');
  });
});
