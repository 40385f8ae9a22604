import { cat, ones, type Tensor } from '@lectern/lib';

/** A bias is the weight of an input that is always 1, so db is one more row of dW. */
export function linearBackward(
  x: Tensor,
  w: Tensor,
  dY: Tensor,
): { dX: Tensor; dW: Tensor; db: Tensor } {
  const width = w.shape[0]!;
  const slopes = dY.reshape([-1, w.shape[1]!]);
  const rows = cat([x.reshape([-1, width]), ones([slopes.shape[0]!, 1])], 1); // [n, in + 1]
  const all = rows.transpose(0, 1).matmul(slopes); // [in + 1, out]
  return {
    dX: dY.matmul(w.transpose(0, 1)),
    dW: all.narrow(0, 0, width),
    db: all.select(0, width),
  };
}
