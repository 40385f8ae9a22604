/** What all layers have in common: parameters, found by looking through the fields. */

import { announce, demandLeave } from '../forbid.ts';
import { ShapeError } from '../tensor/errors.ts';
import { sameShape, show } from '../tensor/shape.ts';
import { Tensor } from '../tensor/tensor.ts';

/** Announces a layer's name, so that an exercise can ask for it to be written. */
export const announceLayer = (name: string): void => announce(`nn.${name}`);

/** Throws where an exercise asks for this layer to be written. */
export const demandLayer = (name: string): void => demandLeave(`nn.${name}`);

/** A layer: tensors that are learned, and a function of its input that uses them. */
export abstract class Module {
  abstract forward(x: Tensor, ...rest: never[]): Tensor;

  /**
   * The tensors that are learned: those in the fields of this layer, in order, and of the layers in
   * its fields.
   */
  parameters(): Tensor[] {
    return Object.values(this).flatMap(parametersOf);
  }

  /**
   * The same layer with other parameters, in the order of `parameters()`; this one stays as it is.
   *
   * @example grad((...p: Tensor[]) => loss(model.withParameters(p)))(...model.parameters())
   */
  withParameters(parameters: readonly Tensor[]): this {
    const count = this.parameters().length;
    if (parameters.length !== count) {
      throw new ShapeError(
        `withParameters: this layer has ${count} parameters, got ${parameters.length}`,
      );
    }
    return withFields(this, [...parameters]);
  }
}

/** The parameters in a field: a tensor, a layer, or a list of these. */
function parametersOf(field: unknown): Tensor[] {
  if (field instanceof Tensor) return [field];
  if (field instanceof Module) return field.parameters();
  return Array.isArray(field) ? field.flatMap(parametersOf) : [];
}

/** A copy of `layer` that takes its parameters from the front of `queue`. */
function withFields<M extends Module>(layer: M, queue: Tensor[]): M {
  const copy = Object.create(Object.getPrototypeOf(layer));
  for (const [name, field] of Object.entries(layer)) copy[name] = replaced(name, field, queue);
  return copy;
}

function replaced(name: string, field: unknown, queue: Tensor[]): unknown {
  if (field instanceof Module) return withFields(field, queue);
  if (Array.isArray(field)) return field.map((item, i) => replaced(`${name}[${i}]`, item, queue));
  if (!(field instanceof Tensor)) return field;
  const next = queue.shift()!;
  if (sameShape(next.shape, field.shape)) return next;
  throw new ShapeError(
    `withParameters: ${name} has shape ${show(field.shape)}, got ${show(next.shape)}`,
  );
}
