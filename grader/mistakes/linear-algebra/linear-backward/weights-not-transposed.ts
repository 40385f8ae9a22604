/**
 * dY · W: the slopes go forwards once more. Backwards, `[n, out]` must become `[n, in]`, so it is the
 * *columns* of W that have to meet them. For a square W the shapes hide the error.
 */
import type { Tensor } from '@lectern/lib';

export function linearBackward(x: Tensor, w: Tensor, dY: Tensor) {
  const rows = x.reshape([-1, w.shape[0]!]);
  const slopes = dY.reshape([-1, w.shape[1]!]);
  return {
    dX: slopes.matmul(w).reshape(x.shape),
    dW: rows.T.matmul(slopes),
    db: slopes.sum(0),
  };
}
