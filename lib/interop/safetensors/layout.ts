/** The layout of a safetensors file that is to be written: header, order and padding. */

import { FileFormatError } from '../../tensor/errors.ts';
import { longestHeader, metadataName, prefixLength } from './header.ts';
import { type StoredType, storedTypes } from './types.ts';

/** What is to be written of one tensor. */
export interface Entry {
  readonly name: string;
  readonly dtype: StoredType;
  readonly shape: readonly number[];
}

/**
 * The bytes in front of the tensors (length and header), and the tensors in the order in which they
 * follow: as the Python library has them, widest type first and then by name, so that every tensor
 * is aligned.
 */
export function writeHeader<E extends Entry>(
  entries: readonly E[],
  metadata: Record<string, string> | undefined,
): { bytes: Uint8Array; order: E[] } {
  const order = [...entries].sort(
    (a, b) => storedTypes[b.dtype].rank - storedTypes[a.dtype].rank || byCodePoint(a.name, b.name),
  );
  const parts = metadata ? [`"${metadataName}":${JSON.stringify(checkNotes(metadata))}`] : [];
  let begin = 0;
  for (const { name, dtype, shape } of order) {
    checkText(name);
    if (name === metadataName) {
      throw new FileFormatError(`safetensors: no tensor can be called ${name}`);
    }
    const end = begin + shape.reduce((product, n) => product * n, 1) * storedTypes[dtype].bytes;
    parts.push(
      `${JSON.stringify(name)}:{"dtype":"${dtype}","shape":[${shape}],` +
        `"data_offsets":[${begin},${end}]}`,
    );
    begin = end;
  }
  const json = new TextEncoder().encode(`{${parts.join()}}`);
  const length = Math.ceil(json.length / prefixLength) * prefixLength;
  if (length > longestHeader) {
    throw new FileFormatError(
      `safetensors: the header would have ${length} bytes, more than the ${longestHeader} allowed`,
    );
  }
  const bytes = new Uint8Array(prefixLength + length).fill(0x20); // padded with spaces
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(json, prefixLength);
  return { bytes, order };
}

function checkNotes(metadata: Record<string, string>): Record<string, string> {
  for (const [key, value] of Object.entries(metadata)) {
    if (typeof value !== 'string') {
      throw new FileFormatError(
        `safetensors: metadata are texts by name; ${key} is of type ${typeof value}`,
      );
    }
    checkText(key);
    checkText(value);
  }
  return metadata;
}

function checkText(text: string): void {
  if (text.isWellFormed()) return;
  throw new FileFormatError(
    `safetensors: ${JSON.stringify(text)} has half a character and cannot be written as UTF-8`,
  );
}

/** As UTF-8 bytes compare; JavaScript's own order differs beyond U+FFFF. */
function byCodePoint(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const difference = left[i]!.codePointAt(0)! - right[i]!.codePointAt(0)!;
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
