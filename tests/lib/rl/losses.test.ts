/** Losses against numbers worked by hand and PyTorch's, with gradients. */

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { arange, realize, rl, ShapeError, type Tensor, tensor } from '@lectern/lib';
import { describe, expect, it } from 'vitest';
import { expectClose, expectGradients } from '../support/compare.ts';

interface Golden {
  value: number[];
  gradients: number[][];
}

const file = path.join(import.meta.dirname, 'golden.generated.json');
const golden = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Golden>;

/** As in generate.py: element k is sin(phase + 1.7 k) · scale. */
function wave(shape: number[], phase: number, scale = 1, requiresGrad = false): Tensor {
  const length = shape.reduce((product, size) => product * size, 1);
  const values = Float64Array.from({ length }, (_, k) => Math.sin(phase + 1.7 * k) * scale);
  return tensor(values, { shape, requiresGrad });
}

const learned = (shape: number[], phase: number, scale = 1) => wave(shape, phase, scale, true);

const mask = tensor([
  [0, 1, 1, 1],
  [0, 1, 1, 0],
  [0, 0, 1, 0],
]);
const advantages = tensor([1.5, -0.5, -1]);
const [A, L, V] = [3, 4, 5];
const each = advantages.unsqueeze(-1).expand([A, L]);
const answers = [A, L];

/** Each case: its inputs that have gradients, and what is made of them. */
const cases: Record<string, [inputs: Tensor[], f: (...inputs: Tensor[]) => Tensor]> = {
  tokenLogProbabilities: [
    [learned([A, L, V], 0.3, 2)],
    (logits) => {
      const ids = arange(A * L).reshape(answers);
      return rl.tokenLogProbabilities(logits!, ids.sub(ids.div(V).floor().cast('int64').mul(V)));
    },
  ],
  entropy: [[learned([A, L, V], 0.3, 2)], (logits) => rl.entropy(logits!)],
  k1: [[learned(answers, 1)], (x) => rl.klPenalty(x!, wave(answers, 2))],
  k2: [[learned(answers, 1)], (x) => rl.klPenalty(x!, wave(answers, 2), 'k2')],
  k3: [[learned(answers, 1)], (x) => rl.klPenalty(x!, wave(answers, 2), 'k3')],
  generalizedAdvantages: [
    [learned(answers, 0.5), learned(answers, 2.5)],
    (r, v) => rl.generalizedAdvantages(r!, v!, { gamma: 0.9, lambda: 0.8 }),
  ],
  groupAdvantages: [[learned(answers, 0.7)], (r) => rl.groupAdvantages(r!)],
  bradleyTerryLoss: [[learned([A], 1), learned([A], 2)], (a, b) => rl.bradleyTerryLoss(a!, b!)],
  clippedObjective: [
    [learned(answers, 1, 0.5)],
    (x) => rl.clippedObjective(x!, wave(answers, 1.5, 0.5), each, { mask }),
  ],
  valueLoss: [
    [learned(answers, 1)],
    (x) => rl.valueLoss(x!, wave(answers, 2), { old: wave(answers, 1.3), mask }),
  ],
  grpoLoss: [
    [learned(answers, 1, 0.5)],
    (logProbabilities) => {
      const [old, reference] = [wave(answers, 1.5, 0.5), wave(answers, 0.5, 0.5)];
      const inputs = { logProbabilities: logProbabilities!, old, reference, advantages, mask };
      return rl.grpoLoss(inputs, { beta: 0.1 });
    },
  ],
  dpoLoss: [
    [learned([A], 1, 3), learned([A], 2, 3)],
    (chosen, rejected) => {
      const [referenceChosen, referenceRejected] = [wave([A], 0.5, 3), wave([A], 1.5, 3)];
      const inputs = { referenceChosen, referenceRejected };
      return rl.dpoLoss({ chosen: chosen!, rejected: rejected!, ...inputs }, { beta: 0.3 });
    },
  ],
};

describe('as PyTorch', () => {
  it.each(Object.keys(golden))('%s', async (name) => {
    const [inputs, f] = cases[name]!;
    const { value, gradients } = golden[name]!;
    const y = f(...inputs);
    y.sum().backward();
    const found = inputs.map((x) => x.grad!);
    await realize(y, ...found);
    await expectClose(y.flatten(), value);
    for (const [i, gradient] of found.entries()) {
      await expectClose(gradient.flatten(), gradients[i]!);
    }
  });
});

describe('by hand', () => {
  it('discounts what is to come', async () => {
    const rewards = tensor([1, 0, 2]);
    await expectClose(rl.discountedReturns(rewards, { gamma: 0.5 }), [1.5, 1, 2]);
    await expectClose(rl.discountedReturns(rewards), [3, 2, 2]);
    await expectClose(rl.discountedReturns(rewards, { gamma: 0 }), [1, 0, 2]);
  });

  it('estimates advantages between surprise and return', async () => {
    const [rewards, values] = [tensor([[0, 0, 1]]), tensor([[0.5, 0.5, 0.5]])];
    const at = (lambda: number) => rl.generalizedAdvantages(rewards, values, { lambda });
    await expectClose(at(0), [[0, 0, 0.5]]);
    await expectClose(at(1), [[0.5, 0.5, 0.5]]);
    await expectClose(at(0.5), [[0.125, 0.25, 0.5]]);
  });

  it('compares a group with its mean', async () => {
    const rewards = tensor([
      [0, 1, 0, 1],
      [0.1, 0.1, 0.1, 0.1],
    ]);
    const x = 0.5 / Math.sqrt(1 / 3);
    await expectClose(rl.groupAdvantages(rewards), [
      [-x, x, -x, x],
      [0, 0, 0, 0],
    ]);
    await expectClose(rl.groupAdvantages(tensor([[5]])), [[0]]);
  });

  it('clips only what would earn more', async () => {
    const objective = (ratio: number, advantage: number) =>
      rl.clippedObjective(tensor([Math.log(ratio)]), tensor([0]), tensor([advantage])).item();
    expect(await objective(1.5, 2)).toBeCloseTo(2.4);
    expect(await objective(0.5, 2)).toBeCloseTo(1);
    expect(await objective(1.5, -2)).toBeCloseTo(-3);
    expect(await objective(0.5, -2)).toBeCloseTo(-1.6);
  });

  it('has −log ½ for what is undecided', async () => {
    const zero = tensor([0]);
    expect(await rl.bradleyTerryLoss(zero, zero).item()).toBeCloseTo(Math.LN2);
    expect(await rl.bradleyTerryLoss(tensor([2]), tensor([1])).item()).toBeCloseTo(0.31326);
    const same = { chosen: zero, rejected: zero, referenceChosen: zero, referenceRejected: zero };
    expect(await rl.dpoLoss(same).item()).toBeCloseTo(Math.LN2);
    const better = { ...same, chosen: tensor([3]), rejected: tensor([-2]) };
    expect(await rl.dpoLoss(better, { beta: 0.2 }).item()).toBeCloseTo(0.31326);
  });

  it('votes, chooses and counts', () => {
    expect(rl.majorityVote(['8', '7', '8', '9'])).toBe('8');
    expect(rl.majorityVote([2, 1, 1, 2])).toBe(2);
    expect(rl.bestOfN(['a', 'ccc', 'bb'], (text) => text.length)).toBe('ccc');
    expect(rl.passAtK(5, 2, 1)).toBeCloseTo(0.4);
    expect(rl.passAtK(5, 2, 2)).toBeCloseTo(0.7); // 1 − C(3,2)/C(5,2)
    expect(rl.passAtK(5, 2, 4)).toBe(1);
    expect(rl.passAtK(1000, 0, 100)).toBe(0);
    expect(rl.passAtK(1000, 10, 100)).toBeCloseTo(0.6531, 4);
  });

  it('lets gradients through advantages and entropy', async () => {
    await expectGradients((x) => rl.entropy(x), [wave([2, 3], 1)]);
    await expectGradients((r) => rl.discountedReturns(r, { gamma: 0.9 }), [wave([2, 3], 1)]);
  });
});

describe('what does not fit', () => {
  it('is refused instead of broadcast', () => {
    const [row, column] = [tensor([1, 2]), tensor([[1], [2]])];
    expect(() => rl.bradleyTerryLoss(row, column)).toThrow(ShapeError);
    expect(() => rl.klPenalty(row, column)).toThrow(/reference \[2, 1\] must have one shape/);
    expect(() => rl.valueLoss(row, row, { mask: column })).toThrow(ShapeError);
    expect(() => rl.groupAdvantages(row)).toThrow('needs [groups, size], got [2]');
    expect(() => rl.tokenLogProbabilities(column, column)).toThrow(ShapeError);
    expect(() => rl.discountedReturns(row, { gamma: 2 })).toThrow('gamma must be from 0 to 1');
    expect(() => rl.klPenalty(row, row, 'k4' as 'k3')).toThrow("not 'k4'");
    expect(() => rl.passAtK(3, 4, 1)).toThrow('c = 4');
    expect(() => rl.majorityVote([])).toThrow('there are no answers');
  });
});
