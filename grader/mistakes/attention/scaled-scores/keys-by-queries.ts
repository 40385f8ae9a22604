/**
 * The numbers are right, but your rows belong to keys. Rows must belong to queries, because the
 * next step shares out one unit of attention within each row, and it is the query that has it to
 * give. Which factor of a matrix product decides about the rows of the result?
 */
import type { Tensor } from '@lectern/lib';

export function scaledScores(q: Tensor, k: Tensor): Tensor {
  return k.matmul(q.transpose(-1, -2)).div(Math.sqrt(q.shape.at(-1)!));
}
