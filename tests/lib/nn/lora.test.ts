/** LoRA and quantised layers, and both together. */

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { GPT, nn, optim, randn, relu, tensor, trainStep } from '@lectern/lib';
import { describe, expect, it } from 'vitest';
import {
  dequantizeInt8,
  dequantizeNF4,
  dequantizeScales,
  nf4Values,
  quantizeInt8,
  quantizeNF4,
  quantizeScales,
} from '../../../lib/nn/quantization.ts';
import { forEachBackend } from '../support/backends.ts';
import { expectClose } from '../support/compare.ts';
import { expectGolden, goldenCases } from './golden.ts';

const golden = goldenCases('golden.generated.json');
const seed = 1;
const x = randn([2, 3, 4], { seed: 2 });

const twoLayers = (width = 4) =>
  new nn.Sequential(new nn.Linear(4, width, { seed }), relu, new nn.Linear(width, 2, { seed }));

forEachBackend('nn.LoRALinear', () => {
  it('adds a change of low rank', async () => {
    const base = new nn.Linear(4, 3, { seed });
    const layer = new nn.LoRALinear(base, { rank: 2, alpha: 6, seed });
    await expectClose(layer.forward(x), base.forward(x));
    base.freeze(false);
    await expectGolden(layer, golden('lora'), (inputs) => layer.forward(inputs.x!));
  });

  it('learns A and B alone', () => {
    const model = twoLayers();
    expect(nn.addLoRA(model, { rank: 1, targets: /layers\.2/, seed })).toEqual(['layers.2']);
    expect(model.trainableParameters()).toEqual(nn.loraParameters(model));
    expect(model.namedParameters().map(([name]) => name)).toEqual([
      'layers.0.weight',
      'layers.0.bias',
      'layers.2.base.weight',
      'layers.2.base.bias',
      'layers.2.loraA',
      'layers.2.loraB',
    ]);
    model.forward(x).sum().backward();
    const found = model.namedParameters().filter(([, p]) => p.grad !== null);
    expect(found.map(([name]) => name)).toEqual(['layers.2.loraA', 'layers.2.loraB']);
  });

  it('merges into the weight, and back', async () => {
    const base = new nn.Linear(4, 3, { seed });
    const before = await base.weight.copy().realize();
    const layer = new nn.LoRALinear(base, { rank: 2, seed });
    layer.loraB.assign(randn([2, 3], { seed: 3 }));
    const y = await layer.forward(x).realize();
    layer.merge();
    layer.merge();
    expect(layer.merged).toBe(true);
    await expectClose(layer.forward(x), y);
    await expectClose(base.forward(x), y);
    layer.unmerge();
    await expectClose(base.weight, before);
    await expectClose(layer.forward(x), y);
  });

  it('replaces a layer that is used twice by one', async () => {
    const shared = new nn.Linear(4, 4, { seed });
    const model = new nn.Sequential(shared, relu, shared);
    expect(nn.addLoRA(model, { seed })).toEqual(['layers.0', 'layers.2']);
    expect(nn.loraParameters(model)).toHaveLength(2);
    expect(() => nn.addLoRA(model, { targets: /attention/, seed })).toThrow(
      'no linear layer has a place that matches /attention/',
    );
    expect(() => new nn.LoRALinear(shared, { rank: 0, seed })).toThrow('not 0');
  });
});

describe('quantisation of arrays', () => {
  const all = JSON.parse(
    readFileSync(path.join(import.meta.dirname, 'quantized.generated.json'), 'utf8'),
  )['nf4 and int8'];
  const [inputs, outputs] = all.weight.shape;
  const rows = Float32Array.from({ length: inputs * outputs }, (_, i) => {
    return all.weight.values[(i % inputs) * outputs + Math.floor(i / inputs)];
  }); // [out, in]

  it('NF4 as ONNX Runtime and bitsandbytes have it', () => {
    const matrix = quantizeNF4(rows);
    expect([...matrix.codes]).toEqual(all.nf4.codes);
    const scales = matrix.absmax as Float32Array;
    for (const [i, scale] of scales.entries()) expect(scale).toBeCloseTo(all.nf4.absmax[i], 5);
    const back = dequantizeNF4(matrix, rows.length);
    for (const [i, value] of back.entries()) {
      const block = scales[Math.floor(i / 64)]!;
      expect(Math.abs(value - rows[i]!)).toBeLessThan(0.152 * block + 1e-6);
    }
  });

  it('bytes, a scale for each row', () => {
    const matrix = quantizeInt8(rows, inputs);
    const wrong = [...matrix.codes].filter((code, i) => {
      return code !== all.int8.codes[Math.floor(i / inputs)][i % inputs];
    });
    expect(wrong.length).toBeLessThan(2); // a tie may round either way
    const back = dequantizeInt8(matrix);
    for (const [i, value] of back.entries()) {
      const scale = all.int8.scales[Math.floor(i / inputs)];
      expect(Math.abs(value - rows[i]!)).toBeLessThan(0.501 * scale);
    }
  });

  it('scales of scales', () => {
    const scales = Float32Array.from({ length: 300 }, (_, i) => 1 + Math.sin(i) / 4);
    const back = dequantizeScales(quantizeScales(scales));
    for (const [i, scale] of scales.entries()) expect(back[i]).toBeCloseTo(scale, 2);
    expect(quantizeScales(scales).steps).toHaveLength(2);
  });

  it('zeros, single numbers and blocks that are not full', () => {
    const count = 70;
    expect(dequantizeNF4(quantizeNF4(new Float32Array(count)), count)).toEqual(
      new Float32Array(count),
    );
    expect([...dequantizeNF4(quantizeNF4(new Float32Array([-3])), 1)]).toEqual([-3]);
    expect(dequantizeInt8(quantizeInt8(new Float32Array(4), 2))).toEqual(new Float32Array(4));
    const exact = Float32Array.from(nf4Values);
    expect(dequantizeNF4(quantizeNF4(exact), 16)).toEqual(exact);
  });
});

forEachBackend('nn.QuantizedLinear', () => {
  it('multiplies by the weight that its codes stand for', async () => {
    for (const [inputs, outputs] of [
      [64, 3],
      [5, 7],
    ] as const) {
      const linear = new nn.Linear(inputs, outputs, { seed });
      const rows = (await linear.weight.detach().T.data()) as Float32Array;
      const cases = [
        { options: {}, weights: dequantizeInt8(quantizeInt8(rows, inputs)) },
        { options: { format: 'nf4' as const }, weights: nf4(rows, true) },
        {
          options: { format: 'nf4' as const, doubleQuantization: false },
          weights: nf4(rows, false),
        },
      ];
      const y = randn([2, inputs], { seed: 3 });
      for (const { options, weights } of cases) {
        const layer = await nn.QuantizedLinear.from(linear, options);
        const weight = tensor(weights, { shape: [outputs, inputs] });
        await expectClose(layer.weight(), weight, 1e-6);
        const tolerance = layer.format === 'int8' ? 0.02 : 1e-5; // bytes round the input too
        await expectClose(layer.forward(y), y.matmul(weight.T).add(linear.bias!), tolerance);
      }
    }
  });

  it('has an embedding beside it, for both ends of a model', async () => {
    const embedding = new nn.Embedding(5, 70, { seed });
    const layer = await nn.QuantizedEmbedding.from(embedding);
    const ids = tensor([[4, 0, 4]], { dtype: 'int64' });
    await expectClose(layer.forward(ids), embedding.forward(ids), 0.02);
    const y = randn([2, 1, 70], { seed: 3 });
    await expectClose(layer.unembed(y), embedding.unembed(y), 0.1);
    expect(() => layer.unembed(x)).toThrow('[..., 70], got [2, 3, 4]');
  });

  it('is read anew where a model was read before', async () => {
    const config = { vocabularySize: 7, contextLength: 8, layers: 2, heads: 2, width: 16 };
    const model = new GPT(config, { seed });
    const [before] = await model.decode().read([[1, 2, 3]]);
    await nn.quantize(model, { format: 'nf4', embeddings: /tokenEmbedding/ });
    const [after] = await model.decode().read([[1, 2, 3]]);
    expect(after).not.toEqual(before);
    const [first, second] = [tensor(before!), tensor(after!)];
    expect(await first.cosineSimilarity(second).item()).toBeGreaterThan(0.95);
  });

  it('passes gradients to its input', async () => {
    const layer = await nn.QuantizedLinear.from(new nn.Linear(4, 3, { seed }));
    const input = tensor([[1, 2, 3, 4]], { requiresGrad: true });
    layer.forward(input).sum().backward();
    await expectClose(input.grad!, layer.weight().sum(0, { keepdim: true }));
  });

  it('carries LoRA: then it is QLoRA', async () => {
    const model = twoLayers(8);
    const y = await model.forward(x).realize();
    expect(await nn.quantize(model, { format: 'int8' })).toEqual(['layers.0', 'layers.2']);
    await expectClose(model.forward(x), y, 0.05);
    nn.addLoRA(model, { rank: 2, seed });
    await expectClose(model.forward(x), y, 0.05);
    model.forward(x).sum().backward();
    const learned = nn.loraParameters(model);
    expect(model.trainableParameters()).toEqual(learned);
    expect(learned.filter((p) => p.grad === null)).toEqual([]);
    const [layer] = model.layers as unknown as nn.LoRALinear[];
    expect(() => layer!.merge()).toThrow('the weight is quantised');
    expect(layer!.merged).toBe(false);
  });

  it('learns with trainStep, which leaves what is frozen alone', async () => {
    const model = twoLayers(8);
    await nn.quantize(model, { format: 'nf4' });
    nn.addLoRA(model, { rank: 2, seed });
    const bias = model.namedParameters().find(([name]) => name === 'layers.0.base.bias')![1];
    const before = await bias.array();
    const optimizer = new optim.AdamW(model.parameters(), { lr: 0.05 });
    const step = trainStep(optimizer, (input, target) =>
      model.forward(input!).sub(target!).square().mean(),
    );
    const target = randn([2, 3, 2], { seed: 4 });
    const first = (await step(x, target)).loss;
    for (let i = 0; i < 30; i++) await step(x, target);
    expect((await step(x, target)).loss).toBeLessThan(first / 2);
    expect(await bias.array()).toEqual(before);
  });
});

function nf4(rows: Float32Array, double: boolean): Float32Array {
  return dequantizeNF4(quantizeNF4(rows, double), rows.length);
}
