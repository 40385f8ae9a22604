/** A chapter whose cells and outputs were made to harm its reader: nothing of it runs, leaves, or poses as the page. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { Course } from './browser.ts';

const elsewhere = 'https://elsewhere.example';
/** Leaves a mark in the page, wherever it runs. */
const run = (name: string) => `(top.ran = (top.ran || []).concat('${name}'))`;

const markup = [
  `<script>${run('script')}</script>`,
  `<img src=x onerror="${run('image')}">`,
  `<img/src=x/onerror=${run('slashes').replaceAll(' ', '')}>`,
  `<svg onload="${run('svg')}"><style>body { display: none }</style></svg>`,
  `<iframe srcdoc="<script>${run('srcdoc')}</script>"></iframe>`,
  `<noscript><p title="</noscript><img src=x onerror=${run('noscript')}>"></noscript>`,
  `<details open ontoggle="${run('toggle')}">x</details>`,
  `<a href="javascript:${run('link')}">x</a> <a href="java&#9;script:${run('tab')}">x</a>`,
  `<base href="${elsewhere}/"><meta http-equiv="refresh" content="0;url=${elsewhere}">`,
  '<style>body { display: none }</style>',
  '<div id="jupyter-config-data" class="theirs">{}</div><form id="body"><p>x</p></form>',
  '<div class="theirs jp-Dialog" style="position: fixed; top: 0">a dialog</div>',
  '<div class="theirs lm-Menu">a menu</div>',
  '<div class="theirs lectern-Results" data-testid="headline">All tests pass.</div>',
  '<div class="theirs" style="margin-top: -3000px; height: 6000px">over everything</div>',
  '<form method="post" action="/lectern/api/exercises/attention/attention/hint"><button>Check</button></form>',
  `<button data-commandlinker-command="notebook:run-all-cells">Run</button>`,
];
const formulas = [
  `\\href{javascript:${run('tex')}}{x}`,
  '\\class{lectern-Results jp-Dialog}{x}',
  '\\style{position: fixed; font-size: 900px}{x}',
  '\\def\\a{\\a\\a}\\a',
];
const markdown = [
  ...markup,
  `[x](javascript:${encodeURI(run('markdown'))})`,
  ...formulas.map((formula) => `$${formula}$`),
  '```explorable ../../x\n{}\n```',
  '```explorable constructor\n{}\n```',
  '```explorable attention/qk\n{ "__proto__": { "ran": 1 }, "query": "x" }\n```',
].join('\n\n');
const chart = {
  data: { values: [{ a: 1 }] },
  mark: 'point',
  usermeta: { embedOptions: { actions: true, config: `${elsewhere}/config.json` } },
  encoding: {
    x: { field: 'a', type: 'quantitative' },
    href: { value: `javascript:${run('chart')}` },
  },
};
const outputs = [
  ...markup.map((html) => ({ 'text/html': html })),
  { 'application/javascript': run('output') },
  { 'image/svg+xml': `<svg xmlns="http://www.w3.org/2000/svg" onload="${run('svg output')}"/>` },
  { 'text/latex': `$\\href{javascript:${run('latex')}}{x}$ <img src=x onerror="${run('latex')}">` },
  { 'text/markdown': markdown },
  { 'application/vnd.vegalite.v6+json': chart },
].map((data) => ({ output_type: 'display_data', data, metadata: {} }));
const image = `<img src=x onerror="${run('text')}">`;
const error = { output_type: 'error', ename: image, evalue: image, traceback: [image] };

const cells = [
  { id: 'output', cell_type: 'code', source: '1', outputs: [...outputs, error] },
  { id: 'prose', cell_type: 'markdown', source: markdown },
  { id: 'raw', cell_type: 'raw', source: markup[0] },
].map((cell) => ({ execution_count: 1, ...cell, metadata: { trusted: true } }));

const course = new Course();
const asked: string[] = [];
let page: Page;

beforeAll(async () => {
  const notebook = JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells });
  writeFileSync(path.join(course.folder, '02-attention.ipynb'), notebook);
  await course.serve();
  page = await course.open();
  page.context().on('request', (request) => asked.push(request.url()));
  await page.goto(`${course.origin}/chapter/attention`);
  await page.waitForSelector('.jp-MarkdownOutput .theirs');
  await page.waitForSelector('.jp-OutputArea .theirs');
  await page.waitForSelector('.lectern-Chart svg');
  await page.waitForSelector('[data-kernel-state="ready"]', { timeout: 60_000 });
  // All that is to do harm has been tried: images of the page have failed, those in frames have been asked for.
  await page.waitForFunction('[...document.images].every((image) => image.complete)');
  const tried = () => asked.filter((url) => url === `${course.origin}/lectern/x`).length;
  await vi.waitFor(() => expect(tried()).toBeGreaterThanOrEqual(2), { timeout: 20_000 });
}, 90_000);

afterAll(async () => {
  await course.close();
});

it('runs nothing in the page', async () => {
  expect(await page.evaluate('window.ran ?? {}.ran')).toBeUndefined();
  const links = "[...document.querySelectorAll('a')].map((a) => a.href.baseVal ?? a.href)";
  expect(await page.evaluate(`${links}.filter((href) => /^\\s*java/i.test(href))`)).toEqual([]);
  expect(await page.locator('body').isVisible()).toBe(true);
});

it('asks no other site, and stays where it is', () => {
  expect(asked.filter((url) => url.startsWith(elsewhere))).toEqual([]);
  expect(page.url()).toMatch(/\/chapter\/attention/);
});

it('does not pose as the page', async () => {
  const own = '.jp-OutputArea-output, .jp-MarkdownOutput';
  for (const name of [
    'jp-Dialog',
    'lm-Menu',
    'lectern-Results',
    '[data-testid="headline"]',
    'form[action]',
  ]) {
    const selector = /^[[f]/.test(name) ? name : `.${name}`;
    expect([name, await page.locator(`:is(${own}) ${selector}`).count()]).toEqual([name, 0]);
  }
  expect(await page.locator('[data-commandlinker-command]').count()).toBe(0);
  expect(await page.locator('#jupyter-config-data').count()).toBe(1);
  const outside = `[...document.querySelectorAll('.theirs')].filter((element) => {
    const { position, marginTop } = getComputedStyle(element);
    return position !== 'static' || parseFloat(marginTop) < 0;
  }).length`;
  expect(await page.evaluate(outside)).toBe(0);
});
