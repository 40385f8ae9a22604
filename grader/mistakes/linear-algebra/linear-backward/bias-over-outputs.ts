/**
 * You summed over the outputs; what is left belongs to the rows. b has one entry per *output*, and
 * the rows are what is summed away.
 */
import type { Tensor } from '@lectern/lib';

export function linearBackward(x: Tensor, w: Tensor, dY: Tensor) {
  const rows = x.reshape([-1, w.shape[0]!]);
  const slopes = dY.reshape([-1, w.shape[1]!]);
  return {
    dX: slopes.matmul(w.T).reshape(x.shape),
    dW: rows.T.matmul(slopes),
    db: slopes.sum(1),
  };
}
