// The pictures of the README: node_modules/.bin/node --conditions=source tests/e2e/screenshots.ts
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { cellSource } from '@lectern/grader/catalogue';
import { Course } from './browser.ts';

const root = path.resolve(import.meta.dirname, '..', '..');
const images = path.join(root, 'docs', 'images');
const exercise = 'attention/softmax-weights';
const mistake = readFileSync(
  path.join(root, 'grader', 'mistakes', exercise, 'no-shift.ts'),
  'utf8',
).replace(/^\/\*\*[\s\S]*?\*\/\n/, ''); // the feedback is not part of what a student writes

mkdirSync(images, { recursive: true });
const course = new Course();
try {
  await course.serve();
  const page = await course.open(1280, 860);
  const shoot = (name: string): Promise<unknown> =>
    page.screenshot({ path: path.join(images, `${name}.png`) });

  await page.locator('[data-chapter="attention"] a').first().click();
  await page.waitForSelector('[data-kernel-state="ready"]', { timeout: 60_000 });
  await page.waitForSelector('mjx-container');
  await page.evaluate(() => document.fonts.ready);
  await page.waitForSelector('[data-save-state="saved"]');
  await page.mouse.move(5, 400); // over the margin, where no toolbar answers
  await shoot('chapter');

  const cell = page.locator(`.jp-Cell[data-exercise="${exercise}"]`);
  await cell.scrollIntoViewIfNeeded();
  await cell.locator('.cm-content').click();
  await page.keyboard.press('Control+A');
  await page.keyboard.insertText(cellSource(mistake));
  await cell.locator('[data-testid="check"]').click();
  await cell.locator('[data-testid="mistake"]').waitFor({ timeout: 30_000 });
  await cell.locator('[data-testid="mistake"]').evaluate((node) => {
    node.scrollIntoView({ block: 'center' });
  });
  await shoot('exercise');
} finally {
  await course.close();
}
