/**
 * You hand back the weights themselves, summed over the outputs, as if every slope from behind were
 * 1. The chain rule multiplies by dY.
 */
import type { Tensor } from '@lectern/lib';

export function linearBackward(x: Tensor, w: Tensor, dY: Tensor) {
  const rows = x.reshape([-1, w.shape[0]!]);
  const slopes = dY.reshape([-1, w.shape[1]!]);
  return {
    dX: slopes.mul(0).add(1).matmul(w.T).reshape(x.shape),
    dW: rows.T.matmul(slopes),
    db: slopes.sum(0),
  };
}
