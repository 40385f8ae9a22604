/** What models that write have in common: they read tokens, and say what may come next. */

/** Sequences that are being read, side by side. */
export interface Decoding {
  /**
   * Reads more tokens of each sequence, the same number of each, and gives the logits of what comes
   * after the last of them: `vocabularySize` numbers for each sequence.
   */
  read(ids: readonly (readonly number[])[]): Promise<Float32Array[]>;
  /** Goes on with these of its sequences, in this order; as many as there were. */
  select(sequences: readonly number[]): void;
}

/** A model that can go on with a sequence. */
export interface Decodable {
  /** Starts with `batch` empty sequences. */
  decode(batch?: number): Decoding;
}
