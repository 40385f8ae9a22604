/** The mixture of experts, against one computed expert by expert. */

import { cat, nn, randn, zeros } from '@lectern/lib';
import { expect, it } from 'vitest';
import { forEachBackend } from '../support/backends.ts';
import { expectClose } from '../support/compare.ts';
import { expectGolden, goldenCases } from './golden.ts';

const golden = goldenCases('golden.generated.json');
const seed = 1;

forEachBackend('nn.MixtureOfExperts', () => {
  it('gives what the chosen experts give, and Switch’s balance loss', async () => {
    for (const [experts, topK] of [
      [3, 2],
      [4, 1],
    ] as const) {
      const layer = new nn.MixtureOfExperts(4, { experts, topK, hidden: 5, seed });
      await expectGolden(layer, golden(`mixture, ${topK} of ${experts}`), ({ x }) => {
        const { output, balanceLoss } = layer.forward(x!);
        return cat([output.flatten(), balanceLoss.reshape([1])]);
      });
    }
  });

  it('has a balance loss of 1 where all experts are used alike, and more otherwise', async () => {
    const layer = new nn.MixtureOfExperts(4, { experts: 4, topK: 4, hidden: 2, seed });
    const x = randn([3, 5, 4], { seed: 2 });
    await expectClose(layer.forward(x).balanceLoss, 1);
    const single = new nn.MixtureOfExperts(4, { experts: 4, topK: 1, hidden: 2, seed });
    single.router.weight.assign(zeros([4, 4]).add(randn([4, 4], { seed: 3 }).mul(5)));
    expect(await single.forward(x).balanceLoss.item()).toBeGreaterThan(1);
  });

  it('says what does not fit', () => {
    const design = { experts: 2, hidden: 4, seed };
    expect(() => new nn.MixtureOfExperts(4, { ...design, topK: 3 })).toThrow('cannot use 3 of 2');
    expect(() => new nn.MixtureOfExperts(4, { ...design, topK: 0 })).toThrow('cannot use 0 of 2');
  });
});
