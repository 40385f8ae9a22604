import type { KernelSpec } from '@lectern/kernel/kernelspec';
import type { Settings } from '../options.ts';

export type { KernelSpec };

/** By name; the first is the default. */
export type KernelSpecs = Record<string, { name: string; spec: KernelSpec }>;

export async function loadKernelspecs(settings: Settings): Promise<KernelSpecs> {
  if (settings.kernelspecs) return settings.kernelspecs;
  const { kernelspecs } = await import('@lectern/kernel/kernelspec');
  return kernelspecs();
}
