/**
 * The loops of updates.ts as WebAssembly, four numbers at a time, on memory of their own.
 *
 * The compiled code is under a kilobyte, so it is compiled where it is needed, without waiting
 * (browsers allow that on the page's own thread too, Chrome up to 8 MB).
 */

import { plainUpdates, type Updates } from '../updates.ts';
import base64 from './kernel.generated.ts';

/** Memory that loops run on. */
export interface UpdateMemory {
  readonly updates: Updates;
  /** The next `length` numbers of the memory, zeros; `length` is a multiple of 4. */
  allocate(length: number): Float32Array;
}

/** What assembly/updates.ts exports. */
interface KernelExports {
  sgd(...numbers: number[]): void;
  momentum(...numbers: number[]): void;
  adam(...numbers: number[]): void;
  scale(x: number, a: number, length: number): void;
  sumOfSquares(x: number, length: number): number;
}

/** What is used of WebAssembly, whose types TypeScript has among the browser's only. */
interface WebAssemblyApi {
  Memory: new (pages: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer };
  Module: new (code: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { readonly exports: unknown };
}

/** WebAssembly measures memory in pages. */
const bytesPerPage = 65536;

/**
 * Memory for `length` numbers in all, and the loops that run on it: the compiled ones, or the plain
 * ones where WebAssembly is missing, forbidden, or too small (above 2³⁰ numbers).
 */
export function updateMemory(length: number): UpdateMemory {
  try {
    return kernelMemory(length);
  } catch {
    return { updates: plainUpdates, allocate: (part) => new Float32Array(part) };
  }
}

/** As {@link updateMemory}, with the compiled loops or an error. */
export function kernelMemory(length: number): UpdateMemory {
  const { WebAssembly } = globalThis as unknown as { WebAssembly: WebAssemblyApi };
  const pages = Math.ceil((length * 4) / bytesPerPage);
  // it never grows: the arrays in it would come loose
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const instance = new WebAssembly.Instance(kernelModule(WebAssembly), { env: { memory } });
  const { buffer } = memory;
  let next = 0;
  return {
    updates: updatesOf(instance.exports as KernelExports),
    allocate: (part) => {
      const array = new Float32Array(buffer, next, part);
      next += array.byteLength;
      return array;
    },
  };
}

let compiled: object | null = null;

function kernelModule({ Module }: WebAssemblyApi): object {
  compiled ??= new Module(Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)));
  return compiled;
}

/** The compiled loops behind the plain ones' signatures; the arrays must lie in their memory. */
function updatesOf(kernel: KernelExports): Updates {
  const at = (x: Float32Array) => x.byteOffset;
  return {
    sgd: (theta, g, { lr, weightDecay }) =>
      kernel.sgd(at(theta), at(g), theta.length, lr, 1 - lr * weightDecay),
    momentum: (theta, g, b, { lr, weightDecay, momentum, dampening, nesterov, step }) => {
      const share = step === 1 ? 1 : 1 - dampening;
      const [own, ahead] = nesterov ? [1, momentum] : [0, 1];
      const places = [at(theta), at(g), at(b), theta.length];
      kernel.momentum(...places, lr, weightDecay, momentum, share, own, ahead);
    },
    adam: (theta, g, m, v, { lr, betas, eps, weightDecay, decoupled, step }) => {
      const [beta1, beta2] = betas;
      const rate = lr / (1 - beta1 ** step);
      const root = 1 / Math.sqrt(1 - beta2 ** step);
      const decay = decoupled ? [0, 1 - lr * weightDecay] : [weightDecay, 1];
      const places = [at(theta), at(g), at(m), at(v), theta.length];
      kernel.adam(...places, rate, beta1, 1 - beta1, beta2, 1 - beta2, root, eps, ...decay);
    },
    scale: (x, a) => kernel.scale(at(x), a, x.length),
    sumOfSquares: (x) => kernel.sumOfSquares(at(x), x.length),
  };
}
