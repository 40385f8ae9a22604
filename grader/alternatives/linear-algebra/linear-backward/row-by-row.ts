import { stack, type Tensor } from '@lectern/lib';

/** One example after the other: its outer product with its slopes adds to dW. */
export function linearBackward(
  x: Tensor,
  w: Tensor,
  dY: Tensor,
): { dX: Tensor; dW: Tensor; db: Tensor } {
  const rows = x.reshape([-1, w.shape[0]!]);
  const slopes = dY.reshape([-1, w.shape[1]!]);
  let dW = w.mul(0);
  let db = w.select(0, 0).mul(0);
  const back: Tensor[] = [];
  for (let n = 0; n < rows.shape[0]!; n++) {
    const slope = slopes.select(0, n); // [out]
    dW = dW.add(rows.select(0, n).unsqueeze(1).mul(slope.unsqueeze(0)));
    db = db.add(slope);
    back.push(w.mul(slope).sum(1)); // [in]
  }
  return { dX: stack(back, 0).reshape(x.shape), dW, db };
}
