/**
 * The tokenizer of Llama 1 and 2 and of Phi-3: byte-pair encoding with a vocabulary of 32 000
 * pieces, from the npm package llama-tokenizer-js. It is loaded when it is needed first, since
 * building its tables takes 60 ms.
 */

/** The part of llama-tokenizer-js that is used here. */
interface LlamaTokenizer {
  readonly vocabById: readonly string[];
  encode(text: string, bos: boolean): number[];
  decode(ids: readonly number[], bos: boolean): string;
}

/** Beginning of sequence. */
const bosId = 1;

let loaded: LlamaTokenizer | null = null;

/** The tokenizer, loaded at once; that is possible in Node only. */
function tokenizer(): LlamaTokenizer {
  if (loaded !== null) return loaded;
  const node = globalThis.process?.getBuiltinModule?.('node:module');
  if (node === undefined) {
    throw new Error('llamaTokenizer: outside Node write `await llamaTokenizer.load()` first');
  }
  loaded = node.createRequire(import.meta.url)('llama-tokenizer-js').default as LlamaTokenizer;
  return loaded;
}

/** From text to the ids of its pieces and back. */
export const llamaTokenizer = {
  /**
   * The ids of the pieces of `text`, with 1 (beginning of sequence) in front unless `bos` is false.
   *
   * @example llamaTokenizer.encode('Just a dummy sentence') // [1, 3387, 263, 20254, 10541]
   */
  encode(text: string, { bos = true }: { bos?: boolean } = {}): number[] {
    return tokenizer().encode(text, bos);
  },

  /**
   * The text of these ids; a 1 in front stands for the beginning of the sequence and is left out.
   */
  decode(ids: readonly number[]): string {
    return tokenizer().decode([...ids], ids[0] === bosId);
  },

  /**
   * The pieces that `text` is cut into, as the vocabulary spells them: ▁ is a space, <0x0A> a
   * single byte.
   */
  pieces(text: string): string[] {
    const { vocabById } = tokenizer();
    return llamaTokenizer.encode(text, { bos: false }).map((id) => vocabById[id]!);
  },

  /** Loads the vocabulary beforehand: needed in the browser, where it cannot be had at once. */
  async load(): Promise<void> {
    loaded ??= (await import('llama-tokenizer-js')).default as unknown as LlamaTokenizer;
  },
};
