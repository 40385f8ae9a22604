/** What notebooks are shown: tensors, tables and charts, in all their formats. */

import {
  arange,
  barChart,
  display,
  type Figure,
  heatmap,
  lineChart,
  markdown,
  ones,
  randn,
  scatterChart,
  table,
  tensor,
  vegaLite,
  zeros,
} from '@lectern/lib';
import { compile, type TopLevelSpec } from 'vega-lite';
import { afterEach, describe, expect, it, vi } from 'vitest';

const jupyter = Symbol.for('Jupyter.display');
const publish = Symbol.for('Jupyter.display.publish');
const vega = 'application/vnd.vegalite.v6+json';

type Bundle = { 'text/plain': string; 'text/html': string; [mime: string]: unknown };
const bundleOf = (value: unknown) =>
  (value as Record<symbol, () => Bundle | Promise<Bundle>>)[jupyter]!();

/** What Vega-Lite itself makes of a chart; it throws or warns where the specification is wrong. */
function compiled(figure: Figure) {
  const warnings: string[] = [];
  const note = (...args: unknown[]) => {
    warnings.push(args.join(' '));
    return logger;
  };
  const logger = {
    warn: note,
    error: note,
    info: () => logger,
    debug: () => logger,
    level: () => logger,
  };
  const spec = figure.toBundle()[vega] as TopLevelSpec;
  const result = compile(spec, { logger: logger as never });
  expect(warnings).toEqual([]);
  return { spec: spec as unknown as Record<string, unknown>, vega: result.spec };
}

describe('a tensor', () => {
  it('shows type, shape and values', async () => {
    const bundle = await bundleOf(
      tensor([
        [1, 2],
        [3, -4.5],
      ]),
    );
    expect(bundle['text/plain']).toBe(
      'Tensor float32 [2, 2]\n[[ 1.0000,  2.0000],\n [ 3.0000, -4.5000]]',
    );
    expect(bundle['text/html']).toContain('<caption><code>Tensor float32 [2, 2]</code></caption>');
    expect(bundle['text/html']).toContain('<td>-4.5000</td>');
  });

  it('writes whole numbers, bools, NaN and infinities plainly', async () => {
    const text = async (x: unknown) =>
      (await bundleOf(x))['text/plain'].split('\n').slice(1).join('\n');
    expect(await text(arange(3))).toBe('[0, 1, 2]');
    expect(await text(tensor([true, false]))).toBe('[ true, false]');
    expect(await text(tensor([1, NaN, -Infinity]))).toBe('[  1, NaN,  -∞]');
    expect(await text(tensor(2.5))).toBe('2.5000');
    expect(await text(tensor([1e-9, 1]))).toBe('[0.0000, 1.0000]');
    expect(await text(tensor([1e-9, 2e-9]))).toBe('[1.000e-9, 2.000e-9]');
    expect(await text(zeros([0, 2]))).toBe('[]');
  });

  it('is shortened where it is large', async () => {
    const bundle = await bundleOf(randn([100, 50, 400], { seed: 1 }));
    expect(bundle['text/plain'].length).toBeLessThan(6000);
    expect(bundle['text/html'].length).toBeLessThan(12_000);
    expect(bundle['text/html']).toContain('[99, :, :]');
    expect(bundle['text/html']).toContain('<td>…</td>');
  });

  it('says in the console what it is, and its values once they are known', async () => {
    const { inspect } = await import('node:util');
    const x = ones([2]).add(1);
    expect(inspect(x)).toBe('Tensor float32 [2] (not computed yet: await its array() or data())');
    await x.realize();
    expect(inspect(x)).toBe('Tensor float32 [2]\n[2, 2]');
    expect(`${x}`).toBe('Tensor float32 [2]');
  });
});

const rows = [
  { step: 1, loss: 3.25, run: 'a' },
  { step: 10, loss: 1.5, run: 'b' },
];

describe('a table', () => {
  it('has a column for each name, as text and as HTML', () => {
    const { 'text/plain': text, 'text/html': html } = table([
      { d: 4, spread: 2.000049 },
      { d: 1024, spread: 0.00001234, note: '<b>' },
    ]).toBundle();
    expect(text).toBe('   d    spread  note\n   4         2\n1024  1.234e-5  <b>');
    expect(html).toContain('<th scope="col" style="text-align: right">spread</th>');
    expect(html).toContain('&lt;b&gt;');
    expect(html).not.toContain('<b>');
  });
});

describe('charts', () => {
  it('are Vega-Lite 6 that compiles without a warning', () => {
    for (const figure of [
      lineChart(rows, { x: 'step', y: 'loss', title: 'Loss' }),
      lineChart(rows, { x: 'step', y: 'loss', color: 'run', xLog: true, yLog: true }),
      barChart(rows, { x: 'run', y: 'loss' }),
      barChart(rows, { x: 'step', y: 'loss', color: 'run' }),
      scatterChart(rows, { x: 'step', y: 'loss', color: 'run' }),
      heatmap(
        [
          [1, 0],
          [0.5, 0.25],
        ],
        { x: ['a', 'a'], y: ['b', 'c'], title: 'Weights' },
      ),
      heatmap([[1, 0]], { domain: [0, 1] }),
    ]) {
      const { spec } = compiled(figure);
      expect(spec.$schema).toContain('/v6.json');
      expect(figure.toBundle()['text/plain'].length).toBeGreaterThan(10);
    }
  });

  it('do as their options say', () => {
    const { spec } = compiled(
      lineChart(rows, { x: 'step', y: 'loss', color: 'run', yLog: true, title: 'T' }),
    );
    expect(spec).toMatchObject({
      title: 'T',
      data: { values: rows },
      encoding: {
        x: { field: 'step', type: 'quantitative' },
        y: { field: 'loss', scale: { type: 'log' } },
        color: { field: 'run' },
        strokeDash: { field: 'run' },
      },
    });
    expect(
      (spec as never as { encoding: { color: { scale: { range: string[] } } } }).encoding.color
        .scale.range,
    ).toContain('#0072B2');
  });

  it('bars start at zero', () => {
    const { vega: full } = compiled(barChart(rows, { x: 'run', y: 'loss' }));
    expect(full.scales!.find((scale) => scale.name === 'y')).toMatchObject({ zero: true });
  });

  it('keep equal labels of a heat map apart', () => {
    const { spec } = compiled(heatmap([[1, 2]], { x: ['the', 'the'] }));
    const { data, encoding } = spec as never as {
      data: { values: { x: number; column: string }[] };
      encoding: { x: { field: string; axis: { labelExpr: string } } };
    };
    expect(data.values.map((cell) => [cell.x, cell.column])).toEqual([
      [0, 'the'],
      [1, 'the'],
    ]);
    expect(encoding.x).toMatchObject({
      field: 'x',
      axis: { labelExpr: '["the","the"][datum.value]' },
    });
  });

  it('say when a column is not there', () => {
    expect(() => lineChart(rows, { x: 'epoch', y: 'loss' })).toThrow(
      "the rows have no column 'epoch'; they have step, loss, run",
    );
  });

  it('take any specification', () => {
    const figure = vegaLite({
      data: { values: [{ a: 1 }] },
      mark: 'point',
      encoding: { x: { field: 'a', type: 'quantitative' } },
    });
    compiled(figure);
    expect(figure.toBundle()['text/plain']).toBe('Chart\na\n1');
  });
});

describe('display', () => {
  afterEach(() => {
    delete (globalThis as Record<symbol, unknown>)[publish];
    vi.restoreAllMocks();
  });

  it('hands bundles to the kernel in order, figures at once', async () => {
    const seen: Bundle[] = [];
    (globalThis as Record<symbol, unknown>)[publish] = (bundle: Bundle) => seen.push(bundle);
    display(markdown('**a**'));
    display('b');
    expect(seen.map((bundle) => bundle['text/markdown'] ?? bundle['text/plain'])).toEqual([
      '**a**',
      'b',
    ]);
    await display(tensor([1]));
    await display({ c: [1] });
    expect(seen.slice(2).map((bundle) => bundle['text/plain'])).toEqual([
      'Tensor float32 [1]\n[1]',
      '{ c: [ 1 ] }',
    ]);
  });

  it('writes to the console where there is no notebook', async () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    await display(table([{ a: 1 }]));
    expect(log.mock.calls).toEqual([['a\n1']]);
  });
});
