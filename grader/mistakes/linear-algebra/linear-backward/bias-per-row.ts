/**
 * You give every row a bias of its own. There is one b for all rows, `[out]`, so their slopes are
 * added up.
 */
import type { Tensor } from '@lectern/lib';

export function linearBackward(x: Tensor, w: Tensor, dY: Tensor) {
  const rows = x.reshape([-1, w.shape[0]!]);
  const slopes = dY.reshape([-1, w.shape[1]!]);
  return {
    dX: slopes.matmul(w.T).reshape(x.shape),
    dW: rows.T.matmul(slopes),
    db: dY,
  };
}
