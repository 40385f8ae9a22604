/** Models, each in one file that reads like the paper's figure, and writing with them. */

export { type Beam, type BeamOptions, beamSearch } from './beam.ts';
export type { Decodable, Decoding } from './decoding.ts';
export { type GenerateOptions, generate, generateBatch } from './generate.ts';
export { GPT, type GPTConfig, gpt2, gptNano, llama } from './gpt.ts';
export {
  drawToken,
  keepTopK,
  keepTopP,
  likeliest,
  penalizeRepetition,
  probabilitiesOf,
  type SamplingOptions,
} from './sampling.ts';
