/** Quantised models are saved and loaded as any other. */

import { statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {
  GPT,
  loadSafetensors,
  nn,
  readSafetensors,
  saveSafetensors,
  tensor,
  writeSafetensors,
} from '@lectern/lib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const config = { vocabularySize: 7, contextLength: 8, layers: 2, heads: 2, width: 32 };
const formats = {
  int8: { format: 'int8', embeddings: /tokenEmbedding/ },
  nf4: { format: 'nf4' },
  'nf4 with plain scales': { format: 'nf4', doubleQuantization: false },
} as const;

async function quantised(seed: number, options: (typeof formats)[keyof typeof formats]) {
  const model = new GPT({ ...config, initStd: 0.2 }, { seed });
  await nn.quantize(model, options);
  return model;
}

const read = async (model: GPT) => [...(await model.decode().read([[1, 2, 3]]))[0]!];

describe('a quantised model', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'lectern-quantised-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  for (const [name, options] of Object.entries(formats)) {
    it(`comes back from a file, bit for bit, with ${name}`, async () => {
      const model = await quantised(1, options);
      const file = path.join(folder, `${name}.safetensors`);
      await saveSafetensors(file, model.stateDict());
      const floats = writeSafetensors(new GPT(config, { seed: 1 }).stateDict());
      expect(statSync(file).size).toBeLessThan((await floats).length / 2);

      const other = await quantised(2, options);
      const before = await read(other); // compiled with the bytes that are to be replaced
      other.loadStateDict(await loadSafetensors(file));
      expect(await read(other)).toEqual(await read(model));
      expect(await read(other)).not.toEqual(before);
      const ids = tensor([[1, 2, 3]], { dtype: 'int64' });
      expect(await other.forward(ids).array()).toEqual(await model.forward(ids).array());
    });
  }

  it('takes its LoRA along', async () => {
    const make = async (seed: number) => {
      const model = await quantised(seed, formats.nf4);
      nn.addLoRA(model, { rank: 2, seed });
      for (const p of nn.loraParameters(model)) p.assign(p.add(0.1 * seed));
      return model;
    };
    const [model, other] = [await make(1), await make(2)];
    other.loadStateDict(await readSafetensors(await writeSafetensors(model.stateDict())));
    expect(await read(other)).toEqual(await read(model));
  });

  it('and one that is not are told apart, and nothing is changed', async () => {
    const plain = new GPT(config, { seed: 1 });
    const [int8, nf4] = [await quantised(1, formats.int8), await quantised(1, formats.nf4)];
    expect(() => plain.loadStateDict(nf4.stateDict())).toThrow('nn.quantize this one alike');
    expect(() => nf4.loadStateDict(plain.stateDict())).toThrow('this model is quantised');
    expect(() => nf4.loadStateDict(int8.stateDict())).toThrow('loadStateDict: missing: ');
    const before = await read(nf4);
    const place = 'blocks.1.feedForward.down.codes';
    const state = (await quantised(2, formats.nf4)).stateDict();
    const codes = state[place]!;
    const wrong = { ...state, [place]: codes.cast('int32') };
    expect(() => nf4.loadStateDict(wrong)).toThrow(`${place} must be computed and of type uint8`);
    const short = { ...state, [place]: codes.narrow(0, 0, 5) };
    expect(() => nf4.loadStateDict(short)).toThrow(`${place} has shape [2048], got [5]`);
    expect(await read(nf4)).toEqual(before);
  });
});
