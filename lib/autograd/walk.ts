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
 * The gradients of `roots`, weighted by `starts`, by `targets`, summed over the roots; zeros for
 * targets that they do not depend on.
 *
 * @throws DTypeError where it depends on them, but only through results that jump, such as argmax's
 */
export function gradientsOf(
  name: string,
  roots: readonly Tensor[],
  targets: readonly Tensor[],
  starts: readonly Tensor[],
): Tensor[] {
  const isTarget = new Set(targets);
  const found = new Map<Tensor, Tensor[]>();
  for (const [i, root] of roots.entries()) {
    found.set(root, [...(found.get(root) ?? []), starts[i]!]);
  }
  const gradients = new Map<Tensor, Tensor>();
  const path = pathTo(roots, isTarget);
  for (const x of path.toReversed()) {
    const all = found.get(x);
    if (all === undefined) continue;
    const g = total(all);
    gradients.set(x, g);
    if (x.origin.op === null || isTarget.has(x)) continue;
    const { op, inputs, attributes } = x.origin;
    const context = { inputs, output: x, attributes: attributes as never };
    const parts = recordOf(op).gradient(g, context);
    for (const [i, y] of inputs.entries()) {
      const part = parts[i] ?? null;
      if (part === null) continue;
      const known = found.get(y);
      if (known === undefined) found.set(y, [part]);
      else known.push(part);
    }
  }
  if (path.length > 0 && !targets.some((x) => gradients.has(x))) refuse(name, path);
  return targets.map((x) => gradients.get(x) ?? zeros(x.shape, { dtype: x.dtype }));
}

/** The sum of gradients; pieces that lie side by side, as after a split, are put together instead. */
function total(parts: readonly Tensor[]): Tensor {
  const pieces = parts.map(pieceOf).filter((piece) => piece !== null);
  if (pieces.length === parts.length && parts.length > 1) {
    const inOrder = pieces.toSorted((a, b) => a.before - b.before);
    const { dim } = inOrder[0]!;
    const size = parts[0]!.shape[dim]!;
    const fits = inOrder.every((piece, i) => {
      const end = i + 1 < inOrder.length ? inOrder[i + 1]!.before : size;
      return piece.dim === dim && piece.before + piece.x.shape[dim]! === end;
    });
    if (fits && inOrder[0]!.before === 0)
      return apply(
        'cat',
        inOrder.map(({ x }) => x),
        { dim },
      );
  }
  return parts.reduce((sum, part) => apply('add', [sum, part], {}));
}

/** What a tensor is that holds another one with zeros around it along one dimension. */
function pieceOf({ origin }: Tensor): { x: Tensor; dim: number; before: number } | null {
  if (origin.op !== 'pad') return null;
  return { x: origin.inputs[0]!, ...(origin.attributes as { dim: number; before: number }) };
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
function pathTo(roots: readonly Tensor[], targets: ReadonlySet<Tensor>): Tensor[] {
  const onPath = new Map<Tensor, boolean>();
  const path: Tensor[] = [];
  const todo: Tensor[] = [...roots];
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
