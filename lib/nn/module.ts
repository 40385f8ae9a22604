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

  /** The tensors that are learned: those in fields of this layer, then those of the layers within it. */
  parameters(): Tensor[] {
    return fieldsOf(this).flatMap(([, value]) =>
      value instanceof Tensor ? [value] : value.parameters(),
    );
  }

  /**
   * The same layer with other parameters, in the order of `parameters()`; this one stays as it is.
   *
   * @example grad((...p: Tensor[]) => loss(model.withParameters(p)))(...model.parameters())
   */
  withParameters(parameters: readonly Tensor[]): this {
    const own = this.parameters();
    if (parameters.length !== own.length) {
      throw new ShapeError(
        `withParameters: this layer has ${own.length} parameters, got ${parameters.length}`,
      );
    }
    return replaced(this, [...parameters]);
  }
}

/** A copy of `layer` that takes its parameters from the front of `queue`. */
function replaced<M extends Module>(layer: M, queue: Tensor[]): M {
  const copy = Object.assign(Object.create(Object.getPrototypeOf(layer)), layer);
  for (const [name, value] of fieldsOf(layer)) {
    if (value instanceof Module) {
      copy[name] = replaced(value, queue);
      continue;
    }
    const next = queue.shift()!;
    if (!sameShape(next.shape, value.shape)) {
      throw new ShapeError(
        `withParameters: ${name} has shape ${show(value.shape)}, got ${show(next.shape)}`,
      );
    }
    copy[name] = next;
  }
  return copy;
}

function fieldsOf(layer: Module): [string, Tensor | Module][] {
  return Object.entries(layer).filter(
    (field): field is [string, Tensor | Module] =>
      field[1] instanceof Tensor || field[1] instanceof Module,
  );
}
