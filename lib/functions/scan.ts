/** The same step over and over along a sequence: what recurrent networks are made of. */

import { placeholder, runLoop } from '../autograd/loop.ts';
import { publicOp } from '../forbid.ts';
import { checkTensor, isRecording } from '../tensor/apply.ts';
import { ShapeError } from '../tensor/errors.ts';
import { sameShape, show } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** From what is carried and the present elements to what is carried on and what is given out. */
export type ScanStep = (
  carry: Tensor[],
  x: Tensor[],
) => { carry: readonly Tensor[]; y: readonly Tensor[] };

/**
 * Calls `f` for one place after another along the first dimension of each of `xs`, handing on what
 * it carries. `f` itself is called once, to write down what it does; the calls become one loop,
 * compiled once for sequences of any length. What is carried and given out is float32.
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
    const carried = carry.map(({ shape, dtype }) => placeholder(shape, dtype));
    const elements = xs.map(({ shape, dtype }) => placeholder(shape.slice(1), dtype));
    const step = f(carried, elements);
    checkCarry(step.carry, carried);
    const body = { carry: carried, x: elements, nextCarry: step.carry, y: step.y };
    return runLoop(body, carry, xs, { length, keep: isRecording() });
  },
);

function checkCarry(next: readonly Tensor[], carried: readonly Tensor[]): void {
  const fits =
    next.length === carried.length &&
    next.every((x, i) => sameShape(x.shape, carried[i]!.shape) && x.dtype === carried[i]!.dtype);
  if (fits) return;
  throw new ShapeError(
    `scan: what is carried on must be as what came: ${carried.join(', ')}, got ${next.join(', ')}`,
  );
}
