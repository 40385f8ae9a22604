import { maximum, type Tensor, where } from '@lectern/lib';

/** Dot products first; the table of lengths is divided out at the end. */
export function cosineMatrix(a: Tensor, b: Tensor): Tensor {
  const near1 = (rows: Tensor) => {
    const total = rows.abs().sum(-1, { keepdim: true }); // [n, 1]
    return rows.div(where(total.gt(0), total, 1));
  };
  const [x, y] = [near1(a), near1(b)];
  const lengths = x.norm(-1, { keepdim: true }).matmul(y.norm(-1, { keepdim: true }).T); // [n, m]
  return x.matmul(y.T).div(maximum(lengths, 1e-20));
}
