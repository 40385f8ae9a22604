/**
 * Your numbers are right, but with more than one leading dimension dX comes out flat: `[n, in]`. The
 * slope of something always has the shape of that thing, so give dX the shape of x.
 */
import type { Tensor } from '@lectern/lib';

export function linearBackward(x: Tensor, w: Tensor, dY: Tensor) {
  const rows = x.reshape([-1, w.shape[0]!]);
  const slopes = dY.reshape([-1, w.shape[1]!]);
  return { dX: slopes.matmul(w.T), dW: rows.T.matmul(slopes), db: slopes.sum(0) };
}
