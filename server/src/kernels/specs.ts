import type { KernelSpec } from '@lectern/kernel/kernelspec';
import type { Settings } from '../options.ts';

export type { KernelSpec };

export interface OfferedKernel {
  name: string;
  spec: KernelSpec;
  /** Holds the kernel's logos; `{resource_dir}` in its command line. */
  resourceDir?: string;
}

/** By name; the first is the default. */
export type KernelSpecs = Record<string, OfferedKernel>;

/** The course's own kernels, then every kernel that Jupyter would find on this machine. */
export async function loadKernelspecs(settings: Settings): Promise<KernelSpecs> {
  const { installedKernelspecs } = await import('./installed.ts');
  const installed = await installedKernelspecs(settings.jupyterPath);
  return { ...(await ownKernelspecs(settings)), ...withoutOwn(installed) };
}

async function ownKernelspecs(settings: Settings): Promise<KernelSpecs> {
  if (settings.kernelspecs) return settings.kernelspecs;
  const { kernelspecs } = await import('@lectern/kernel/kernelspec');
  return kernelspecs();
}

/** The course's kernels are those of the course, also where others of their name are installed. */
function withoutOwn(installed: KernelSpecs): KernelSpecs {
  const { typescript: _, tslab: __, ...others } = installed;
  return others;
}
