/** The compiled loops beside the plain ones, and beside a fresh compilation. */

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { randn } from '@lectern/lib';
import { describe, expect, it } from 'vitest';
import { kernelMemory } from '../../../lib/optim/kernel/kernel.ts';
import { plainUpdates, type Updates } from '../../../lib/optim/updates.ts';

const length = 64;
const names = ['theta', 'g', 'first', 'second'] as const;
type Arrays = Record<(typeof names)[number], Float32Array>;

/** The same random numbers in two places: an ordinary one and the compiled loops' memory. */
async function twins() {
  const memory = kernelMemory(names.length * length);
  const plain = {} as Arrays;
  const own = {} as Arrays;
  for (const [seed, name] of names.entries()) {
    plain[name] = (await randn([length], { seed }).data()) as Float32Array;
    if (name === 'second') for (let i = 0; i < length; i++) plain[name][i]! **= 2;
    own[name] = memory.allocate(length);
    own[name].set(plain[name]);
  }
  return { plain, own, updates: memory.updates };
}

const common = { lr: 0.1, weightDecay: 0.2, step: 3 };
const momentum = { ...common, momentum: 0.9, dampening: 0.3, nesterov: false };
const adam = { ...common, betas: [0.9, 0.99], eps: 1e-3, decoupled: true } as const;

const cases: Record<string, (updates: Updates, x: Arrays) => void> = {
  sgd: (updates, { theta, g }) => updates.sgd(theta, g, common),
  momentum: (updates, { theta, g, first }) => updates.momentum(theta, g, first, momentum),
  'momentum, first step': (updates, { theta, g, first }) =>
    updates.momentum(theta, g, first.fill(0), { ...momentum, step: 1 }),
  nesterov: (updates, { theta, g, first }) =>
    updates.momentum(theta, g, first, { ...momentum, nesterov: true }),
  adam: (updates, { theta, g, first, second }) =>
    updates.adam(theta, g, first, second, { ...adam, decoupled: false }),
  adamW: (updates, { theta, g, first, second }) => updates.adam(theta, g, first, second, adam),
  scale: (updates, { g }) => updates.scale(g, 0.7),
  sumOfSquares: (updates, { theta, g }) => theta.fill(updates.sumOfSquares(g)),
};

describe('the compiled loops', () => {
  for (const [title, run] of Object.entries(cases)) {
    it(`do what the plain ones do: ${title}`, async () => {
      const { plain, own, updates } = await twins();
      run(plainUpdates, plain);
      run(updates, own);
      for (const name of names) {
        for (let i = 0; i < length; i++) {
          expect(Math.abs(own[name][i]! - plain[name][i]!), `${name} ${i}`).toBeLessThan(
            1e-6 * (1 + Math.abs(plain[name][i]!)),
          );
        }
      }
    });
  }

  it('sum millions of squares without losing any', () => {
    const { updates, allocate } = kernelMemory(2 ** 24);
    expect(updates.sumOfSquares(allocate(2 ** 24).fill(3))).toBe(9 * 2 ** 24);
  });

  it('are compiled from what stands in the source', async () => {
    const root = path.resolve(import.meta.dirname, '../../..');
    const { compiledKernel } = await import(path.join(root, 'scripts/build-kernels.mjs'));
    const committed = readFileSync(path.join(root, 'lib/optim/kernel/kernel.generated.ts'), 'utf8');
    expect(committed === (await compiledKernel()), 'run node scripts/build-kernels.mjs').toBe(true);
  }, 120_000);
});
