/**
 * You *added* a large negative number to the future. Then the old score is still in there: a key
 * that scored 10²⁰ stays on top. Replace the score rather than shift it.
 */
import { ones, type Tensor } from '@lectern/lib';

export function causalMask(scores: Tensor): Tensor {
  const [queries, keys] = scores.shape.slice(-2) as [number, number];
  return scores.add(
    ones([queries, keys])
      .triu(keys - queries + 1)
      .mul(-10_000),
  );
}
