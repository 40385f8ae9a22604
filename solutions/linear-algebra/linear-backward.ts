import type { Tensor } from '@lectern/lib';

export function linearBackward(
  x: Tensor,
  w: Tensor,
  dY: Tensor,
): { dX: Tensor; dW: Tensor; db: Tensor } {
  const [inputs, outputs] = w.shape as [number, number];
  const rows = x.reshape([-1, inputs]); // [n, in]: every leading dimension is only more rows
  const slopes = dY.reshape([-1, outputs]); // [n, out]
  return {
    dX: slopes.matmul(w.T).reshape(x.shape), // [n, out] · [out, in]
    dW: rows.T.matmul(slopes), // [in, n] · [n, out]: summed over the rows
    db: slopes.sum(0), // [out]
  };
}
