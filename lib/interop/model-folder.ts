/**
 * Models as folders, in the form in which Hugging Face's libraries keep them; Node only.
 *
 *     config.json                   the settings
 *     model.safetensors             the weights, or parts of them listed in …
 *     model.safetensors.index.json
 *     tokenizer.json                the tokenizer
 *     onnx/model.onnx               the model to be run by others, where it was exported
 */

import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { publicOp } from '../forbid.ts';
import type { GPT } from '../models/gpt.ts';
import { type HuggingFaceTokenizer, tokenizerFromJson } from '../text/hugging-face/tokenizer.ts';
import type { Tokenizer } from '../text/tokenizer.ts';
import { configToHuggingFace, layoutOf } from './gpt-config.ts';
import { gptToOnnx } from './gpt-onnx.ts';
import { gptFromSource, gptToHuggingFace } from './hugging-face.ts';
import { checkIsGPT } from './plain-weights.ts';
import { saveSafetensors } from './safetensors/file.ts';
import { type EndTokens, tokenizerFiles } from './tokenizer-files.ts';
import { openWeights, readJson } from './weight-files.ts';

/**
 * Saves a GPT, and its tokenizer where one is given, so that `loadModel` and Hugging Face's Python
 * library can load them. A mixture that is neither GPT-2 nor Llama is kept under our own names,
 * which only `loadModel` knows. Refused are models of another kind, and GPTs with quantised layers;
 * `saveSafetensors(file, model.stateDict())` keeps these.
 *
 * @param folder is made where it is missing
 */
export const saveModel = publicOp(
  'saveModel',
  async (
    folder: string,
    model: GPT,
    tokenizer?: Tokenizer,
    options: EndTokens = {},
  ): Promise<void> => {
    checkIsGPT('saveModel', model);
    const { files, ids } = tokenizerFiles(tokenizer, model.config, options);
    const { config, weights } = gptToHuggingFace(model, ids);
    await mkdir(folder, { recursive: true });
    // the weights first: they are what may fail
    const metadata = { format: 'pt' }; // without it the Python library refuses the file
    await saveSafetensors(path.join(folder, 'model.safetensors'), weights, { metadata });
    await writeJson(folder, { ...files, 'config.json': config });
  },
);

/**
 * Loads a GPT that `saveModel` has saved, or a public GPT-2 or Llama that lies in a folder.
 *
 * @returns the model, ready to generate (`eval`), and its tokenizer, null where there is none
 * @throws FileFormatError for files that are damaged, do not belong together, or are of another
 *   kind of model
 */
export const loadModel = publicOp(
  'loadModel',
  async (folder: string): Promise<{ model: GPT; tokenizer: HuggingFaceTokenizer | null }> => {
    const config = await readJson(folder, 'config.json');
    const model = await gptFromSource(config, await openWeights(folder));
    const known = existsSync(path.join(folder, 'tokenizer.json'));
    const tokenizer = known ? tokenizerFromJson(await readJson(folder, 'tokenizer.json')) : null;
    return { model, tokenizer };
  },
);

/**
 * Writes a folder that `@huggingface/transformers` and other programs run with ONNX Runtime. Give
 * a mixture that is neither GPT-2 nor Llama a folder of its own, without `saveModel`'s files.
 *
 * @example
 * await exportOnnx('my-model', model, tokenizer);
 * const write = await pipeline('text-generation', '/full/path/my-model', { dtype: 'fp32' });
 */
export const exportOnnx = publicOp(
  'exportOnnx',
  async (
    folder: string,
    model: GPT,
    tokenizer: Tokenizer,
    options: EndTokens = {},
  ): Promise<void> => {
    checkIsGPT('exportOnnx', model);
    const { config } = model;
    const { files, ids } = tokenizerFiles(tokenizer, config, options);
    const bytes = await gptToOnnx(model);
    await mkdir(path.join(folder, 'onnx'), { recursive: true });
    await writeFile(path.join(folder, 'onnx', 'model.onnx'), bytes);
    // of these settings the programs only look at the cache's; a mixture has a cache like Llama's
    const layout = layoutOf(config) ?? 'llama';
    await writeJson(folder, { ...files, 'config.json': configToHuggingFace(config, layout, ids) });
  },
);

async function writeJson(folder: string, files: Record<string, unknown>): Promise<void> {
  for (const [name, contents] of Object.entries(files)) {
    await writeFile(path.join(folder, name), `${JSON.stringify(contents, null, 2)}\n`);
  }
}
