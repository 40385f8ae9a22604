/**
 * Tokenizers of Hugging Face's `tokenizer.json`, the file that public models come with: byte-level
 * BPE (GPT-2, Llama 3, Qwen …), BPE with a mark for spaces and bytes for what is unknown (Llama 2,
 * Mistral, Gemma …), Unigram (T5, XLM-R …), WordPiece (BERT …) and plain words.
 *
 * A text goes through a line of small steps, each a function: added tokens are found, the rest is
 * normalized, cut into pieces, and given to the model; special tokens are put around. Decoding
 * spells the ids and goes through the steps of the decoder. What a file asks for beyond that is
 * refused by name.
 */

import { publicOp } from '../../forbid.ts';
import { type DecodeOptions, noSuchId, type Tokenizer } from '../tokenizer.ts';
import { type AddedToken, addedTokens, finder } from './added-tokens.ts';
import { type Decoder, decoder } from './decoders.ts';
import { Json } from './json.ts';
import type { Model } from './model.ts';
import { model } from './models.ts';
import { type Normalizer, normalizer } from './normalizers.ts';
import { type Frame, finish, type Lengths, lengths, postProcessor } from './post-processors.ts';
import { type PreTokenizer, preTokenizer } from './pre-tokenizers.ts';
import type { Piece } from './split.ts';

/** Forgotten and begun anew when so many pieces are remembered. */
const rememberedPieces = 100_000;

export interface EncodeOptions {
  /** Put the special tokens of the file around the text, such as `<s>`; true where left out. */
  addSpecialTokens?: boolean;
}

/** A tokenizer read from a tokenizer.json. */
export class HuggingFaceTokenizer implements Tokenizer {
  readonly vocabularySize: number;
  readonly specialTokens: ReadonlyMap<string, number>;
  readonly #ids: ReadonlyMap<string, number>;
  readonly #tokens: ReadonlyMap<number, string>;
  readonly #findRaw: (piece: Piece) => (Piece | number)[];
  readonly #findNormalized: (piece: Piece) => (Piece | number)[];
  readonly #normalize: Normalizer;
  readonly #cut: PreTokenizer;
  readonly #model: Model;
  readonly #frame: Frame;
  readonly #lengths: Lengths;
  readonly #decode: Decoder;
  /** How added tokens look to the decoder, where that is not how they are spelled. */
  readonly #decoded: ReadonlyMap<number, string>;
  readonly #source: unknown;
  #remembered = new Map<string, readonly number[]>();

  /** @throws LibraryError that names the part of the file which is wrong or not supported */
  constructor(json: Json) {
    this.#source = json.value;
    this.#normalize = normalizer(json.get('normalizer'));
    this.#cut = preTokenizer(json.get('pre_tokenizer'));
    this.#model = model(json.get('model'));
    this.#frame = postProcessor(json.get('post_processor'));
    this.#decode = decoder(json.get('decoder'));
    this.#lengths = lengths(json.get('truncation'), json.get('padding'));
    const added = addedTokens(json.get('added_tokens'), this.#model.vocabulary, this.#normalize);
    const isRaw = (token: AddedToken) => token.normalized === null;
    this.#findRaw = finder(added.filter(isRaw), (token) => token.content);
    this.#findNormalized = finder(
      added.filter((token) => !isRaw(token)),
      (token) => token.normalized!,
    );
    this.#decoded = new Map(added.map((token) => [token.id, token.normalized ?? token.content]));
    this.specialTokens = new Map(
      added.filter(({ special }) => special).map(({ content, id }) => [content, id]),
    );
    const ids = new Map(this.#model.vocabulary);
    for (const { content, id } of added) ids.set(content, id);
    this.#ids = ids;
    this.#tokens = new Map([...ids].map(([token, id]) => [id, token]));
    this.vocabularySize = [...ids.values()].reduce((most, id) => Math.max(most, id + 1), 0);
    checkKnown(
      json.get('post_processor'),
      [...this.#frame.before, ...this.#frame.after],
      this.#tokens,
    );
  }

  /** @param text half a surrogate pair, which is no character, is read as U+FFFD (�) */
  encode(text: string, { addSpecialTokens = true }: EncodeOptions = {}): number[] {
    const ids: number[] = [];
    for (const raw of this.#findRaw({ text: text.toWellFormed(), first: true })) {
      if (typeof raw === 'number') ids.push(raw);
      else this.#encodeRaw(raw, ids);
    }
    return finish(ids, addSpecialTokens ? this.#frame : { before: [], after: [] }, this.#lengths);
  }

  decode(ids: Iterable<number>, { skipSpecialTokens = false }: DecodeOptions = {}): string {
    const tokens: string[] = [];
    for (const id of ids) {
      const token = this.token(id);
      if (skipSpecialTokens && this.specialTokens.has(token)) continue;
      tokens.push(this.#decoded.get(id) ?? token);
    }
    return this.#decode(tokens).join('');
  }

  token(id: number): string {
    return this.#tokens.get(id) ?? noSuchId(id, this.vocabularySize);
  }

  id(token: string): number | undefined {
    return this.#ids.get(token);
  }

  /** The contents of the tokenizer.json that this was read from. */
  toJSON(): unknown {
    return structuredClone(this.#source);
  }

  /** A run of text between added tokens that are looked for before normalizing. */
  #encodeRaw(raw: Piece, ids: number[]): void {
    const normalized = { text: this.#normalize(raw.text), first: raw.first };
    for (const part of this.#findNormalized(normalized)) {
      if (typeof part === 'number') ids.push(part);
      else {
        for (const piece of this.#cut(part)) {
          for (const id of this.#encodePiece(piece.text)) ids.push(id);
        }
      }
    }
  }

  #encodePiece(piece: string): readonly number[] {
    const known = this.#remembered.get(piece);
    if (known !== undefined) return known;
    const own = this.#model.encode(piece);
    if (this.#remembered.size >= rememberedPieces) this.#remembered = new Map();
    this.#remembered.set(piece, own);
    return own;
  }
}

/**
 * Reads a tokenizer.json.
 *
 * Differences from the Python library: an id that no token has is an error when decoding, an id
 * that two tokens have is one when reading, and special tokens are kept in decoded text unless
 * `skipSpecialTokens` is set. A regular expression in the file runs as it is written, and one made to run
 * for ever will: read files of strangers with a time limit.
 *
 * @param json the contents of the file, as text or parsed
 * @example text.tokenizerFromJson(readFileSync('tokenizer.json', 'utf8')).encode('Hello')
 */
export const tokenizerFromJson = publicOp(
  'text.tokenizerFromJson',
  (json: unknown): HuggingFaceTokenizer =>
    new HuggingFaceTokenizer(Json.root(json, 'tokenizer.json')),
);

function checkKnown(json: Json, ids: readonly number[], tokens: ReadonlyMap<number, string>): void {
  for (const id of ids) {
    if (!tokens.has(id)) json.fail(`puts in the id ${id}, which no token has`);
  }
}
