/** The explorables on linear algebra: their numbers, and their hands and words in a real browser. */

import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as backward from '../../explorables/linear-algebra/backward/state.ts';
import * as descent from '../../explorables/linear-algebra/descent/state.ts';
import * as playground from '../../explorables/linear-algebra/playground/state.ts';
import * as tangent from '../../explorables/linear-algebra/tangent/state.ts';
import * as xor from '../../explorables/linear-algebra/xor/state.ts';
import {
  activations,
  epoch,
  gradients,
  judgeAll,
  type Network,
  network,
} from '../../explorables/shared/network.ts';
import { type Site, serveExplorables } from './page.ts';

describe('the network', () => {
  it('has the slopes that trying out every weight finds', () => {
    for (const activation of ['tanh', 'sigmoid', 'ReLU'] as const) {
      const net = network([2, 3, 2, 1], activation, 4);
      const examples = [
        { x: [0.3, -0.8], y: 1 },
        { x: [-0.5, 0.9], y: 0 },
      ];
      const slopes = gradients(net, examples);
      const nudged = (l: number, j: number, i: number, by: number): number => {
        const copy: Network = structuredClone(net);
        copy.layers[l]!.weights[j]![i]! += by;
        return judgeAll(copy, examples).loss;
      };
      net.layers.forEach(({ weights }, l) => {
        weights.forEach((row, j) => {
          row.forEach((_, i) => {
            const tried = (nudged(l, j, i, 1e-6) - nudged(l, j, i, -1e-6)) / 2e-6;
            expect(slopes[l]!.weights[j]![i]).toBeCloseTo(tried, 6);
          });
        });
      });
    }
  });

  it('encloses the circle with three units and not with two, as the playground says', () => {
    const examples = playground.examplesOf('circle');
    const trained = (units: number, seed: number) => {
      let net = network([2, units, 1], 'tanh', seed);
      for (let i = 0; i < 250; i++) net = epoch(net, examples, 0.1);
      return judgeAll(net, examples).right;
    };
    const seeds = [1, 3, 4];
    expect(Math.max(...seeds.map((seed) => trained(2, seed)))).toBeLessThan(0.95);
    expect(Math.min(...seeds.map((seed) => trained(3, seed)))).toBe(1);
    expect(playground.judge(3)).toMatch(/^Yes, 3/);
    expect(playground.judge(1)).toMatch(/^You said 1\. It is 3/);
  });

  it('makes both kinds of points of every data set, inside the picture', () => {
    for (const name of Object.keys(playground.DATA) as playground.DataName[]) {
      const examples = playground.examplesOf(name);
      expect(new Set(examples.map(({ y }) => y))).toEqual(new Set([0, 1]));
      const far = Math.max(...examples.flatMap(({ x }) => x.map(Math.abs)));
      expect(far).toBeLessThan(playground.REACH);
      expect(playground.examplesOf(name)).toEqual(examples);
    }
  });
});

describe('XOR', () => {
  it('takes 79 steps from start 1, and never ends from start 3', () => {
    expect(xor.stepsUntilRight({ seed: 1, rate: 0.5 })).toBe(79);
    expect(xor.stepsUntilRight({ seed: 3, rate: 0.5 })).toBeNull();
    expect(xor.judge('5 to 7')).toMatch(/^Yes: 6 of 10/);
    expect(xor.judge('all 10')).toMatch(/^You said all 10: 6 of 10/);
  });

  it('is the same after 79 steps, one by one or at once', () => {
    const at = (step: number) => xor.outputs({ ...xor.defaults, step });
    const once = at(79);
    for (let step = 0; step < 79; step++) at(step);
    expect(at(79)).toEqual(once);
    expect(once.map((p) => p > 0.5)).toEqual([false, true, true, false]);
  });
});

describe('descent', () => {
  it('has slopes that trying finds, on every surface', () => {
    for (const { height, slope } of Object.values(descent.SURFACES)) {
      const [x, y] = [0.7, -1.1];
      const dx = (height([x + 1e-6, y]) - height([x - 1e-6, y])) / 2e-6;
      const dy = (height([x, y + 1e-6]) - height([x, y - 1e-6])) / 2e-6;
      expect(slope([x, y])).toEqual([expect.closeTo(dx, 5), expect.closeTo(dy, 5)]);
    }
  });

  it('flies out of the valley from 0.2 on, and rests on the saddle only on its line', () => {
    expect(descent.judge(0.21)).toMatch(/^Yes, 0\.21/);
    expect(descent.judge(0.5)).toMatch(/^You said 0\.5\. It is 0\.21/);
    expect(descent.outcome({ ...descent.defaults, rate: 0.25, steps: 40 })).toContain('flies out');
    const saddle = { ...descent.defaults, surface: 'saddle' as const, rate: 0.3, steps: 60 };
    expect(descent.walk({ ...saddle, start: [2, 0] }).at(-1)!.at[1]).toBe(0);
    const beside = descent.walk({ ...saddle, start: [2, 0.001] }).at(-1)!.at[1];
    expect(Math.abs(beside)).toBeGreaterThan(1);
  });
});

describe('the tangent', () => {
  it('is where chords go as they get shorter, and a kink has none', () => {
    for (const curve of ['parabola', 'cubic', 'sine'] as const) {
      const chord = tangent.chord({ ...tangent.defaults, curve, x: 0.7, h: 1e-6 });
      expect(tangent.CURVES[curve].slope(0.7)).toBeCloseTo(chord, 5);
    }
    expect(tangent.tell({ ...tangent.defaults, curve: 'kink', x: 0 })).toContain('no tangent');
    expect(tangent.judge('63.4°')).toMatch(/^Yes, 63\.4°/);
    expect(tangent.judge('45°')).toMatch(/^You said 45°: /);
  });
});

describe('the way back', () => {
  it('finds the slopes that trying finds', () => {
    const state = backward.defaults;
    const { slopes } = backward.pass(state);
    slopes.forEach((slope, i) => {
      const loss = (by: number) => {
        const weights = state.weights.with(i, state.weights[i]! + by) as backward.Weights;
        return backward.pass({ ...state, weights }).loss;
      };
      expect(slope).toBeCloseTo((loss(1e-6) - loss(-1e-6)) / 2e-6, 6);
    });
  });

  it('lowers the loss with its step, and tells no slope before it has come', () => {
    const { loss, lossAfter } = backward.pass(backward.defaults);
    expect(lossAfter).toBeLessThan(loss);
    const slopesAt = (at: number) =>
      backward.asRows({ ...backward.defaults, at }).map(([, , slope]) => slope);
    expect(new Set(slopesAt(4))).toEqual(new Set(['–']));
    expect(slopesAt(6).filter((slope) => slope !== '–')).toHaveLength(5);
    expect(backward.judge('v₂')).toMatch(/^Yes, v₂/);
    expect(backward.judge('w₂₂')).toMatch(/^You said w₂₂\. It is v₂/);
  });
});

describe('in Chromium', () => {
  let browser: Browser;
  let site: Site;
  const errors: string[] = [];

  beforeAll(async () => {
    site = await serveExplorables();
    browser = await chromium.launch({
      executablePath: process.env.CHROME_PATH ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    });
  });
  afterAll(async () => {
    await browser?.close();
    site?.close();
  });

  /** Runs `use` on a page 360 px wide, in which nothing may be wider or go wrong. */
  async function on(name: string, state: object, use: (page: Page) => Promise<void>) {
    const page = await browser.newPage({ viewport: { width: 360, height: 900 } });
    page.on('pageerror', (error) => errors.push(`${name}: ${error.message}`));
    await page.goto(site.url(`linear-algebra/${name}`, state));
    await page.waitForFunction('window.ready');
    await use(page);
    const widest = await page.evaluate(`Math.max(...Array.from(
      document.querySelector('main > div').shadowRoot.querySelectorAll('.explorable :not(svg *)'),
      (element) => element.getBoundingClientRect().right))`);
    expect(widest).toBeLessThanOrEqual(352);
    expect(errors).toEqual([]);
    await page.close();
  }
  const press = (page: Page, name: string) =>
    page.getByRole('button', { name, exact: true }).click();
  const words = (page: Page) => page.locator('.words').textContent();
  const kept = (page: Page, key: string) => page.evaluate(`model.get('${key}')`);

  it('scrubs the way back with the arrow keys, and takes the step', async () => {
    await on('backward', {}, async (page) => {
      expect(await page.getByLabel('Back and forth').isVisible()).toBe(false);
      await press(page, 'w₁₁');
      const slider = page.getByLabel('Back and forth');
      await slider.focus();
      for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowRight');
      expect(await words(page)).toContain('the loss grows with y at the rate y − 1 = −1.173');
      for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowRight');
      expect(await words(page)).toContain('from 0.688 to 0.311');
      await press(page, 'Take the step');
      expect(await kept(page, 'at')).toBe(0);
      await press(page, 'As table');
      await slider.focus();
      for (let i = 0; i < 4; i++) await page.keyboard.press('ArrowRight');
      expect(await page.getByRole('row', { name: /^loss/ }).textContent()).toContain('0.311');
    });
  });

  it('moves a point along a curve, whose slope it says', async () => {
    await on('tangent', {}, async (page) => {
      await press(page, '45°');
      await page.getByRole('slider', { name: 'point on the curve' }).focus();
      for (let i = 0; i < 4; i++) await page.keyboard.press('Shift+ArrowRight');
      expect(await kept(page, 'x')).toBe(1);
      expect(await words(page)).toContain('the tangent 1.000, which is an angle of 45.0°');
      await press(page, 'As table');
      expect(await page.getByRole('row', { name: /^0\.010/ }).textContent()).toContain('1.0050');
    });
  });

  it('goes through XOR forward, backward and by an update, then until it is right', async () => {
    await on('xor', {}, async (page) => {
      await press(page, '5 to 7');
      for (const name of ['Forward', 'Backward', 'Update']) await press(page, name);
      expect(await words(page)).toContain('step 1');
      await press(page, 'Until right');
      expect(await words(page)).toContain('step 79: 4 of 4 right');
      expect((await page.locator('.figure').allTextContents()).join()).not.toContain('✗');
      await press(page, 'Reset');
      expect(await kept(page, 'step')).toBe(0);
    });
  });

  it('moves the start of a descent by arrow keys and flies out at 0.5', async () => {
    await on('descent', {}, async (page) => {
      await press(page, '0.5');
      expect(await page.getByRole('status').textContent()).toContain('It is 0.21');
      expect(await words(page)).toContain('flies out');
      const start = page.getByRole('slider', { name: 'start θ' });
      await start.focus();
      await page.keyboard.press('Shift+ArrowRight');
      expect(await kept(page, 'start')).toEqual([-2, 1]);
      await page.getByRole('combobox').selectOption('round bowl');
      expect(await words(page)).toContain('come to rest');
      await press(page, 'As table');
      expect(await page.locator('tbody tr').count()).toBe(21);
    });
  });

  it('trains in the page until the circle is right, and shows one unit by keyboard', async () => {
    await on('playground', { seed: 3 }, async (page) => {
      await press(page, '3');
      await press(page, 'Run');
      await page.waitForFunction(`model.get('epoch') > 200`);
      await press(page, 'Pause');
      expect(await words(page)).toContain('100 % of the points are right');
      const saved = (await kept(page, 'epoch')) as number;
      await page.getByRole('button', { name: 'layer 1, unit 2' }).focus();
      await page.keyboard.press('Enter');
      expect(await words(page)).toMatch(/Shown is layer 1, unit 2: weights .*, bias/);
      expect(await kept(page, 'epoch')).toBe(saved);
      await press(page, 'As table');
      expect(await page.locator('tbody tr').count()).toBe(4);
    });
  });

  it('comes to the same network from a link', async () => {
    let expected = network([2, 3, 1], 'tanh', 3);
    const examples = playground.examplesOf('circle');
    for (let i = 0; i < 40; i++) expected = epoch(expected, examples, 0.1);
    const loss = judgeAll(expected, examples).loss.toFixed(3);
    expect(activations(expected, [0, 0])).toHaveLength(3);
    await on('playground', { seed: 3, epoch: 40, feedback: 'There.' }, async (page) => {
      await page.getByText(`After 40 epochs`).waitFor();
      expect(await words(page)).toContain(`loss ${loss}`);
    });
  });
});
