/** The weights in a model's folder: one safetensors file, or several with an index; Node only. */

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { FileFormatError } from '../tensor/errors.ts';
import { numelOf } from '../tensor/shape.ts';
import type { WeightSource } from './gpt-names.ts';
import { openSafetensors } from './safetensors/file.ts';
import type { SafetensorsReader } from './safetensors/safetensors.ts';

const single = 'model.safetensors';
const index = 'model.safetensors.index.json';

/** Opens the files; tensors are read when they are asked for. */
export async function openWeights(folder: string): Promise<WeightSource> {
  const names = existsSync(path.join(folder, single)) ? [single] : await indexedFiles(folder);
  const owners = new Map<string, SafetensorsReader>();
  for (const file of names) {
    const reader = await openSafetensors(path.join(folder, file));
    for (const name of reader.keys()) {
      if (owners.has(name)) {
        throw new FileFormatError(`${folder}: tensor ${JSON.stringify(name)} is in two files`);
      }
      owners.set(name, reader);
    }
  }
  const sizes = [...owners].map(([name, reader]) => numelOf(reader.info(name).shape));
  return {
    keys: () => [...owners.keys()],
    getTensor: (name) => owners.get(name)!.getTensor(name),
    elements: sizes.reduce((sum, size) => sum + size, 0),
  };
}

/** The files that the index names. What they hold is told by their own headers. */
async function indexedFiles(folder: string): Promise<string[]> {
  if (!existsSync(path.join(folder, index))) {
    throw new FileFormatError(`${folder}: there is neither ${single} nor ${index}`);
  }
  const json = (await readJson(folder, index)) as { weight_map?: unknown } | null;
  const map = json?.weight_map;
  if (typeof map !== 'object' || map === null) {
    throw new FileFormatError(`${path.join(folder, index)}: has no weight_map`);
  }
  const files = new Set<unknown>(Object.values(map));
  for (const file of files) {
    // a name with a path in it could lead out of the folder
    if (typeof file === 'string' && /^[\w.-]+\.safetensors$/.test(file)) continue;
    throw new FileFormatError(
      `${path.join(folder, index)}: ${JSON.stringify(file)} does not name a safetensors file ` +
        'in this folder',
    );
  }
  return [...files] as string[];
}

/** The contents of a JSON file. */
export async function readJson(folder: string, name: string): Promise<unknown> {
  const file = path.join(folder, name);
  const text = await readFile(file, 'utf8');
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new FileFormatError(`${file}: is not JSON: ${(cause as Error).message}`, { cause });
  }
}
