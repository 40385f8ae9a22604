/** GPT-2 and Llama as Hugging Face keeps them (settings and weights), and our GPT. */

import { publicOp } from '../forbid.ts';
import { GPT } from '../models/gpt.ts';
import { FileFormatError } from '../tensor/errors.ts';
import { undrawn } from '../tensor/random.ts';
import { numelOf } from '../tensor/shape.ts';
import {
  configFromJson,
  configToJson,
  type JsonObject,
  layoutOf,
  parameterCount,
  type TokenIds,
} from './gpt-config.ts';
import { readWeights, type WeightSource, writtenWeights } from './gpt-names.ts';
import { checkIsGPT, plainWeights } from './plain-weights.ts';
import type { TensorDict } from './safetensors/safetensors.ts';

/**
 * Our GPT with the settings and weights of a public GPT-2 or Llama.
 *
 * @param config the contents of its `config.json`, parsed
 * @param weights its tensors by name, as `readSafetensors` gives them
 * @returns the model, ready to generate (`eval`)
 * @throws FileFormatError where it is another kind of model, or the weights are not its own
 */
export const gptFromHuggingFace = publicOp(
  'gptFromHuggingFace',
  async (config: unknown, weights: TensorDict): Promise<GPT> => {
    const sizes = Object.values(weights).map(({ shape }) => numelOf(shape));
    return gptFromSource(config, {
      keys: () => Object.keys(weights),
      getTensor: async (name) => weights[name]!,
      elements: sizes.reduce((sum, size) => sum + size, 0),
    });
  },
);

/** @internal The same with weights that are read one by one. */
export async function gptFromSource(json: unknown, weights: WeightSource): Promise<GPT> {
  const { layout, config } = configFromJson(json);
  const needed = parameterCount(config);
  if (weights.elements < needed) {
    // checked before anything of that size is made
    throw new FileFormatError(
      `config.json describes a model of ${needed} parameters, but its files only have ` +
        `${weights.elements} numbers`,
    );
  }
  const model = new GPT(config, { seed: undrawn });
  const names = model.namedParameters().map(([name]) => name);
  model.loadStateDict(await readWeights(weights, layout, names));
  return model.eval();
}

/**
 * What Hugging Face's libraries need to know of our GPT: the contents of its `config.json`, and its
 * weights by their names there. A mixture that is neither GPT-2 nor Llama keeps our own names, which
 * only `gptFromHuggingFace` knows.
 */
export const gptToHuggingFace = publicOp(
  'gptToHuggingFace',
  (model: GPT, ends: TokenIds = {}): { config: JsonObject; weights: TensorDict } => {
    checkIsGPT('gptToHuggingFace', model);
    const layout = layoutOf(model.config);
    const state = plainWeights(model);
    const weights = layout === null ? state : writtenWeights(state, layout, model.config);
    return { config: configToJson(model.config, ends), weights };
  },
);
