import type { Tensor } from '@lectern/lib';

/**
 * **Backwards through a layer.** A linear layer computed y = xW + b, and from behind comes `dY`: how
 * fast the loss grows with each entry of y. Work out how fast it grows with each entry of x, of W
 * and of b. This is what a network of any size does at every layer of every training step.
 *
 * @param x `[..., in]`, the layer's input; any number of leading dimensions, at least one
 * @param w `[in, out]`, the weights
 * @param dY `[..., out]`, the slopes of the loss with respect to y; the leading dimensions are those
 *   of `x`
 * @returns `dX` of the shape of x, `dW` of the shape of w, and `db`, `[out]`
 *
 * @example
 * linearBackward(tensor([[1, 2]]), tensor([[3], [4]]), tensor([[10]]))
 * // dX [[30, 40]], dW [[10], [20]], db [10]
 * @example
 * linearBackward(tensor([[1], [2]]), tensor([[5, 7]]), tensor([[1, 0], [1, 3]]))
 * // dX [[5], [26]], dW [[3, 6]], db [2, 3]
 */
export function linearBackward(
  x: Tensor,
  w: Tensor,
  dY: Tensor,
): { dX: Tensor; dW: Tensor; db: Tensor } {
  return { dX: x, dW: w, db: dY }; // replace this
}
