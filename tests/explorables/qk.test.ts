/** The first explorable: its numbers, and its hands and words in a real browser. */

import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { attend, defaults, judge } from '../../explorables/attention/qk/state.ts';
import { type Site, serveExplorables } from './page.ts';

describe('the numbers', () => {
  it('are softmax(q·k / divisor) and the weighted sum of the values', () => {
    const state = {
      ...defaults,
      query: [1, 0] as [number, number],
      divisor: 1,
      keys: [
        { name: 'a', key: [Math.log(3), 5] as [number, number], value: [4, 0] as [number, number] },
        { name: 'b', key: [0, -2] as [number, number], value: [0, 4] as [number, number] },
      ],
    };
    const { rows, context } = attend(state);
    expect(rows.map((row) => row.weight)).toEqual([expect.closeTo(0.75), expect.closeTo(0.25)]);
    expect(context).toEqual([expect.closeTo(3), expect.closeTo(1)]);
  });

  it('stay finite for huge scores, and a query of length 0 weighs all keys alike', () => {
    expect(attend({ ...defaults, divisor: 1e-6 }).rows.map((row) => row.weight)).toEqual([
      0, 1, 0, 0,
    ]);
    const still = attend({ ...defaults, query: [0, 0] });
    expect(still.rows.map((row) => row.weight)).toEqual([0.25, 0.25, 0.25, 0.25]);
  });

  it('go by the angle alone when all keys have length 1', () => {
    const { rows } = attend({ ...defaults, unitKeys: true });
    const best = rows.toSorted((a, b) => b.weight - a.weight)[0];
    expect(best?.name).toBe('a');
  });

  it('answer a prediction with the reason', () => {
    const { rows } = attend(defaults);
    expect(judge('a', rows)).toContain('It is b, with a weight of 0.73');
    expect(judge('a', rows)).toContain('a points closest to the query');
    expect(judge('b', rows)).toMatch(/^Yes, b, with a weight of 0\.73/);
    const tie = attend({ ...defaults, query: [0, 0] }).rows;
    expect(judge('c', tie)).toContain('a and b and c and d weigh the same, 0.25 each');
  });
});

describe('in Chromium', () => {
  let browser: Browser;
  let site: Site;
  let page: Page;
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
  beforeEach(async () => {
    page = await browser.newPage({ viewport: { width: 360, height: 900 } });
    page.on('pageerror', (error) => errors.push(error.message));
    await page.goto(site.url('attention/qk', {}));
    await page.waitForFunction('window.ready');
    return () => page.close();
  });

  const predict = (name: string) => page.getByRole('button', { name, exact: true }).click();
  const words = () => page.locator('.words').textContent();
  const modelState = (key: string) => page.evaluate(`model.get('${key}')`);

  it('shows no weight before the reader has predicted', async () => {
    expect(await page.locator('.figure').allTextContents()).toEqual(['?', '?', '?', '?']);
    await predict('a');
    expect(await page.locator('.figure').allTextContents()).toEqual([
      '0.20',
      '0.73',
      '0.07',
      '0.01',
    ]);
    expect(await page.getByRole('status').textContent()).toContain('You said a. It is b');
  });

  it('moves a focused point by arrow keys and says what changed', async () => {
    await predict('b');
    const before = await words();
    const key = page.getByRole('slider', { name: 'key a' });
    await key.focus();
    await page.keyboard.press('Shift+ArrowRight');
    expect(await key.getAttribute('aria-valuetext')).toContain('x 1.20, y 0.50');
    expect(await words()).not.toBe(before);
    expect(await modelState('keys')).toMatchObject([{ name: 'a', key: [1.2, 0.5] }, {}, {}, {}]);
  });

  it('drags the query with the mouse, from a handle of at least 24 px', async () => {
    await predict('b');
    const query = page.getByRole('slider', { name: 'query' });
    await query.scrollIntoViewIfNeeded();
    const box = (await query.locator('.knob').boundingBox())!;
    expect(Math.min(box.width, box.height)).toBeGreaterThanOrEqual(24);
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x - 100, box.y + 40, { steps: 4 });
    await page.mouse.up();
    const moved = (await modelState('query')) as [number, number];
    expect(moved[0]).toBeLessThan(0);
    expect(await words()).not.toContain('Most weight: b');
  });

  it('follows a finger, which does not scroll the page instead', async () => {
    const context = await browser.newContext({
      viewport: { width: 360, height: 640 },
      hasTouch: true,
      isMobile: true,
    });
    const touched = await context.newPage();
    await touched.goto(site.url('attention/qk', {}));
    await touched.waitForFunction('window.ready');
    const key = touched.getByRole('slider', { name: 'key c' });
    await key.scrollIntoViewIfNeeded();
    const box = (await key.locator('.knob').boundingBox())!;
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    const finger = await context.newCDPSession(touched);
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', way = 0) =>
      finger.send('Input.dispatchTouchEvent', {
        type,
        touchPoints: type === 'touchEnd' ? [] : [{ x: x + way / 2, y: y + way }],
      });
    await touch('touchStart');
    for (const way of [10, 20, 30, 40, 50, 60, 70, 80]) await touch('touchMove', way);
    await touch('touchEnd');
    const [, moved] = /y (\S+)\./.exec((await key.getAttribute('aria-valuetext'))!)!;
    // 80 px of 310 px, which are 6 units, down from 2.1
    expect(Math.abs(Number(moved) - (2.1 - (80 / 310) * 6))).toBeLessThan(0.2);
    await context.close();
  });

  it('tells the same as a table, and Reset leads back to the start', async () => {
    await predict('b');
    await page.getByLabel('All keys at length 1').check();
    await page.getByRole('button', { name: 'As table' }).click();
    const lengths = await page.locator('tbody tr td:nth-child(3)').allTextContents();
    expect(lengths).toEqual(['1.00', '1.00', '1.00', '1.00']);
    await page.getByRole('button', { name: 'Reset' }).click();
    expect(await page.locator('table').count()).toBe(0);
    expect(await page.locator('.figure').allTextContents()).toEqual(['?', '?', '?', '?']);
    expect(await modelState('unitKeys')).toBe(false);
  });

  it('fits a page 360 px wide and raises no error', async () => {
    await predict('c');
    const widest = await page.evaluate(`Math.max(...Array.from(
      document.querySelector('main > div').shadowRoot.querySelectorAll('.explorable :not(svg *)'),
      (element) => element.getBoundingClientRect().right))`);
    expect(widest).toBeLessThanOrEqual(352);
    expect(errors).toEqual([]);
  });
});
