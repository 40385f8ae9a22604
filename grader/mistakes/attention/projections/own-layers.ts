/**
 * A new `Linear` layer brings matrices of its own, filled at random; the ones you were given stay
 * unused. What the layer does inside is short: one operation between `x` and the matrix. Write
 * that one.
 */
import { nn, type Tensor } from '@lectern/lib';

export function projections(
  x: Tensor,
  wq: Tensor,
  wk: Tensor,
  wv: Tensor,
): { q: Tensor; k: Tensor; v: Tensor } {
  const project = (w: Tensor) =>
    new nn.Linear(w.shape[0]!, w.shape[1]!, { bias: false, seed: 1 }).forward(x);
  return { q: project(wq), k: project(wk), v: project(wv) };
}
