/** Checkpoints on disk: one safetensors file, whose notes hold what is no tensor; Node only. */

import { openSafetensors, saveSafetensors } from '../interop/safetensors/file.ts';
import { FileFormatError } from '../tensor/errors.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Checkpoint } from './checkpoint.ts';

const model = 'model.';
const moments = 'optimizer.';
const note = 'lectern.checkpoint';

/**
 * Writes a checkpoint to a file. A checkpoint that was there before is replaced once everything is
 * written, so that there is a whole one at any time.
 */
export async function saveCheckpoint(path: string, checkpoint: Checkpoint): Promise<void> {
  const { model: parameters, optimizer, ...rest } = checkpoint;
  const { moments: remembered, ...options } = optimizer;
  const tensors = { ...prefixed(model, parameters), ...prefixed(moments, remembered) };
  const metadata = { [note]: JSON.stringify({ ...rest, optimizer: options }) };
  await saveSafetensors(path, tensors, { metadata });
}

/**
 * The checkpoint in a file that `saveCheckpoint` wrote.
 *
 * @throws FileFormatError for any other file
 */
export async function loadCheckpoint(path: string): Promise<Checkpoint> {
  const file = await openSafetensors(path);
  const rest = parsed(path, file.metadata[note]);
  const tensors = await file.tensors();
  return {
    ...rest,
    model: unprefixed(model, tensors),
    optimizer: { ...rest.optimizer, moments: unprefixed(moments, tensors) },
  };
}

/** What `restore` does not check itself is checked here. */
function parsed(path: string, text: string | undefined): Checkpoint {
  try {
    const found = JSON.parse(text ?? '');
    const { step, random, optimizer, best } = found;
    const sound =
      Number.isInteger(step) &&
      step >= 0 &&
      Array.isArray(random) &&
      Array.isArray(optimizer.groups) &&
      Array.isArray(optimizer.steps) &&
      (best === null || Number.isInteger(best.step));
    if (sound) return found;
  } catch {
    // said below
  }
  throw new FileFormatError(`${path}: is not a checkpoint that saveCheckpoint wrote`);
}

function prefixed(prefix: string, tensors: Record<string, Tensor>): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(tensors).map(([name, x]) => [prefix + name, x]));
}

function unprefixed(prefix: string, tensors: Record<string, Tensor>): Record<string, Tensor> {
  const own = Object.entries(tensors).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(own.map(([name, x]) => [name.slice(prefix.length), x]));
}
