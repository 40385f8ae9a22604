/** `text`: from text to numbers and back. */

export { BagOfWords, type BagOfWordsOptions } from './bag-of-words.ts';
export { type BpeOptions, BpeTokenizer } from './bpe.ts';
export { type BpeTrainOptions, trainBpe } from './bpe-train.ts';
export { type CharacterOptions, CharacterTokenizer } from './characters.ts';
export {
  type EncodeOptions,
  HuggingFaceTokenizer,
  tokenizerFromJson,
} from './hugging-face/tokenizer.ts';
export { tokenizerToJson } from './hugging-face/write.ts';
export { llamaTokenizer } from './llama.ts';
export { NGramModel, type NGramOptions, type SampleOptions } from './ngram.ts';
export { gpt2Pattern, llama3Pattern } from './patterns.ts';
export type { DecodeOptions, Tokenizer } from './tokenizer.ts';
export { splitWords, type WordOptions, WordTokenizer } from './words.ts';
