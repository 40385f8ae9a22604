/**
 * The built form of the library, as programs other than ours find it: under plain Node and under
 * tslab 1.0.22.
 */

import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const modules = path.join(root, 'node_modules');
const node = path.join(modules, '.bin/node');

/** A directory that has the library installed as npm would have installed it. */
let place = '';

beforeAll(() => {
  place = mkdtempSync(path.join(tmpdir(), 'lectern-lib-'));
  const installed = path.join(place, 'node_modules/@lectern/lib');
  mkdirSync(installed, { recursive: true });
  cpSync(path.join(root, 'lib/package.json'), path.join(installed, 'package.json'));
  for (const name of ['onnxruntime-node', 'onnxruntime-common', 'llama-tokenizer-js', 'tslab']) {
    symlinkSync(path.join(modules, name), path.join(place, 'node_modules', name));
  }
  execFileSync(node, [
    path.join(modules, 'typescript/bin/tsc'),
    ...['-p', path.join(root, 'lib/tsconfig.build.json')],
    ...['--outDir', path.join(installed, 'dist')],
  ]);
}, 180_000);

afterAll(() => rmSync(place, { recursive: true, force: true }));

/** Runs a program in that directory and gives what it printed as JSON. */
function run(file: string, program: string): unknown {
  writeFileSync(path.join(place, file), program);
  const { stdout, stderr } = spawnSync(node, [file], { cwd: place, encoding: 'utf8' });
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

describe('plain Node', () => {
  it('imports it, computes on both back ends, and tells errors at the right line', () => {
    const program = `
      import { llamaTokenizer, randn, getBackend, setBackend, tensor } from '@lectern/lib';
      import { forbid } from '@lectern/lib/forbid';
      const x = randn([200, 200], { seed: 1 });
      const norms = [await x.matmul(x).norm().item()];
      const loaded = process.report.getReport().sharedObjects;
      const native = loaded.some((file) => /onnxruntime/.test(file));
      const backend = getBackend();
      setBackend('reference');
      norms.push(await x.matmul(x).norm().item());
      let line;
      try { tensor([1]).matmul(x); } catch (error) { line = error.stack.split('\\n')[1]; }
      forbid(['softmax']);
      let forbidden;
      try { x.softmax(-1); } catch (error) { forbidden = error.message; }
      const ids = llamaTokenizer.encode('Just a dummy sentence');
      console.log(JSON.stringify({ norms, native, backend, line, forbidden, ids }));`;
    const result = run('main.mjs', program) as Record<string, string & number[]>;
    const [onnx, reference] = result.norms as unknown as [number, number];
    expect(Math.abs(onnx - reference) / reference).toBeLessThan(1e-4);
    expect(result).toMatchObject({
      native: true,
      backend: 'onnx',
      line: expect.stringContaining('main.mjs:12'),
      forbidden: 'write this one yourself: softmax',
      ids: [1, 3387, 263, 20254, 10541],
    });
  });

  it('requires it from CommonJS', () => {
    const program = `
      const { tensor } = require('@lectern/lib');
      tensor([1, 2]).add(1).array().then((values) => console.log(JSON.stringify(values)));`;
    expect(run('main.cjs', program)).toEqual([2, 3]);
  });

  it('has a browser form that is the same but for ONNX and files', () => {
    const program = `
      import * as all from '@lectern/lib';
      import * as browser from '@lectern/lib/browser';
      const missing = Object.keys(all).filter((name) => !(name in browser));
      console.log(JSON.stringify({ missing, same: all.Tensor === browser.Tensor }));`;
    expect(run('browser.mjs', program)).toEqual({
      missing: [
        ...['corpus', 'exportOnnx', 'loadCheckpoint', 'loadModel', 'loadSafetensors'],
        ...['openSafetensors', 'saveCheckpoint', 'saveModel', 'saveSafetensors'],
      ],
      same: true,
    });
  });
});

describe('tslab', () => {
  it('type-checks it with its TypeScript 5.0 and classic resolution', () => {
    const program = `
      import { grad, heatmap, nn, tensor, type Tensor } from '@lectern/lib';
      const x: Tensor = tensor([[1, 2], [3, 4]]);
      const gradient: Tensor = grad((a: Tensor) => a.softmax(-1).sum())(x);
      const layer = new nn.Linear(2, 3, { seed: 1 });
      heatmap(await gradient.array(), { x: ['a', 'b'] });
      const wrong: string = layer.forward(x).T;
      export { wrong };`;
    writeFileSync(path.join(place, 'types.ts'), program);
    const { stdout } = spawnSync(
      node,
      [
        path.join(modules, '@tslab/typescript-for-tslab/lib/tsc.js'),
        ...['--noEmit', '--strict', '--moduleResolution', 'node', '--module', 'esnext'],
        ...['--target', 'es2022', '--lib', 'es2022', 'types.ts'],
      ],
      { cwd: place, encoding: 'utf8' },
    );
    const errors = stdout.split('\n').filter((line) => line.includes('error'));
    expect(errors).toEqual([
      expect.stringMatching(/^types\.ts\(7,13\): error TS2322: Type 'Tensor'/),
    ]);
  });

  it('runs cells that import it and show things', () => {
    const cells = [
      `import { display, heatmap, randn, table, tensor, type Tensor } from '@lectern/lib';`,
      'const x: Tensor = tensor([[1, 2], [3, 4]]); const y = x.matmul(x);',
      'const values = await y.array(); await display(y);',
      `display(table([{ a: 1 }])); display(heatmap(values, { title: 'Squares' }));`,
      'const large = randn([200, 200], { seed: 1 });',
      'const total = await large.matmul(large).sum().item();',
      'y',
    ];
    // tslab's own converter and executor, with what it would send to the page collected instead
    const program = `
      const { createConverter } = require('tslab/dist/converter');
      const { createExecutor } = require('tslab/dist/executor');
      const jupyter = require('tslab/dist/jupyter');
      const shown = [];
      const printed = [];
      jupyter.lastWriteDisplayData = ({ data }) => shown.push(data);
      const log = console.log;
      console.log = (...args) => printed.push(require('util').format(...args));
      const node = createConverter({ isJS: false, isBrowser: false });
      const executor = createExecutor(process.cwd(), { node, close: () => node.close() }, console);
      (async () => {
        const done = [];
        for (const cell of ${JSON.stringify(cells)}) done.push(await executor.execute(cell));
        log(JSON.stringify({ done, shown, printed }));
        process.exit(0);
      })();`;
    const result = run('tslab.cjs', program) as { shown: Record<string, never>[] };
    expect(result).toMatchObject({
      done: cells.map(() => true),
      printed: ['Tensor float32 [2, 2]\n[[ 7, 10],\n [15, 22]]'],
    });
    const [shownTensor, shownTable, chart] = result.shown;
    expect(shownTensor!['text/html']).toContain('Tensor float32 [2, 2]');
    expect(shownTable!['text/html']).toMatch(/<th scope="col"[^>]*>a<\/th>/);
    expect(chart!['application/vnd.vegalite.v6+json']).toMatchObject({ title: 'Squares' });
  });
});
