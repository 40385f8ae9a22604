/** Safetensors files on disk; Node only. */

import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { publicOp } from '../../forbid.ts';
import { FileFormatError } from '../../tensor/errors.ts';
import {
  type ByteSource,
  layOut,
  openSource,
  type SafetensorsOptions,
  type SafetensorsReader,
  storedBytes,
  type TensorDict,
} from './safetensors.ts';

/** Bytes read in one go; Node takes no more than 2^31. */
const piece = 2 ** 30;

/**
 * Opens a file of any size: reads its header only. Each tensor is read when it is asked for.
 *
 * @example const file = await openSafetensors('model.safetensors'); await file.getTensor('wte.weight')
 */
export const openSafetensors = publicOp(
  'openSafetensors',
  async (path: string): Promise<SafetensorsReader> => {
    return openSource(await fileSource(path));
  },
);

/**
 * All tensors of a safetensors file, by name.
 *
 * @throws FileFormatError for what is not a sound safetensors file
 */
export const loadSafetensors = publicOp(
  'loadSafetensors',
  async (path: string): Promise<TensorDict> => {
    return (await openSafetensors(path)).tensors();
  },
);

/**
 * Writes tensors to a safetensors file. What was there before is replaced once everything is
 * written, so that an interruption leaves the old file.
 */
export const saveSafetensors = publicOp(
  'saveSafetensors',
  async (path: string, tensors: TensorDict, options: SafetensorsOptions = {}): Promise<void> => {
    const { bytes, order } = layOut(tensors, options);
    const unfinished = `${path}.${randomUUID()}.unfinished`;
    try {
      await using file = await open(unfinished, 'wx');
      await file.writeFile(bytes);
      for (const entry of order) await file.writeFile(await storedBytes(entry));
      await file.sync();
      await rename(unfinished, path);
    } catch (error) {
      await rm(unfinished, { force: true });
      throw error;
    }
  },
);

/** Opens the file at every reading, so that nobody has to close it. */
async function fileSource(path: string): Promise<ByteSource> {
  await using file = await open(path);
  const status = await file.stat();
  if (!status.isFile()) throw new FileFormatError(`${path}: is not a file`);
  const { size } = status;
  return { name: path, size, read: (begin, end) => readRange(path, begin, end) };
}

async function readRange(
  path: string,
  begin: number,
  end: number,
): Promise<Uint8Array<ArrayBuffer>> {
  await using file = await open(path);
  const bytes = new Uint8Array(end - begin);
  let done = 0;
  while (done < bytes.length) {
    const length = Math.min(piece, bytes.length - done);
    const { bytesRead } = await file.read(bytes, done, length, begin + done);
    if (bytesRead === 0) {
      throw new FileFormatError(`${path}: ends at byte ${begin + done}; has it changed meanwhile?`);
    }
    done += bytesRead;
  }
  return bytes;
}
