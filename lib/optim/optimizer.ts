/**
 * What optimizers have in common: groups of parameters, gathering their gradients, and a state to
 * go on from.
 */

import { companionsOf } from '../autograd/companions.ts';
import { realize } from '../backend/realize.ts';
import { LibraryError, ShapeError } from '../tensor/errors.ts';
import { Parameter } from '../tensor/parameter.ts';
import { sameShape, show } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { FlatRows, type Run, rowLength } from './flat.ts';
import { updateMemory } from './kernel/kernel.ts';
import { type OptimizerState, readState, writeState } from './state.ts';
import { plainUpdates, type Updates } from './updates.ts';

export interface CommonOptions {
  /** The learning rate: how far each step goes. */
  lr: number;
  /** How strongly parameters are drawn towards 0. */
  weightDecay: number;
}

/** Parameters with options of their own; what is left out is as for all. */
export type GroupInput<Options> = { parameters: readonly Parameter[] } & Partial<Options>;

/** Parameters that are updated alike. Its options may be changed between steps. */
export type Group<Options> = Options & {
  readonly parameters: readonly Parameter[];
  /** The learning rate that a schedule multiplies. */
  initialLr: number;
};

/** Moves parameters against their gradients. */
export abstract class Optimizer<Options extends CommonOptions = CommonOptions> {
  /** The parameters and their options. */
  readonly groups: readonly Group<Options>[];
  readonly #name: string;
  #rows: FlatRows[] | null = null;
  #updates: Updates = plainUpdates;

  /** @param defaults the options of all groups that do not have their own */
  constructor(
    name: string,
    parameters: readonly Parameter[] | readonly GroupInput<Options>[],
    defaults: Options,
  ) {
    this.#name = name;
    this.groups = groupsFrom(name, parameters).map((group) => {
      const options = { ...defaults, ...group };
      return { ...options, parameters: [...group.parameters], initialLr: options.lr };
    });
    checkParameters(name, this.parameters);
    for (const group of this.groups) checkOptions(name, group);
  }

  /** How many numbers the optimizer remembers for each number of a parameter. */
  protected abstract momentsOf(group: Group<Options>): number;

  /** Moves the parameters of a run, whose gradients are there, for the `step`-th time. */
  protected abstract update(updates: Updates, group: Group<Options>, run: Run, step: number): void;

  /** All parameters, group by group. */
  get parameters(): Parameter[] {
    return this.groups.flatMap((group) => group.parameters);
  }

  /** The learning rate of the first group. Setting it sets that of all groups. */
  get lr(): number {
    return this.groups[0]!.lr;
  }

  set lr(lr: number) {
    for (const group of this.groups) group.lr = group.initialLr = lr;
  }

  /** Sets each group's learning rate to `factor` times the one it was given: for schedules. */
  scaleLr(factor: number): void {
    for (const group of this.groups) group.lr = group.initialLr * factor;
  }

  /** Forgets all gradients. */
  zeroGrad(): void {
    for (const parameter of this.parameters) parameter.grad = null;
  }

  /**
   * Moves every parameter that has a gradient. Computes the gradients, and in the same go the
   * losses that they come from: await those afterwards.
   */
  async step(): Promise<void> {
    const moving = this.parameters.filter((parameter) => parameter.grad !== null);
    for (const parameter of moving) checkGradient(this.#name, parameter);
    const gradients = moving.map((parameter) => parameter.grad!);
    await this.prepare([...gradients, ...new Set(gradients.flatMap(companionsOf))]);
    for (const { parameter, gradient } of this.slots) {
      const { grad } = parameter;
      if (grad !== null) gradient.set(grad.snapshot.origin.data as Float32Array);
    }
    this.applyGradients(new Set(moving));
  }

  /**
   * @internal Takes the parameters' present values into the optimizer's memory, and computes
   * `others` in the same go.
   */
  async prepare(others: readonly Tensor[] = []): Promise<void> {
    const slots = this.slots;
    const outside = slots.filter((slot) => slot.parameter.origin.data !== slot.values);
    await realize(...outside.map((slot) => slot.parameter), ...others);
    for (const { parameter, values } of outside) {
      values.set(parameter.origin.data as Float32Array);
      parameter.adopt(values);
    }
  }

  /**
   * @internal Shrinks the chosen gradients in the optimizer's memory to the length `max` together,
   * where they are longer, and gives the length that they had.
   */
  clipGradients(chosen: ReadonlySet<Parameter>, max: number): number {
    const parts = this.rows.flatMap((rows) => rows.runs(chosen)).map((run) => run.gradient);
    const squares = parts.map((part) => this.#updates.sumOfSquares(part));
    const norm = Math.sqrt(squares.reduce((sum, square) => sum + square, 0));
    const factor = max / (norm + 1e-6);
    if (factor < 1) for (const part of parts) this.#updates.scale(part, factor);
    return norm;
  }

  /** @internal Moves the chosen parameters by the gradients that are in the optimizer's memory. */
  applyGradients(chosen: ReadonlySet<Parameter>): void {
    for (const [i, group] of this.groups.entries()) {
      for (const run of this.rows[i]!.runs(chosen)) {
        const step = run.slots[0]!.steps + 1;
        this.update(this.#updates, group, run, step);
        for (const slot of run.slots) {
          slot.steps = step;
          slot.parameter.adopt(slot.values);
        }
      }
    }
  }

  /** @internal The places of all parameters in the optimizer's memory. */
  get slots() {
    return this.rows.flatMap((rows) => rows.slots);
  }

  /** @internal The memory of each group, made when it is first needed. */
  get rows(): readonly FlatRows[] {
    this.#rows ??= this.#allocateRows();
    return this.#rows;
  }

  #allocateRows(): FlatRows[] {
    const sizes = this.groups.map(
      (group) => rowLength(group.parameters) * (2 + this.momentsOf(group)),
    );
    const { updates, allocate } = updateMemory(sizes.reduce((sum, size) => sum + size, 0));
    this.#updates = updates;
    return this.groups.map(
      (group) => new FlatRows(group.parameters, this.momentsOf(group), allocate),
    );
  }

  /** Everything but the parameters that is needed to go on exactly from here, as a copy. */
  stateDict(): OptimizerState {
    return writeState(this.#name, this.groups, this.rows);
  }

  /**
   * Goes on from a state that an optimizer of the same kind and of parameters of the same shapes
   * had.
   *
   * @throws LibraryError where the state is another's; then nothing has been changed
   */
  async loadStateDict(state: OptimizerState): Promise<void> {
    await readState(this.#name, state, this.groups, this.rows);
  }
}

function groupsFrom<Options>(
  name: string,
  given: readonly Parameter[] | readonly GroupInput<Options>[],
): readonly GroupInput<Options>[] {
  if (!Array.isArray(given)) {
    throw new LibraryError(`${name}: needs a list of parameters, such as model.parameters()`);
  }
  const isGroup = (x: object) => !(x instanceof Parameter) && 'parameters' in x;
  if (given.some(isGroup)) return given as readonly GroupInput<Options>[];
  return [{ parameters: given as readonly Parameter[] } as unknown as GroupInput<Options>];
}

function checkParameters(name: string, parameters: readonly unknown[]): void {
  if (parameters.length === 0) throw new LibraryError(`${name}: there are no parameters to move`);
  for (const [i, parameter] of parameters.entries()) {
    if (parameter instanceof Parameter) continue;
    throw new LibraryError(
      `${name}: entry ${i} is no Parameter; a tensor does not change, new Parameter(tensor) does`,
    );
  }
  if (new Set(parameters).size < parameters.length) {
    throw new LibraryError(`${name}: a parameter is there twice, so it would move twice a step`);
  }
}

function checkOptions(name: string, options: CommonOptions): void {
  if (typeof options.lr !== 'number') {
    throw new LibraryError(`${name}: needs a learning rate, { lr: 0.1 }, got ${options.lr}`);
  }
  for (const [key, value] of Object.entries(options)) {
    if (typeof value === 'number' && !(value >= 0)) {
      throw new LibraryError(`${name}: ${key} must not be negative, got ${value}`);
    }
  }
}

function checkGradient(name: string, { shape, grad }: Parameter): void {
  if (sameShape(shape, grad!.shape) && grad!.dtype === 'float32') return;
  throw new ShapeError(`${name}: a parameter ${show(shape)} cannot move by a gradient ${grad}`);
}
