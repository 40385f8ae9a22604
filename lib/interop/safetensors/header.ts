/**
 * The header of a safetensors file: which tensors there are, and where their bytes lie.
 *
 * A file is eight bytes that say how long the header is, the header, and the bytes of the tensors,
 * one after the other. The header is JSON of one fixed form, so it is read by that form: nothing
 * can be nested too deeply, named twice, or be a number that is not a plain integer. A header that
 * was not written in good faith ends in a FileFormatError.
 * Source: https://github.com/huggingface/safetensors#format
 */

import { FileFormatError } from '../../tensor/errors.ts';
import { HeaderReader } from './header-reader.ts';
import { isStoredType, type StoredType, storedTypes } from './types.ts';

/** What the header says of one tensor. */
export interface TensorInfo {
  readonly dtype: StoredType;
  readonly shape: readonly number[];
  /** Its bytes, counted from the end of the header: from `begin` up to but without `end`. */
  readonly begin: number;
  readonly end: number;
}

export interface Header {
  /** Notes by name; PyTorch writes `{ format: 'pt' }`. */
  readonly metadata: Record<string, string>;
  readonly tensors: ReadonlyMap<string, TensorInfo>;
}

/** Bytes of the number in front of the header. */
export const prefixLength = 8;

/** What the Python library reads at most, in bytes. */
export const longestHeader = 100_000_000;

/** What PyTorch knows at most. */
const mostDimensions = 64;

export const metadataName = '__metadata__';

/**
 * The length of the header, from the first eight bytes.
 *
 * @param size of the whole file, in bytes
 */
export function headerLength(prefix: Uint8Array, size: number, file: string): number {
  if (size < prefixLength) {
    throw new FileFormatError(
      `${file}: has ${size} bytes; a safetensors file has at least ${prefixLength}`,
    );
  }
  const view = new DataView(prefix.buffer, prefix.byteOffset, prefixLength);
  const length = view.getBigUint64(0, true);
  if (length > longestHeader) {
    throw new FileFormatError(
      `${file}: says that its header has ${length} bytes, more than the ${longestHeader} that ` +
        'are allowed; is it a safetensors file?',
    );
  }
  if (length > size - prefixLength) {
    throw new FileFormatError(
      `${file}: says that its header has ${length} bytes, but only ${size - prefixLength} ` +
        'follow; it is cut short or not a safetensors file',
    );
  }
  return Number(length);
}

/**
 * Reads a header and checks that the tensors fill the rest of the file, each byte once.
 *
 * @param dataLength bytes after the header
 */
export function parseHeader(bytes: Uint8Array, dataLength: number, file: string): Header {
  const reader = new HeaderReader(decode(bytes, file), file);
  const tensors = new Map<string, TensorInfo>();
  const metadata = new Map<string, string>();
  reader.object('the header', (name) => {
    if (name !== metadataName) tensors.set(name, readInfo(reader, name));
    else reader.object(metadataName, (key) => metadata.set(key, reader.string()));
  });
  reader.finish();
  checkLayout(tensors, dataLength, file);
  return { metadata: Object.fromEntries(metadata), tensors };
}

function decode(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new FileFormatError(`${file}: the header is not UTF-8 text`, { cause });
  }
}

function readInfo(reader: HeaderReader, name: string): TensorInfo {
  const what = `tensor ${JSON.stringify(name)}`;
  let dtype: string | undefined;
  let shape: number[] | undefined;
  let offsets: number[] | undefined;
  reader.object(what, (key) => {
    if (key === 'dtype') dtype = reader.string();
    else if (key === 'shape') shape = reader.integers(mostDimensions);
    else if (key === 'data_offsets') offsets = reader.integers(2);
    else reader.fail(`${what} has an unknown entry ${JSON.stringify(key)}`);
  });
  if (dtype === undefined || shape === undefined || offsets?.length !== 2) {
    reader.fail(`${what} needs a dtype, a shape and two data_offsets`);
  }
  if (!isStoredType(dtype)) {
    const known = Object.keys(storedTypes).join(', ');
    reader.fail(`${what} has the type ${JSON.stringify(dtype)}; what can be read is ${known}`);
  }
  const [begin, end] = offsets as [number, number];
  const length = shape.reduce((product, n) => {
    if (product * n > Number.MAX_SAFE_INTEGER) reader.fail(`${what} is too large: [${shape}]`);
    return product * n;
  }, storedTypes[dtype].bytes);
  if (length !== end - begin) {
    reader.fail(
      `${what} takes ${length} bytes as ${dtype} [${shape}], but its offsets ${begin} and ${end} ` +
        `hold ${end - begin}`,
    );
  }
  return { dtype, shape, begin, end };
}

/** No gaps, no overlaps, nothing before, nothing behind. */
function checkLayout(tensors: Map<string, TensorInfo>, dataLength: number, file: string): void {
  let at = 0;
  const inOrder = [...tensors].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
  for (const [name, { begin, end }] of inOrder) {
    if (begin !== at) {
      const wrong = begin < at ? 'overlaps the one before' : 'leaves a gap before it';
      throw new FileFormatError(
        `${file}: tensor ${JSON.stringify(name)} begins at byte ${begin} instead of ${at}: it ` +
          wrong,
      );
    }
    at = end;
  }
  if (at !== dataLength) {
    throw new FileFormatError(
      `${file}: the tensors take ${at} bytes, but ${dataLength} follow the header; ` +
        (at > dataLength ? 'the file is cut short' : 'there is something behind them'),
    );
  }
}
