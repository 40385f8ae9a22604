/**
 * You compared the first row with the first, the second with the second. Asked for is every row of
 * `a` with *every* row of `b`: a table.
 */
import type { Tensor } from '@lectern/lib';

export function cosineMatrix(a: Tensor, b: Tensor): Tensor {
  return a
    .mul(b)
    .sum(-1)
    .div(a.norm(-1).mul(b.norm(-1)));
}
