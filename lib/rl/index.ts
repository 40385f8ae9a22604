/** `rl`: learning from preferences and rewards. */

export {
  type AdvantageOptions,
  discountedReturns,
  generalizedAdvantages,
  groupAdvantages,
} from './advantages.ts';
export { bestOfN, majorityVote, passAtK } from './attempts.ts';
export {
  bradleyTerryLoss,
  type ClipOptions,
  clippedObjective,
  type DpoLossInputs,
  dpoLoss,
  type GrpoLossInputs,
  type GrpoLossOptions,
  grpoLoss,
  maskedMean,
  type ValueLossOptions,
  valueLoss,
} from './losses.ts';
export { entropy, type KlEstimator, klPenalty, tokenLogProbabilities } from './probabilities.ts';
