/**
 * Your dW is the transpose of what was asked: `[out, in]`. Then W − η · dW does not fit, or, for a
 * square W, moves the wrong weights. Which of x and dY belongs on the left?
 */
import type { Tensor } from '@lectern/lib';

export function linearBackward(x: Tensor, w: Tensor, dY: Tensor) {
  const rows = x.reshape([-1, w.shape[0]!]);
  const slopes = dY.reshape([-1, w.shape[1]!]);
  return {
    dX: slopes.matmul(w.T).reshape(x.shape),
    dW: slopes.T.matmul(rows),
    db: slopes.sum(0),
  };
}
