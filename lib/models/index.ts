/** Models, each in one file that reads like the paper's figure. */

export type { Decodable, Decoding } from './decoding.ts';
export { GPT, type GPTConfig, gpt2, gptNano, llama } from './gpt.ts';
