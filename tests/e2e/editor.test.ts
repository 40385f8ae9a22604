import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Course } from './browser.ts';

const course = new Course();
let page: Page;
let cell: Locator;

/** Replaces the first cell's text; the cursor stands at its end. */
async function write(text: string): Promise<void> {
  await cell.locator('.cm-content').click();
  await page.keyboard.press('Control+A');
  await page.keyboard.insertText(text);
}

const text = async (): Promise<string> =>
  (await cell.locator('.cm-line').allInnerTexts()).join('\n').trimEnd();

beforeAll(async () => {
  await course.serve();
  page = await course.open();
  await page.goto(`${course.origin}/chapter/attention`);
  await page.waitForSelector('[data-kernel-state="ready"]', { timeout: 60_000 });
  cell = page.locator('.jp-CodeCell').first();
  await cell.scrollIntoViewIfNeeded();
}, 90_000);

afterAll(async () => {
  await course.close();
});

describe('the editor of a cell', () => {
  it('underlines what is wrong as one types, and says it to mouse and keyboard', async () => {
    await write("const wrong: number = 'text';");
    const mark = cell.locator('.cm-lintRange-error');
    await mark.waitFor({ timeout: 30_000 });
    await mark.hover();
    await page.locator('.cm-tooltip-hover', { hasText: 'not assignable' }).waitFor();
    await page.locator('.cm-tooltip-hover', { hasText: 'const wrong: number' }).waitFor();
    await page.mouse.move(5, 400);
    await page.keyboard.press('F8');
    await page.locator('.cm-diagnostic[role="status"]', { hasText: 'not assignable' }).waitFor();
    await write("const right: string = 'text';");
    await mark.waitFor({ state: 'detached' });
  }, 60_000);

  it('completes behind a dot, with documentation, and takes nothing by surprise', async () => {
    await write('const rows = [{ name: "a", size: 1 }];\n');
    await page.keyboard.type('rows.');
    const popup = page.locator('.cm-tooltip-autocomplete');
    await popup.getByRole('option', { name: 'at', exact: true }).waitFor();
    await page.keyboard.type('flatM');
    await page.locator('.cm-completionInfo', { hasText: 'Calls a defined callback' }).waitFor();
    await page.keyboard.press('Tab');
    expect(await text()).toBe('const rows = [{ name: "a", size: 1 }];\nrows.flatMap');
    await page.keyboard.type('.');
    await popup.getByRole('option', { name: 'apply', exact: true }).waitFor();
    await page.keyboard.press('Enter');
    expect(await text()).toMatch(/rows\.flatMap\.$/);
  }, 60_000);

  it('shows the signature of a call, and the argument one is at', async () => {
    await write('const area = (width: number, height: number) => width * height;\n');
    await page.keyboard.type('area(');
    const shown = page.locator('.lectern-CallHelp');
    await shown.locator('mark', { hasText: 'width: number' }).waitFor();
    await page.keyboard.type('1, ');
    await shown.locator('mark', { hasText: 'height: number' }).waitFor();
    await page.keyboard.press('Escape');
    await shown.waitFor({ state: 'detached' });
    expect(await cell.locator('.cm-editor.cm-focused').count()).toBe(1);
  }, 60_000);

  it('imports a name that it completes', async () => {
    await write('const t = logsumex');
    await page.keyboard.press('Control+Space');
    const option = page.getByRole('option', { name: 'logsumexp' });
    await option.filter({ hasText: '@lectern/lib' }).waitFor();
    await page.keyboard.press('Tab');
    expect(await text()).toBe("import { logsumexp } from '@lectern/lib';\nconst t = logsumexp");
  }, 60_000);

  it('renames in all cells, goes to definitions, explains with the keyboard', async () => {
    await write('const attended = 1;');
    await page.keyboard.press('Escape');
    await page.keyboard.press('b');
    await page.keyboard.press('Enter');
    const next = page.locator('.jp-CodeCell').nth(1);
    await next.locator('.cm-content').click();
    await page.keyboard.insertText('attended + 1');
    await page.keyboard.press('Home');
    await page.keyboard.press('Shift+Tab');
    await page.locator('.lectern-CodeHelp', { hasText: 'const attended: 1' }).waitFor();
    await page.keyboard.press('F2');
    await page.locator('.jp-Dialog input').fill('heard');
    await page.keyboard.press('Enter');
    await next.locator('.cm-line', { hasText: 'heard + 1' }).waitFor();
    expect(await text()).toBe('const heard = 1;');
    await page.keyboard.press('F12');
    await cell.locator('.cm-editor.cm-focused').waitFor();
    expect(await page.evaluate(() => getSelection()?.toString())).toBe('heard');
  }, 60_000);

  it('answers while a cell computes', async () => {
    await write('while (true) {}');
    await page.keyboard.press('Control+Enter');
    await page.waitForSelector('[data-kernel-state="busy"]');
    const next = page.locator('.jp-CodeCell').nth(1);
    await next.locator('.cm-content').click();
    await page.keyboard.press('Control+A');
    await page.keyboard.type('Math.');
    await page.getByRole('option', { name: 'sqrt', exact: true }).waitFor();
    await page.locator('[data-testid="interrupt"]').click();
    await page.waitForSelector('[data-kernel-state="ready"]');
  }, 60_000);

  it('leaves the console clean', () => {
    expect(course.complaints).toEqual([]);
  });
});
