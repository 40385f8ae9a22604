/**
 * Your columns sum to 1: each *key* hands itself out to the queries. Read a row of scores aloud:
 * "this query against all keys". It is the query that has one unit to spend, so the sum must run
 * along its row.
 */
import type { Tensor } from '@lectern/lib';

export function softmaxWeights(scores: Tensor): Tensor {
  const parts = scores.sub(scores.max(-2, { keepdim: true })).exp();
  return parts.div(parts.sum(-2, { keepdim: true }));
}
