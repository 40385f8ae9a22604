/**
 * What computes behind ONNX Runtime: its execution provider, which is a setting.
 *
 * `setBackend('onnx', { provider: 'webgpu' })`, or the environment variable LECTERN_ONNX_PROVIDER.
 * WebGPU is in onnxruntime-node's package and needs a graphics driver; CUDA's libraries have to be
 * installed beside it. What a provider cannot do, ONNX Runtime does on the CPU, node by node.
 */

import type { InferenceSession } from 'onnxruntime-node';

const providers = ['cpu', 'cuda', 'webgpu'] as const;

/** An execution provider of ONNX Runtime. */
export type Provider = (typeof providers)[number];

type SessionOptions = InferenceSession.SessionOptions;

const variable = 'LECTERN_ONNX_PROVIDER';

/** The provider in use; null as long as nobody has asked for one. */
let chosen: Provider | null = null;

/**
 * Chooses the provider of the sessions that are made from now on.
 *
 * @throws Error for a name that is no provider's
 */
export function setProvider(name: string): void {
  if (!isProvider(name)) {
    throw new Error(`setBackend: there is no provider '${name}'; there is ${providers.join(', ')}`);
  }
  chosen = name;
}

/** The provider in use: what was set, else what the environment names, else the CPU. */
export function getProvider(): Provider {
  chosen ??= fromEnvironment(process.env[variable]);
  return chosen;
}

/** @internal The provider that the environment variable names; a wrong name is reported. */
export function fromEnvironment(name: string | undefined): Provider {
  if (name === undefined || name === '') return 'cpu';
  if (isProvider(name)) return name;
  console.warn(`${variable} is '${name}'; there is ${providers.join(', ')}. 'cpu' is used.`);
  return 'cpu';
}

function isProvider(name: string): name is Provider {
  return (providers as readonly string[]).includes(name);
}

/** @internal A session's options for a provider; the CPU takes what the provider has no code for. */
export function optionsFor(provider: Provider): SessionOptions {
  return { executionProviders: provider === 'cpu' ? ['cpu'] : [provider, 'cpu'] };
}

/**
 * Makes a session with the provider in use. If it cannot start, the CPU is used from then on, after
 * one line that says why.
 */
export async function startSession<S>(create: (options: SessionOptions) => Promise<S>): Promise<S> {
  const provider = getProvider();
  if (provider === 'cpu') return create(optionsFor('cpu'));
  try {
    return await create(optionsFor(provider));
  } catch (cause) {
    // a model that the CPU refuses as well says nothing about the provider
    const session = await create(optionsFor('cpu'));
    if (chosen === provider) {
      console.warn(`The provider '${provider}' cannot start, 'cpu' is used: ${reason(cause)}`);
      chosen = 'cpu';
    }
    return session;
  }
}

/** ONNX Runtime puts the reason after the name of its source file and function. */
function reason(cause: unknown): string {
  const text = String(cause instanceof Error ? cause.message : cause);
  const line = text.split('\n').find((part) => part.trim() !== '') ?? 'it did not say why';
  return line.replace(/^.*\bwas false\. /, '').trim();
}
