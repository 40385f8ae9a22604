// Which engine of TensorFlow.js computes, and what is said when one cannot.

import { getBackend, setBackend, tensor } from '@lectern/lib';
import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest';
import { graphOf } from '../../../lib/backend/graph.ts';
import { referenceBackend } from '../../../lib/backend/reference.ts';
import { tfjsBackend } from '../../../lib/tfjs/backend.ts';
import { type Engine, type Runtime, startRuntime } from '../../../lib/tfjs/runtime.ts';

const tf = {} as Runtime['tf'];
const works = async () => tf;
const fails = (why: string) => async () => {
  throw new Error(why);
};
const starts = (changed: Partial<Record<Engine, () => Promise<Runtime['tf']>>>) => ({
  tensorflow: works,
  wasm: works,
  cpu: works,
  ...changed,
});

let warn: MockInstance;
beforeEach(() => {
  warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
});
afterEach(() => {
  warn.mockRestore();
});

describe('starting TensorFlow.js', () => {
  it('takes the fastest engine that starts', async () => {
    expect((await startRuntime(starts({}))).engine).toBe('tensorflow');
    expect(warn).not.toHaveBeenCalled();
  });

  it('says in one line which engine failed, why, and what computes now', async () => {
    const tensorflow = fails('The addon was built for another Node\n at somewhere');
    const { engine } = await startRuntime(starts({ tensorflow, wasm: fails('no .wasm file') }));
    expect(engine).toBe('cpu');
    expect(warn.mock.calls).toEqual([
      [
        "TensorFlow.js computes with 'cpu' now: " +
          "'tensorflow' cannot start (The addon was built for another Node); " +
          "'wasm' cannot start (no .wasm file)",
      ],
    ]);
  });

  it('is silent where the optional package is merely not installed', async () => {
    const { engine } = await startRuntime();
    expect(['wasm', 'tensorflow']).toContain(engine);
    expect(warn).not.toHaveBeenCalled();
  });
});

describe('a back end that cannot start', () => {
  it('says why and which one is used instead, once, and goes on', async () => {
    const none = { tensorflow: fails('broken'), wasm: fails('broken too'), cpu: fails('away') };
    const backend = tfjsBackend(referenceBackend, () => startRuntime(none));
    const before = getBackend();
    setBackend('tfjs');
    try {
      for (let i = 0; i < 2; i++) {
        const [values] = await backend.run(graphOf([tensor([1, 2]).add(1)]));
        expect([...values!]).toEqual([2, 3]);
      }
      expect(getBackend()).toBe('reference');
    } finally {
      setBackend(before);
    }
    expect(warn.mock.calls).toEqual([
      [
        "The back end 'tfjs' cannot start: 'tensorflow' cannot start (broken); " +
          "'wasm' cannot start (broken too); 'cpu' cannot start (away). " +
          "'reference' is used instead.",
      ],
    ]);
  });
});
