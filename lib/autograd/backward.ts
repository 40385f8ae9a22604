/** Gradients left at the tensors they belong to: PyTorch's `loss.backward()`. */

import { publicOp } from '../forbid.ts';
import { noGrad } from '../tensor/apply.ts';
import { ones } from '../tensor/create.ts';
import { LibraryError, ShapeError } from '../tensor/errors.ts';
import { sameShape, show } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { companionsOf, computeTogether } from './companions.ts';
import { gradientsOf } from './walk.ts';

/** Adds the gradient of `root` by each leaf that requires one to the leaf's `grad`. */
export const backward = publicOp('backward', (root: Tensor, gradient?: Tensor): void => {
  if (!root.requiresGrad) {
    throw new LibraryError(
      'backward: nothing that this was computed from requires a gradient; ' +
        'tensor(…, { requiresGrad: true }) and parameters do, and not within noGrad',
    );
  }
  const start = gradient ?? onlyOne(root);
  if (!sameShape(start.shape, root.shape)) {
    throw new ShapeError(`backward: ${show(root.shape)} needs a gradient of its own shape`);
  }
  const leaves = leavesOf(root.snapshot);
  noGrad(() => {
    const gradients = gradientsOf('backward', [root.snapshot], leaves, [start]);
    for (const [i, leaf] of leaves.entries()) {
      const holder = leaf.origin.owner ?? leaf;
      const found = gradients[i]!;
      const total = holder.grad === null ? found : holder.grad.add(found);
      computeTogether(total, [root, ...companionsOf(holder.grad)]);
      holder.grad = total;
    }
  });
});

function onlyOne(root: Tensor): Tensor {
  if (root.numel === 1) return ones(root.shape);
  throw new ShapeError(
    `backward: ${show(root.shape)} is not one number; sum() or mean() makes one of many`,
  );
}

/** Everything behind `root` that requires a gradient and was not computed from something else. */
function leavesOf(root: Tensor): Tensor[] {
  const seen = new Set<Tensor>([root]);
  const leaves: Tensor[] = [];
  const todo = [root];
  while (todo.length > 0) {
    const x = todo.pop()!;
    const isLeaf = x.origin.owner !== null || x.origin.op === null;
    if (isLeaf) leaves.push(x);
    else {
      for (const y of x.origin.inputs) {
        if (!y.requiresGrad || seen.has(y)) continue;
        seen.add(y);
        todo.push(y);
      }
    }
  }
  return leaves;
}
