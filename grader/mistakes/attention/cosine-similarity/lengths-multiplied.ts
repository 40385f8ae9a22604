/**
 * You multiplied the dot product by the lengths. The formula reads a·b = ‖a‖ ‖b‖ cos θ: the
 * lengths are already *in* the dot product. They have to come out.
 */
import type { Tensor } from '@lectern/lib';

export function cosineMatrix(a: Tensor, b: Tensor): Tensor {
  const lengths = a.norm(-1, { keepdim: true }).mul(b.norm(-1)); // [n, m]
  return a.matmul(b.T).mul(lengths);
}
