/** Gives plain `npx vitest` the matcher that the harness has. */
import { expect } from 'vitest';
import { type Tolerance, toBeCloseToTensor } from './matchers.ts';

expect.extend({ toBeCloseToTensor });

declare module 'vitest' {
  // biome-ignore lint/suspicious/noExplicitAny: the type parameter must repeat vitest's declaration
  interface Matchers<T = any> {
    /**
     * Awaits a promise, computes a tensor, compares shape and values (see `grader/src/testing/matchers.ts`).
     * `expected` is a tensor or nested numbers; `atol` 1e-5 and `rtol` 1e-4 where left out.
     */
    toBeCloseToTensor(expected: unknown, tolerance?: Tolerance): Promise<T>;
  }
}
