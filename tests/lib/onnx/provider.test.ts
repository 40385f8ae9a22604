// The execution provider as a setting: what is asked for, what is used, what is said.

import { getBackend, ones, setBackend } from '@lectern/lib';
import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest';
import {
  fromEnvironment,
  getProvider,
  optionsFor,
  setProvider,
  startSession,
} from '../../../lib/onnx/provider.ts';
import { settings, statistics } from '../../../lib/onnx/sessions.ts';

type Options = ReturnType<typeof optionsFor>;

let warn: MockInstance;
beforeEach(() => {
  warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
});
afterEach(() => {
  warn.mockRestore();
  setProvider('cpu');
});

/** Makes sessions, by these providers only. */
const sessions =
  (...working: string[]) =>
  async ({ executionProviders: [first] = [] }: Options) => {
    if (working.includes(String(first))) return first;
    throw new Error(`provider.cc:136 lambda() status was false. No adapter for ${first}\n\nat x`);
  };

describe('the provider that is asked for', () => {
  it('is the CPU where nobody asks', () => {
    expect(fromEnvironment(undefined)).toBe('cpu');
    expect(fromEnvironment('')).toBe('cpu');
    expect(optionsFor('cpu')).toEqual({ executionProviders: ['cpu'] });
  });

  it('comes from the environment; a wrong name is reported', () => {
    expect(fromEnvironment('webgpu')).toBe('webgpu');
    expect(warn).not.toHaveBeenCalled();
    expect(fromEnvironment('gpu')).toBe('cpu');
    expect(warn.mock.calls).toEqual([
      ["LECTERN_ONNX_PROVIDER is 'gpu'; there is cpu, cuda, webgpu. 'cpu' is used."],
    ]);
  });

  it('leaves to the CPU what it cannot do itself', () => {
    expect(optionsFor('cuda')).toEqual({ executionProviders: ['cuda', 'cpu'] });
  });
});

describe('a session', () => {
  it('is made by the provider', async () => {
    setProvider('webgpu');
    expect(await startSession(sessions('cpu', 'webgpu'))).toBe('webgpu');
    expect(warn).not.toHaveBeenCalled();
  });

  it('is made by the CPU, with one line, where the provider cannot start', async () => {
    setProvider('webgpu');
    const made = await Promise.all([1, 2].map(() => startSession(sessions('cpu'))));
    expect(made).toEqual(['cpu', 'cpu']);
    expect(getProvider()).toBe('cpu');
    expect(warn.mock.calls).toEqual([
      ["The provider 'webgpu' cannot start, 'cpu' is used: No adapter for webgpu"],
    ]);
  });

  it('that the CPU refuses too says nothing about the provider', async () => {
    setProvider('cuda');
    await expect(startSession(sessions())).rejects.toThrow('No adapter for cpu');
    expect(getProvider()).toBe('cuda');
    expect(warn).not.toHaveBeenCalled();
  });
});

describe('setBackend', () => {
  it('takes a provider, and computes whether it starts or not', async () => {
    const before = { backend: getBackend(), smallGraph: settings.smallGraph };
    settings.smallGraph = 0;
    try {
      for (const provider of ['cuda', 'webgpu'] as const) {
        setBackend('onnx', { provider });
        const { compiled } = statistics;
        const x = ones([4, 4]);
        expect((await x.matmul(x).data())[0]).toBe(4);
        expect(statistics.compiled).toBe(compiled + 1); // not by the model of another provider
        const said = `The provider '${provider}' cannot start, 'cpu' is used`;
        const messages = warn.mock.calls.flat().filter((line) => String(line).startsWith(said));
        expect(messages).toHaveLength(getProvider() === provider ? 0 : 1);
      }
    } finally {
      settings.smallGraph = before.smallGraph;
      setBackend(before.backend);
    }
  });

  it('names the providers, and the back ends without settings', () => {
    expect(() => setBackend('onnx', { provider: 'gpu' as never })).toThrow(
      "there is no provider 'gpu'; there is cpu, cuda, webgpu",
    );
    expect(() => setBackend('reference', { provider: 'cuda' })).toThrow(
      "setBackend: 'reference' has no settings",
    );
  });
});
