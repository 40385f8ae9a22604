/**
 * These are dot products, not cosines: a vector twice as long scores twice as high. The dot
 * product is ‖a‖ ‖b‖ cos θ; what is left to do to get cos θ alone?
 */
import type { Tensor } from '@lectern/lib';

export function cosineMatrix(a: Tensor, b: Tensor): Tensor {
  return a.matmul(b.T);
}
