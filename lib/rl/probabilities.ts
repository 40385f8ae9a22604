/** What a policy thinks of the tokens that were chosen, and of those that were not. */

import { publicOp } from '../forbid.ts';
import { checkTensor } from '../tensor/apply.ts';
import { LibraryError, ShapeError } from '../tensor/errors.ts';
import { sameShape, show } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { checkShapes } from './checks.ts';

/**
 * log π(token) of the token chosen at each place.
 *
 * @param logits `[..., vocabularySize]`; those after place t belong to the token at t + 1
 * @param ids `[...]`, int64
 * @returns `[...]`
 */
export const tokenLogProbabilities = publicOp(
  'rl.tokenLogProbabilities',
  (logits: Tensor, ids: Tensor): Tensor => {
    checkTensor('rl.tokenLogProbabilities', logits);
    checkTensor('rl.tokenLogProbabilities', ids);
    if (!sameShape(logits.shape.slice(0, -1), ids.shape)) {
      throw new ShapeError(
        `rl.tokenLogProbabilities: logits ${show(logits.shape)} need one token for each place, ` +
          `got ids ${show(ids.shape)}`,
      );
    }
    return logits.logSoftmax(-1).gather(-1, ids.unsqueeze(-1)).squeeze(-1);
  },
);

/**
 * −Σ π log π over the vocabulary: 0 where the policy is certain, log(vocabularySize) where it has
 * no idea. `[..., vocabularySize] → [...]`.
 */
export const entropy = publicOp('rl.entropy', (logits: Tensor): Tensor => {
  checkTensor('rl.entropy', logits);
  const logs = logits.logSoftmax(-1);
  return logs.exp().mul(logs).sum(-1).neg();
});

/** How KL(π ‖ reference) is estimated from single tokens. */
export type KlEstimator = 'k1' | 'k2' | 'k3';

/**
 * How far the policy has moved from the reference, estimated from the tokens it drew itself
 * (Schulman 2020, "Approximating KL divergence"). With r = reference / π for a token:
 * k1 = −log r is right on average but may be negative; k2 = ½ (log r)² varies less but is only
 * nearly right; k3 = (r − 1) − log r varies less, is right on average and never negative.
 *
 * @param logProbabilities log π of the drawn tokens, any shape
 * @param reference the same tokens' log-probabilities under the reference
 * @returns one estimate for each token
 */
export const klPenalty = publicOp(
  'rl.klPenalty',
  (logProbabilities: Tensor, reference: Tensor, estimator: KlEstimator = 'k1'): Tensor => {
    checkShapes('rl.klPenalty', { logProbabilities, reference });
    const logRatio = reference.sub(logProbabilities); // log r
    if (estimator === 'k1') return logRatio.neg();
    if (estimator === 'k2') return logRatio.square().mul(0.5);
    if (estimator === 'k3') return logRatio.exp().sub(1).sub(logRatio);
    throw new LibraryError(`rl.klPenalty: an estimator is 'k1', 'k2' or 'k3', not '${estimator}'`);
  },
);
