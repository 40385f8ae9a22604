/**
 * You divide dW by the number of rows. If the loss is a mean, that division is in dY already, and you
 * do it twice; every row's effect simply adds.
 */
import type { Tensor } from '@lectern/lib';

export function linearBackward(x: Tensor, w: Tensor, dY: Tensor) {
  const rows = x.reshape([-1, w.shape[0]!]);
  const slopes = dY.reshape([-1, w.shape[1]!]);
  return {
    dX: slopes.matmul(w.T).reshape(x.shape),
    dW: rows.T.matmul(slopes).div(rows.shape[0]!),
    db: slopes.sum(0),
  };
}
