/**
 * Walking a graph backwards (reverse-mode differentiation).
 *
 * Each operation's record says how a gradient passes through it, in operations; so a gradient is a
 * graph like any other, which is computed lazily and can be differentiated again.
 */

import { recordOf } from '../ops/records.ts';
import { apply } from '../tensor/apply.ts';
import { zeros } from '../tensor/create.ts';
import { isFloat } from '../tensor/dtype.ts';
import { DTypeError } from '../tensor/errors.ts';
import type { Tensor } from '../tensor/tensor.ts';

/**
 * The gradients of `root`, weighted by `start`, by `targets`; zeros for those it does not depend on.
 *
 * @throws DTypeError where it depends on them, but only through results that jump, such as argmax's
 */
export function gradientsOf(
  name: string,
  root: Tensor,
  targets: readonly Tensor[],
  start: Tensor,
): Tensor[] {
  const isTarget = new Set(targets);
  const gradients = new Map<Tensor, Tensor>([[root, start]]);
  const path = pathTo(root, isTarget);
  for (const x of path.toReversed()) {
    const g = gradients.get(x);
    if (g === undefined || x.origin.op === null || isTarget.has(x)) continue;
    const { op, inputs, attributes } = x.origin;
    const context = { inputs, output: x, attributes: attributes as never };
    const parts = recordOf(op).gradient(g, context);
    for (const [i, y] of inputs.entries()) {
      const part = parts[i] ?? null;
      if (part === null) continue;
      const known = gradients.get(y);
      gradients.set(y, known === undefined ? part : apply('add', [known, part], {}));
    }
  }
  if (path.length > 0 && !targets.some((x) => gradients.has(x))) refuse(name, path);
  return targets.map((x) => gradients.get(x) ?? zeros(x.shape));
}

/** Says which operation on the way has no gradient. */
function refuse(name: string, path: readonly Tensor[]): never {
  const jump = path.find((x) => x.origin.op !== null && !isFloat(x.dtype));
  throw new DTypeError(
    `${name}: the result depends on what is to be changed only through ` +
      `${jump?.origin.op ?? 'an operation'}, which has no gradient: its result jumps or stays`,
  );
}

/**
 * What lies between `root` and the targets, inputs before results. No recursion: graphs can be
 * deep.
 */
function pathTo(root: Tensor, targets: ReadonlySet<Tensor>): Tensor[] {
  const onPath = new Map<Tensor, boolean>();
  const path: Tensor[] = [];
  const todo: Tensor[] = [root];
  while (todo.length > 0) {
    const x = todo.at(-1)!;
    const inputs = targets.has(x) || x.origin.op === 'detach' ? [] : x.origin.inputs;
    const open = onPath.has(x) ? [] : inputs.filter((y) => !onPath.has(y));
    if (open.length > 0) {
      todo.push(...open);
      continue;
    }
    todo.pop();
    if (onPath.has(x)) continue;
    onPath.set(x, targets.has(x) || inputs.some((y) => onPath.get(y)));
    if (onPath.get(x)) path.push(x);
  }
  return path;
}
