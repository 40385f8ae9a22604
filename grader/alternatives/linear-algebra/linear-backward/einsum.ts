import { einsum, type Tensor } from '@lectern/lib';

/** Common indices are summed: the whole answer is three lines of index notation. */
export function linearBackward(
  x: Tensor,
  w: Tensor,
  dY: Tensor,
): { dX: Tensor; dW: Tensor; db: Tensor } {
  return {
    dX: einsum('...j,ij->...i', dY, w),
    dW: einsum('ni,nj->ij', x.flatten(0, -2), dY.flatten(0, -2)),
    db: dY.flatten(0, -2).sum(0),
  };
}
