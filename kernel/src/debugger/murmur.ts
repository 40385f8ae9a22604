const FACTOR = 0x5bd1e995;

/** MurmurHash2 of a text's UTF-8 bytes, by which Jupyter's clients name the files of cells. */
export function murmur2(text: string, seed: number): number {
  const data = new TextEncoder().encode(text);
  const view = new DataView(data.buffer);
  let hash = seed ^ data.length;
  let at = 0;
  for (; at + 4 <= data.length; at += 4) {
    let part = Math.imul(view.getUint32(at, true), FACTOR);
    part ^= part >>> 24;
    hash = Math.imul(hash, FACTOR) ^ Math.imul(part, FACTOR);
  }
  const rest = data.length - at;
  if (rest >= 3) hash ^= data[at + 2]! << 16;
  if (rest >= 2) hash ^= data[at + 1]! << 8;
  if (rest >= 1) hash = Math.imul(hash ^ data[at]!, FACTOR);
  hash = Math.imul(hash ^ (hash >>> 13), FACTOR);
  return (hash ^ (hash >>> 15)) >>> 0;
}
