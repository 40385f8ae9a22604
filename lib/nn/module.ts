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

  /** Tensors that are not learned but saved, by their place: the bytes of quantised weights. */
  namedBuffers(): [name: string, buffer: Tensor][] {
    return placesOf(this, '').flatMap(([place, layer]) =>
      Object.entries(layer.buffers()).map(([name, buffer]): [string, Tensor] => [
        `${place}${name}`,
        buffer,
      ]),
    );
  }

  /** @internal This layer's own buffers by name. */
  protected buffers(): Record<string, Tensor> {
    return {};
  }

  /** @internal Takes over all of its own buffers: of the same names, types and shapes. */
  protected setBuffers(_buffers: Record<string, Tensor>): void {}

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

  /** A copy of all parameters and buffers by name, which training does not change. */
  stateDict(): Record<string, Tensor> {
    const copies = this.namedParameters().map(([name, x]): [string, Tensor] => [name, x.copy()]);
    return Object.fromEntries([...copies, ...this.namedBuffers()]);
  }

  /**
   * Takes over parameters and buffers by name.
   *
   * @throws LibraryError where names are missing or left over, ShapeError where a shape differs;
   *   then nothing has been changed
   */
  loadStateDict(state: Readonly<Record<string, Tensor>>): void {
    const buffers = this.namedBuffers();
    const own: [string, Tensor][] = [...this.namedParameters(), ...buffers];
    const names = new Set(own.map(([name]) => name));
    const missing = own.filter(([name]) => !Object.hasOwn(state, name)).map(([name]) => name);
    const extra = Object.keys(state).filter((name) => !names.has(name));
    if (missing.length + extra.length > 0) {
      throw new LibraryError(
        `loadStateDict: ${list('missing', missing)}${missing.length * extra.length > 0 ? '; ' : ''}` +
          `${list('not in this model', extra)}${quantizedHint(missing, extra)}`,
      );
    }
    for (const [name, { shape }] of own) {
      if (sameShape(state[name]!.shape, shape)) continue;
      throw new ShapeError(
        `loadStateDict: ${name} has shape ${show(shape)}, got ${show(state[name]!.shape)}`,
      );
    }
    for (const [name, buffer] of buffers) {
      const { dtype, origin } = state[name]!;
      if (dtype === buffer.dtype && origin.data !== null) continue;
      throw new LibraryError(
        `loadStateDict: ${name} must be computed and of type ${buffer.dtype}, got ${state[name]}`,
      );
    }
    for (const [place, layer] of placesOf(this, '')) {
      const names = Object.keys(layer.buffers());
      if (names.length === 0) continue;
      layer.setBuffers(Object.fromEntries(names.map((name) => [name, state[`${place}${name}`]!])));
    }
    for (const [name, parameter] of this.namedParameters()) {
      parameter.assign(state[name]!.cast('float32'));
    }
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

/** A layer in a field, and all layers in it, by what stands in front of the names of their parts. */
function placesOf(field: unknown, place: string): [place: string, layer: Module][] {
  const isLayer = field instanceof Module;
  if (!isLayer && !Array.isArray(field)) return [];
  const inner = Object.entries(field).flatMap(([name, x]) => placesOf(x, `${place}${name}.`));
  return isLayer ? [[place, field], ...inner] : inner;
}

/** What to do where one of a model and a state is quantised and the other is not. */
function quantizedHint(missing: readonly string[], extra: readonly string[]): string {
  const ofBytes = (name: string) => name.endsWith('.codes');
  if (extra.some(ofBytes)) return '; the state is of a quantised model: nn.quantize this one alike';
  return missing.some(ofBytes) ? '; this model is quantised, and the state is not' : '';
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
