/** The weights of a GPT as other programs know it: without layers that were put in afterwards. */

import { GPT } from '../models/gpt.ts';
import { LoRALinear } from '../nn/lora.ts';
import { Module } from '../nn/module.ts';
import { LibraryError } from '../tensor/errors.ts';
import { undrawn } from '../tensor/random.ts';
import { sameShape } from '../tensor/shape.ts';
import type { TensorDict } from './safetensors/safetensors.ts';

/**
 * Throws for models that other programs do not know.
 *
 * @param op what was asked for, as errors call it
 */
export function checkIsGPT(op: string, model: unknown): asserts model is GPT {
  if (model instanceof GPT) return;
  const kind = model instanceof Module ? model.constructor.name : typeof model;
  throw new LibraryError(
    `${op}: other programs know GPTs (with whichever options, so Llama too), not this ${kind}; ` +
      'keep its weights with saveSafetensors(file, model.stateDict())',
  );
}

/**
 * The state of the GPT with these settings that computes the same: what LoRA layers add is added to
 * the weights; the model itself stays as it is.
 *
 * @throws LibraryError where there is none: other layers were put in, such as quantised ones
 */
export function plainWeights(model: GPT): TensorDict {
  const state = model.stateDict();
  for (const name of Object.keys(state)) {
    const place = /^(.+)\.loraA$/.exec(name)?.[1];
    if (place !== undefined) mergeLoRA(state, place, layerAt(model, place));
  }
  const plain = new GPT(model.config, { seed: undrawn }).namedParameters();
  const missing = plain.find(
    ([name, x]) => !Object.hasOwn(state, name) || !sameShape(state[name]!.shape, x.shape),
  )?.[0];
  if (missing === undefined && Object.keys(state).length === plain.length) return state;
  throw new LibraryError(
    `${missing ?? 'a part of this model'} is not as in a GPT with its settings, and other programs ` +
      'know no other; keep such a model with saveSafetensors(file, model.stateDict())',
  );
}

function layerAt(model: GPT, place: string): unknown {
  return place
    .split('.')
    .reduce<unknown>((holder, name) => (holder as Record<string, unknown>)[name], model);
}

/** Gives the layer's weight and bias the names that they had before LoRA, with the change added. */
function mergeLoRA(state: TensorDict, place: string, layer: unknown): void {
  if (!(layer instanceof LoRALinear)) return;
  const { [`${place}.base.weight`]: weight, [`${place}.base.bias`]: bias } = state;
  const [a, b] = [state[`${place}.loraA`]!, state[`${place}.loraB`]!];
  for (const part of ['base.weight', 'base.bias', 'loraA', 'loraB'])
    delete state[`${place}.${part}`];
  if (bias !== undefined) state[`${place}.bias`] = bias;
  if (weight === undefined) return; // quantised
  state[`${place}.weight`] = layer.merged ? weight : weight.add(a.matmul(b).mul(layer.scale));
}
