/**
 * You multiply the summed inputs with the summed slopes. Each row's input belongs to *its own*
 * slopes: multiply first, row by row, then add.
 */
import type { Tensor } from '@lectern/lib';

export function linearBackward(x: Tensor, w: Tensor, dY: Tensor) {
  const rows = x.reshape([-1, w.shape[0]!]);
  const slopes = dY.reshape([-1, w.shape[1]!]);
  return {
    dX: slopes.matmul(w.T).reshape(x.shape),
    dW: rows.sum(0).unsqueeze(1).mul(slopes.sum(0)),
    db: slopes.sum(0),
  };
}
