/** The same step over and over along a sequence: what recurrent networks are made of. */

import { publicOp } from '../forbid.ts';
import { checkTensor } from '../tensor/apply.ts';
import { ShapeError } from '../tensor/errors.ts';
import { show } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { stack } from './movement.ts';

/** From what is carried and the present elements to what is carried on and what is given out. */
export type ScanStep = (
  carry: Tensor[],
  x: Tensor[],
) => { carry: readonly Tensor[]; y: readonly Tensor[] };

/**
 * Calls `f` for one place after another along the first dimension of each of `xs`, handing on what
 * it carries.
 *
 * @param carry what the first call gets; every call must give the same shapes
 * @param xs `[length, ...]` each, of one length of at least 1
 * @returns what the last call carried, and the `y` of all calls, `[length, ...]` each
 */
export const scan = publicOp(
  'scan',
  (
    f: ScanStep,
    carry: readonly Tensor[],
    xs: readonly Tensor[],
  ): { carry: Tensor[]; ys: Tensor[] } => {
    for (const x of [...carry, ...xs]) checkTensor('scan', x);
    const length = xs[0]?.shape[0] ?? 0;
    if (length === 0 || xs.some((x) => x.shape[0] !== length)) {
      throw new ShapeError(
        `scan: needs tensors of one length of at least 1, got ${xs.map((x) => show(x.shape))}`,
      );
    }
    let carried = [...carry];
    const given: (readonly Tensor[])[] = [];
    for (let t = 0; t < length; t++) {
      const step = f(
        carried,
        xs.map((x) => x.select(0, t)),
      );
      carried = [...step.carry];
      given.push(step.y);
    }
    return { carry: carried, ys: given[0]!.map((_, i) => stack(given.map((y) => y[i]!))) };
  },
);
