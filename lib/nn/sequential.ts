/** Layers one after another. */

import type { Tensor } from '../tensor/tensor.ts';
import { announceLayer, demandLayer, Module } from './module.ts';

/** A layer from one tensor to one tensor. */
export type Layer = Module & { forward(x: Tensor): Tensor };

/**
 * Each layer gets what the one before it gave. Functions may stand among the layers.
 *
 * @example new Sequential(new Linear(2, 8, { seed }), relu, new Linear(8, 1, { seed }))
 */
export class Sequential extends Module {
  readonly layers: readonly (Layer | ((x: Tensor) => Tensor))[];

  constructor(...layers: (Layer | ((x: Tensor) => Tensor))[]) {
    demandLayer('Sequential');
    super();
    this.layers = layers;
  }

  override forward(x: Tensor): Tensor {
    demandLayer('Sequential');
    return this.layers.reduce(
      (y, layer) => (layer instanceof Module ? layer.forward(y) : layer(y)),
      x,
    );
  }
}

announceLayer('Sequential');
