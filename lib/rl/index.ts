/** `rl`: learning from preferences and rewards. */

export {
  type AdvantageOptions,
  discountedReturns,
  generalizedAdvantages,
  groupAdvantages,
} from './advantages.ts';
export {
  type CheckedSum,
  checkSum,
  type ExampleOptions,
  type SumsOptions,
  SumsTask,
} from './arithmetic.ts';
export { bestOfN, majorityVote, passAtK } from './attempts.ts';
export type { PreferencePair } from './collate.ts';
export { type DpoOptions, type DpoProgress, dpo } from './dpo.ts';
export { type GrpoOptions, grpo } from './grpo.ts';
export { type ImitationOptions, imitate } from './imitation.ts';
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
export {
  type Answer,
  type Environment,
  frozenCopy,
  type Policy,
  textLogProbabilities,
  type WriteOptions,
  type WrittenAnswer,
  writeAnswers,
} from './policy.ts';
export { type PpoOptions, ppo } from './ppo.ts';
export { meanReward, type PreferenceOptions, preferencePairs } from './preferences.ts';
export { entropy, type KlEstimator, klPenalty, tokenLogProbabilities } from './probabilities.ts';
export type { LearningOptions, LearningProgress, RewardProgress } from './progress.ts';
export {
  judgeBy,
  type RewardModelOptions,
  rankingAccuracy,
  ScalarGPT,
  trainRewardModel,
} from './reward-model.ts';
export { type Lexicon, SentimentTask, valenceOf } from './sentiment.ts';
