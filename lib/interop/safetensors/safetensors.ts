/**
 * Tensors by name in safetensors files, the way models are exchanged today. What is written is, bit
 * for bit, what the Python library writes; what it writes is read here.
 */

import { publicOp } from '../../forbid.ts';
import { FileFormatError } from '../../tensor/errors.ts';
import { Tensor } from '../../tensor/tensor.ts';
import { type Header, headerLength, parseHeader, prefixLength, type TensorInfo } from './header.ts';
import { type Entry, writeHeader } from './layout.ts';
import { storedAs, storedTypes, toBrainFloat } from './types.ts';

/** Tensors by name, such as a model's `stateDict()`. */
export type TensorDict = Record<string, Tensor>;

export interface SafetensorsOptions {
  /** Notes to keep in the file. The Python library expects `{ format: 'pt' }` of PyTorch's files. */
  metadata?: Record<string, string>;
  /** Whether float32 is written as BF16, rounded: half the size. Reading gives float32 again. */
  bfloat16?: boolean;
}

type Stored = Entry & { tensor: Tensor };

/** @internal Where bytes come from: memory or a file. */
export interface ByteSource {
  /** What errors call it. */
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** Bytes `begin` up to but without `end`, as a copy at the start of a buffer of its own. */
  read(begin: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
}

/**
 * A safetensors file whose header has been read and checked; tensors are read when asked for.
 */
export class SafetensorsReader {
  readonly #source: ByteSource;
  readonly #header: Header;
  /** Where the tensors begin. */
  readonly #start: number;

  /** @internal Use `openSafetensors`. */
  constructor(source: ByteSource, header: Header, start: number) {
    this.#source = source;
    this.#header = header;
    this.#start = start;
  }

  /** The names of the tensors, in the order of the header. */
  keys(): string[] {
    return [...this.#header.tensors.keys()];
  }

  /** Notes in the file. */
  get metadata(): Record<string, string> {
    return { ...this.#header.metadata };
  }

  /** Type and shape of a tensor as the file has it, without reading it. */
  info(name: string): { dtype: string; shape: number[] } {
    const { dtype, shape } = this.#find(name);
    return { dtype, shape: [...shape] };
  }

  /**
   * Reads one tensor. BF16 becomes float32, integers that the library does not have a wider type;
   * F64 is rounded to float32.
   */
  async getTensor(name: string): Promise<Tensor> {
    const { dtype, shape, begin, end } = this.#find(name);
    const stored = storedTypes[dtype];
    const bytes = await this.#source.read(this.#start + begin, this.#start + end);
    try {
      return new Tensor(shape, stored.dtype, { op: null, data: stored.decode(bytes.buffer) });
    } catch (error) {
      if (!(error instanceof FileFormatError)) throw error;
      throw new FileFormatError(
        `${this.#source.name}: tensor ${JSON.stringify(name)}: ${error.message}`,
      );
    }
  }

  /** Reads all tensors. */
  async tensors(): Promise<TensorDict> {
    const entries: [string, Tensor][] = [];
    for (const name of this.keys()) entries.push([name, await this.getTensor(name)]);
    return Object.fromEntries(entries);
  }

  #find(name: string): TensorInfo {
    const info = this.#header.tensors.get(name);
    if (info !== undefined) return info;
    throw new FileFormatError(
      `${this.#source.name}: has no tensor ${JSON.stringify(name)}; keys() lists what it has`,
    );
  }
}

/** @internal Reads and checks the header. */
export async function openSource(source: ByteSource): Promise<SafetensorsReader> {
  const { name, size } = source;
  const length = headerLength(await source.read(0, Math.min(prefixLength, size)), size, name);
  const start = prefixLength + length;
  const header = parseHeader(await source.read(prefixLength, start), size - start, name);
  return new SafetensorsReader(source, header, start);
}

/**
 * The tensors in the bytes of a safetensors file.
 *
 * @throws FileFormatError for what is not a sound safetensors file
 */
export const readSafetensors = publicOp(
  'readSafetensors',
  async (bytes: Uint8Array): Promise<TensorDict> => {
    const source = {
      name: 'readSafetensors',
      size: bytes.length,
      read: async (begin: number, end: number) => new Uint8Array(bytes.subarray(begin, end)),
    };
    return (await openSource(source)).tensors();
  },
);

/** The bytes of a safetensors file with these tensors. */
export const writeSafetensors = publicOp(
  'writeSafetensors',
  async (tensors: TensorDict, options: SafetensorsOptions = {}): Promise<Uint8Array> => {
    const { bytes, order } = layOut(tensors, options);
    const parts = [bytes];
    for (const entry of order) parts.push(await storedBytes(entry));
    const file = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      file.set(part, at);
      at += part.length;
    }
    return file;
  },
);

/** @internal The beginning of the file, and the tensors in the order in which they follow. */
export function layOut(
  tensors: TensorDict,
  { metadata, bfloat16 = false }: SafetensorsOptions,
): { bytes: Uint8Array; order: Stored[] } {
  const entries = Object.entries(tensors).map(([name, tensor]) => ({
    name,
    dtype: bfloat16 && tensor.dtype === 'float32' ? 'BF16' : storedAs[tensor.dtype],
    shape: tensor.shape,
    tensor,
  }));
  return writeHeader(entries, metadata);
}

/** @internal A tensor as its file has it. */
export async function storedBytes({ tensor, dtype }: Stored): Promise<Uint8Array> {
  if (dtype !== 'BF16') return bytesOf(tensor);
  return new Uint8Array(toBrainFloat((await tensor.data()) as Float32Array).buffer);
}

/** @internal The tensor's elements as bytes, lowest byte first, as every machine of today has them. */
export async function bytesOf(tensor: Tensor): Promise<Uint8Array> {
  const { buffer, byteOffset, byteLength } = await tensor.data();
  return new Uint8Array(buffer, byteOffset, byteLength);
}
