import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cellSource } from '@lectern/grader/catalogue';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../cli/lectern.ts';
import { Course } from './browser.ts';

const exercise = 'attention/softmax-weights';
const read = (...parts: string[]): string => readFileSync(path.join(root, ...parts), 'utf8');
const right = cellSource(read('solutions', `${exercise}.ts`));
const wrong = cellSource(read('grader', 'mistakes', exercise, 'no-shift.ts'));

const course = new Course();
let page: Page;

const byTestId = (name: string): Locator => page.locator(`[data-testid="${name}"]`);
const cellOf = (id: string): Locator => page.locator(`.jp-Cell[data-exercise="${id}"]`);

async function kernelIs(state: string): Promise<void> {
  await page.waitForSelector(`[data-kernel-state="${state}"]`, { timeout: 60_000 });
}

const notebookOnDisk = (): string =>
  readFileSync(path.join(course.folder, '02-attention.ipynb'), 'utf8');

/** Replaces a cell's text, as a person does with Ctrl-A and typing. */
async function write(cell: Locator, text: string): Promise<void> {
  await cell.scrollIntoViewIfNeeded();
  await cell.locator('.cm-content').click();
  await page.keyboard.press('Control+A');
  await page.keyboard.insertText(text);
}

async function openChapter(): Promise<void> {
  await page.goto(`${course.origin}/chapter/attention`);
  await page.waitForSelector('.jp-Notebook .jp-CodeCell');
  await kernelIs('ready');
}

/** Presses Check under an exercise and waits for its verdict. */
async function check(id: string): Promise<string | null> {
  const cell = cellOf(id);
  await cell.locator('[data-testid="check"]').click();
  const headline = cell.locator('[data-testid="headline"]');
  await headline.waitFor({ timeout: 30_000 });
  return headline.getAttribute('data-status');
}

beforeAll(async () => {
  await course.serve();
  page = await course.open();
}, 60_000);

afterAll(async () => {
  await course.close();
});

describe('a learner takes the course', () => {
  it('finds the home with the chapter, its length and its exercises', async () => {
    await byTestId('home').waitFor();
    const chapter = page.locator('[data-chapter="attention"]');
    expect(await page.locator('h1').innerText()).toContain('Large language models');
    expect(await chapter.innerText()).toMatch(/0 of 8 exercises done/);
    expect(await chapter.innerText()).toMatch(/hour|minutes/);
  });

  it('opens the chapter with typeset formulas and a kernel', async () => {
    await page.locator('[data-chapter="attention"] a').first().click();
    await page.waitForSelector('.jp-Notebook .jp-CodeCell');
    await kernelIs('ready');
    await page.waitForSelector('mjx-container');
    expect(await page.locator('.jp-Notebook h1').first().innerText()).toContain('Attention');
  });

  it('runs all cells and sees the charts', async () => {
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Run all' }).click();
    await kernelIs('busy');
    await page.waitForFunction(
      () => {
        const cells = [...document.querySelectorAll<HTMLElement>('.jp-CodeCell')];
        return cells.length > 20 && cells.every((cell) => cell.dataset.runState === 'done');
      },
      null,
      { timeout: 120_000 },
    );
    await kernelIs('ready');
    expect(await page.locator('.jp-OutputArea-output[data-mime-type*="stderr"]').count()).toBe(0);
    await page.waitForSelector('[data-testid="chart"] svg');
  }, 150_000);

  it('is asked where an editor outside has changed the chapter', async () => {
    await write(cellOf(exercise), '// mine');
    await expect.poll(notebookOnDisk, { timeout: 10_000 }).toContain('// mine');
    const theirs = JSON.parse(notebookOnDisk());
    theirs.metadata.editedOutside = true;
    writeFileSync(path.join(course.folder, '02-attention.ipynb'), JSON.stringify(theirs));
    await page.keyboard.insertText(', more of it');
    const dialog = page.locator('.jp-Dialog');
    await dialog.getByText('This chapter was changed elsewhere').waitFor();
    expect(notebookOnDisk()).toContain('editedOutside');
    await dialog.getByRole('button', { name: 'Keep this page' }).click();
    await expect.poll(notebookOnDisk, { timeout: 10_000 }).toContain('// mine, more of it');
    // JupyterLab says on the console what it asks in its dialog.
    const said = course.complaints.findIndex((text) => text.includes('Different hash found'));
    course.complaints.splice(said, said < 0 ? 0 : 1);
  });

  it('gets a verdict with the note that fits for a wrong answer', async () => {
    await write(cellOf(exercise), wrong);
    expect(await check(exercise)).toBe('failed');
    const feedback = await cellOf(exercise).locator('[data-testid="mistake"]').innerText();
    expect(feedback).toContain('Infinity');
    const hidden = cellOf(exercise).locator('[data-visibility="hidden"]');
    expect(await hidden.count()).toBeGreaterThan(2);
  });

  it('gets full points for a right one', async () => {
    await write(cellOf(exercise), right);
    await page.keyboard.press('Control+Shift+Enter');
    await page.waitForSelector(
      `.jp-Cell[data-exercise="${exercise}"] [data-testid="headline"][data-status="passed"]`,
    );
    await page.waitForSelector(`[data-exercise-link="${exercise}"][data-progress="passed"]`);
  });

  it('stops an endless loop and keeps the variables', async () => {
    const cell = page.locator('.jp-CodeCell').first();
    await write(cell, 'let kept = 41;');
    await page.keyboard.press('Control+Enter');
    await page.waitForFunction(() => {
      const first = document.querySelector<HTMLElement>('.jp-CodeCell');
      return first?.dataset.runState === 'done';
    });
    await write(cell, 'while (true) { kept = 41; }');
    await page.keyboard.press('Control+Enter');
    await kernelIs('busy');
    await byTestId('interrupt').click();
    await kernelIs('ready');
    await write(cell, 'kept + 1');
    await page.keyboard.press('Control+Enter');
    await cell.locator('.jp-OutputArea-output', { hasText: '42' }).waitFor();
    await expect.poll(notebookOnDisk, { timeout: 10_000 }).toContain('kept + 1');
    await page.waitForSelector('[data-save-state="saved"]');
  }, 60_000);

  it('finds everything kept after a reload', async () => {
    await page.reload();
    await page.waitForSelector('.jp-Notebook .jp-CodeCell');
    await kernelIs('ready');
    const first = page.locator('.jp-CodeCell').first();
    expect(await first.locator('.cm-content').innerText()).toContain('kept + 1');
    await page.waitForSelector(`[data-exercise-link="${exercise}"][data-progress="passed"]`);
  }, 60_000);

  it('finds points and answers after the server was killed', async () => {
    await page.context().close(); // a page left open would complain while nobody answers
    await course.kill();
    await course.serve();
    page = await course.open();
    await byTestId('home').waitFor();
    const chapter = page.locator('[data-chapter="attention"]');
    await chapter.getByText('1 of 8 exercises done').waitFor();
    await openChapter();
    const text = await cellOf(exercise).locator('.cm-content').innerText();
    expect(text.replace(/\s/g, '')).toContain(right.replace(/\s/g, '').slice(-60));
  }, 90_000);

  it('checks all exercises, and gets a deleted one back', async () => {
    const lost = 'attention/causal-mask';
    await byTestId('check-all').click();
    await byTestId('notice').getByText('1 of 8 exercises solved.').waitFor({ timeout: 60_000 });
    await cellOf(lost).scrollIntoViewIfNeeded();
    await cellOf(lost).locator('h3').click();
    await page.keyboard.press('Escape');
    await page.keyboard.press('d');
    await page.keyboard.press('d');
    await page.locator(`[data-lost-exercise="${lost}"]`).click();
    await cellOf(lost).locator('[data-testid="check"]').waitFor();
    expect(await cellOf(lost).count()).toBe(1);
    expect(await page.locator('[data-lost-exercise]').count()).toBe(0);
    expect(await check(lost)).toBe('unanswered');
  }, 90_000);

  it('hands in what was written, with a receipt', async () => {
    await byTestId('submit').click();
    await byTestId('notice')
      .getByText(/Handed in as .* Receipt [0-9a-f]{16}/)
      .waitFor();
    const words = await byTestId('notice').innerText();
    const copy = readFileSync(words.slice(words.indexOf('/')), 'utf8');
    const { cells } = JSON.parse(copy) as { cells: { source: string[] }[] };
    const sources = cells.map(({ source }) => source.join('').replace(/\s/g, ''));
    expect(sources).toContain(right.replace(/\s/g, ''));
  });

  it('reads on a phone without sideways scrolling', async () => {
    const phone = await course.open(390, 844);
    await phone.goto(`${course.origin}/chapter/attention`);
    await phone.waitForSelector('.jp-Notebook .jp-CodeCell');
    const overflow = await phone.evaluate(
      () => document.documentElement.scrollWidth - window.innerWidth,
    );
    expect(overflow).toBeLessThanOrEqual(0);
    // Charts are laid out for the width that there is, and the kernel is told in words.
    await phone.waitForFunction(() => {
      const charts = [...document.querySelectorAll('.lectern-Chart')];
      const fits = (chart: Element) => chart.scrollWidth <= chart.clientWidth;
      return (
        charts.length > 5 && charts.every((chart) => chart.querySelector('svg') && fits(chart))
      );
    });
    await phone.locator('[data-testid="kernel"] [role="status"]').getByText('ready').waitFor();
    await phone.context().close();
  }, 60_000);

  it('leaves the console clean and asks no other host', () => {
    expect(course.complaints).toEqual([]);
  });
});
