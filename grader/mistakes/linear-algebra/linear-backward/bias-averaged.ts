/**
 * You average the slopes of the rows. b was added to every row, so a change of b acts in each of
 * them, and the effects *add*. (If a mean is wanted it is part of the loss, and already in dY.)
 */
import type { Tensor } from '@lectern/lib';

export function linearBackward(x: Tensor, w: Tensor, dY: Tensor) {
  const rows = x.reshape([-1, w.shape[0]!]);
  const slopes = dY.reshape([-1, w.shape[1]!]);
  return {
    dX: slopes.matmul(w.T).reshape(x.shape),
    dW: rows.T.matmul(slopes),
    db: slopes.mean(0),
  };
}
