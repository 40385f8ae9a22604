/** Models, each in one file that reads like the paper's figure, and writing with them. */

export { type Beam, type BeamOptions, beamSearch } from './beam.ts';
export { BERT, type BERTConfig, type MaskingOptions, maskTokens } from './bert.ts';
export { Bigram, BigramCounts } from './bigram.ts';
export type { Decodable, Decoding } from './decoding.ts';
export { type GenerateOptions, generate, generateBatch } from './generate.ts';
export { GPT } from './gpt.ts';
export { type GPTConfig, gpt2, gptNano, llama, type RotaryScaling } from './gpt-config.ts';
export { Hopfield, type Recall, type RecallOptions } from './hopfield.ts';
export { type LSTMConfig, LSTMLanguageModel } from './lstm.ts';
export { MLP, type MLPConfig } from './mlp.ts';
export { MixtureGPT, type MixtureGPTConfig } from './moe.ts';
export { Perceptron, type PerceptronOptions } from './perceptron.ts';
export {
  drawToken,
  keepTopK,
  keepTopP,
  likeliest,
  penalizeRepetition,
  probabilitiesOf,
  type SamplingOptions,
} from './sampling.ts';
export { Seq2Seq, type Seq2SeqConfig } from './seq2seq.ts';
export { Transformer, type TransformerConfig } from './transformer.ts';
