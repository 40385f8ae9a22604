/** What all layers have in common: parameters, found by looking through the fields. */

import { announce, demandLeave } from '../forbid.ts';
import { LibraryError, ShapeError } from '../tensor/errors.ts';
import { Parameter } from '../tensor/parameter.ts';
import { sameShape, show } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** Announces a layer's name, so that an exercise can ask for it to be written. */
export const announceLayer = (name: string): void => announce(`nn.${name}`);

/** Throws where an exercise asks for this layer to be written. */
export const demandLayer = (name: string): void => demandLeave(`nn.${name}`);

/**
 * A layer: parameters, and a function of its input that uses them. Parameters, layers, and lists of
 * these in its fields belong to it; other tensors in its fields are constants.
 */
export abstract class Module {
  /** Whether the layer is being trained: dropout only acts then. */
  training = true;

  abstract forward(...inputs: never[]): unknown;

  /** All parameters, in the order of the fields; what is shared appears once. */
  parameters(): Parameter[] {
    return [...new Set(this.namedParameters().map(([, parameter]) => parameter))];
  }

  /** The parameters that are not frozen: what an optimizer is to change. */
  trainableParameters(): Parameter[] {
    return this.parameters().filter((parameter) => parameter.requiresGrad);
  }

  /** Freezes all parameters, so that training leaves them alone; `freeze(false)` undoes it. */
  freeze(on = true): this {
    for (const parameter of this.parameters()) parameter.requiresGrad = !on;
    return this;
  }

  /** All parameters by their place, such as `blocks.0.attention.query.weight`. */
  namedParameters(): [name: string, parameter: Parameter][] {
    return Object.entries(this).flatMap(([name, field]) => named(name, field));
  }

  /** This layer and all layers in it, each once. */
  modules(): Module[] {
    return [...new Set([this, ...Object.values(this).flatMap(modulesOf)])];
  }

  /** Switches this layer and all in it to training, or back with `train(false)`. */
  train(on = true): this {
    for (const module of this.modules()) module.training = on;
    return this;
  }

  /** Switches to using what was learned: `train(false)`. */
  eval(): this {
    return this.train(false);
  }

  /** A copy of all parameters by name, which training does not change. */
  stateDict(): Record<string, Tensor> {
    return Object.fromEntries(
      this.namedParameters().map(([name, parameter]) => [name, parameter.copy()]),
    );
  }

  /**
   * Takes over parameters by name.
   *
   * @throws LibraryError where names are missing or left over, ShapeError where a shape differs;
   *   then nothing has been changed
   */
  loadStateDict(state: Readonly<Record<string, Tensor>>): void {
    const own = this.namedParameters();
    const names = new Set(own.map(([name]) => name));
    const missing = own.filter(([name]) => !Object.hasOwn(state, name)).map(([name]) => name);
    const extra = Object.keys(state).filter((name) => !names.has(name));
    if (missing.length + extra.length > 0) {
      throw new LibraryError(
        `loadStateDict: ${list('missing', missing)}${missing.length * extra.length > 0 ? '; ' : ''}` +
          `${list('not in this model', extra)}`,
      );
    }
    for (const [name, parameter] of own) {
      const { shape } = state[name]!;
      if (!sameShape(shape, parameter.shape)) {
        throw new ShapeError(
          `loadStateDict: ${name} has shape ${show(parameter.shape)}, got ${show(shape)}`,
        );
      }
    }
    for (const [name, parameter] of own) parameter.assign(state[name]!.cast('float32'));
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
    for (const [name, parameter] of this.namedParameters()) {
      const { shape } = parameters[own.indexOf(parameter)]!;
      if (sameShape(shape, parameter.shape)) continue;
      throw new ShapeError(
        `withParameters: ${name} has shape ${show(parameter.shape)}, got ${show(shape)}`,
      );
    }
    const copies = parameters.map((value) => new Parameter(value));
    return withFields(this, new Map(own.map((parameter, i) => [parameter, copies[i]!])));
  }
}

function list(what: string, names: readonly string[]): string {
  if (names.length === 0) return '';
  const shown = names.slice(0, 5).join(', ');
  return `${what}: ${shown}${names.length > 5 ? ` and ${names.length - 5} more` : ''}`;
}

/** The parameters in a field: a parameter, a layer, or a list of these. */
function named(name: string, field: unknown): [string, Parameter][] {
  if (field instanceof Parameter) return [[name, field]];
  if (field instanceof Module) {
    return field.namedParameters().map(([inner, parameter]) => [`${name}.${inner}`, parameter]);
  }
  if (!Array.isArray(field)) return [];
  return field.flatMap((item, i) => named(`${name}.${i}`, item));
}

function modulesOf(field: unknown): Module[] {
  if (field instanceof Module) return field.modules();
  return Array.isArray(field) ? field.flatMap(modulesOf) : [];
}

/** A copy of `layer` with some parameters in place of others. */
function withFields<M extends Module>(layer: M, copies: ReadonlyMap<Parameter, Parameter>): M {
  const copy = Object.create(Object.getPrototypeOf(layer));
  for (const [name, field] of Object.entries(layer)) copy[name] = replaced(field, copies);
  return copy;
}

function replaced(field: unknown, copies: ReadonlyMap<Parameter, Parameter>): unknown {
  if (field instanceof Parameter) return copies.get(field) ?? field;
  if (field instanceof Module) return withFields(field, copies);
  return Array.isArray(field) ? field.map((item) => replaced(item, copies)) : field;
}
