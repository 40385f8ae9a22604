/** `text`: from text to numbers and back. */

export { type BpeOptions, BpeTokenizer } from './bpe.ts';
export { type BpeTrainOptions, trainBpe } from './bpe-train.ts';
export {
  type EncodeOptions,
  HuggingFaceTokenizer,
  tokenizerFromJson,
} from './hugging-face/tokenizer.ts';
export { llamaTokenizer } from './llama.ts';
export { gpt2Pattern, llama3Pattern } from './patterns.ts';
export type { DecodeOptions, Tokenizer } from './tokenizer.ts';
