/** One step of reading with a cache, compiled; see `cached-decoding.ts`. */

import { type CompiledFunction, compiled } from '../backend/compile.ts';
import type { Module } from '../nn/module.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { CachedModel, Past } from './cached-decoding.ts';
import { inference } from './pieces.ts';

type Results = readonly [logits: Tensor, news: Tensor];

export type CachedStep = (ids: Tensor, past: Past) => Promise<Results>;

const steps = new WeakMap<CachedModel, { step: CachedStep; parts: readonly unknown[] }>();

/**
 * The model's `forwardCached`, compiled: written down once, then only computed, until the model has
 * changed its form: layers or their buffers were replaced by others (quantised ones), or one of
 * their settings is another (LoRA that was merged).
 */
export function stepOf(model: CachedModel): CachedStep {
  const parts = formOf(model);
  const known = steps.get(model);
  if (known !== undefined && areSame(known.parts, parts)) return known.step;
  const choice = new Choice(model);
  const step: CachedStep = (ids, { layers, mask, places, last, memory }) => {
    const past = layers.flatMap(({ keys, values }) => [keys, values]);
    return choice.for(ids).call(ids, mask, places, last, ...past, ...memory);
  };
  steps.set(model, { step, parts });
  return step;
}

/** So many tokens are read with changed weights before these are taken to stay. */
const patience = 64;

/**
 * Between two forms of the step: one that reads the weights at each run, and for a single token of a
 * single text one that contains them, which is faster by half and has to be compiled anew when they
 * change: at the first token, and again when a model in training has stayed as it is for a while.
 */
class Choice {
  readonly #model: CachedModel;
  readonly #live: CompiledFunction<Tensor[], Results>;
  #frozen: CompiledFunction<Tensor[], Results> | null = null;
  /** The values with which the model was read last; none before. */
  #weights: readonly Tensor[] = [];
  #patience = 0;

  constructor(model: CachedModel) {
    this.#model = model;
    this.#live = this.#compiled({ frozen: false });
  }

  for(ids: Tensor): CompiledFunction<Tensor[], Results> {
    if (ids.numel > 1) return this.#live;
    const weights = this.#model.parameters().map((parameter) => parameter.snapshot);
    if (!areSame(weights, this.#weights)) {
      if (this.#weights.length > 0) this.#patience = patience;
      this.#weights = weights;
      this.#frozen?.release();
      this.#frozen = null;
    }
    if (this.#frozen === null && this.#patience-- > 0) return this.#live;
    this.#frozen ??= this.#compiled({ frozen: true });
    return this.#frozen;
  }

  #compiled(options: { frozen: boolean }): CompiledFunction<Tensor[], Results> {
    const model = this.#model;
    return compiled((...[ids, mask, places, last, ...others]: Tensor[]) => {
      const past = others.splice(0, 2 * model.config.layers);
      const layers = Array.from({ length: past.length / 2 }, (_, i) => {
        return { keys: past[2 * i]!, values: past[2 * i + 1]! };
      });
      const { logits, news } = inference(model, () =>
        model.forwardCached(ids!, {
          layers,
          mask: mask!,
          places: places!,
          last: last!,
          memory: others,
        }),
      );
      return [logits, news] as const;
    }, options);
  }
}

function areSame(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((x, i) => x === b[i]);
}

/** All that decides what a model's graph looks like. */
function formOf(model: Module): unknown[] {
  const layers = model.modules();
  const settings = layers.flatMap(({ training: _, ...fields }) =>
    Object.values(fields).filter((field) => typeof field !== 'object'),
  );
  return [...layers, ...settings, ...model.namedBuffers().map(([, buffer]) => buffer)];
}
