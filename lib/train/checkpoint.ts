/** All that it takes to go on with a training run exactly as if it had not stopped. */

import type { Module } from '../nn/module.ts';
import type { Optimizer, OptimizerState } from '../optim/index.ts';
import { LibraryError } from '../tensor/errors.ts';
import { Generator, type GeneratorState } from '../tensor/random.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { BatchSource } from './batches.ts';

/** A run after some steps, as plain data and tensors that training does not change. */
export interface Checkpoint {
  /** How many steps have been done. */
  step: number;
  model: Record<string, Tensor>;
  optimizer: OptimizerState;
  /** Where the random numbers of the model stand, such as those of its dropout. */
  random: GeneratorState[];
  /** Where the batches stand. */
  data: unknown;
  /** The evaluation that came out lowest. */
  best: { step: number; loss: number } | null;
}

/** What a checkpoint is taken of. */
export interface Training {
  model: Module;
  optimizer: Optimizer;
  batches: Pick<BatchSource, 'state' | 'restore'>;
  generators: readonly Generator[];
}

/** A copy of where everything stands. */
export function takeCheckpoint(
  { model, optimizer, batches, generators }: Training,
  step: number,
  best: Checkpoint['best'],
): Checkpoint {
  return {
    step,
    model: model.stateDict(),
    optimizer: optimizer.stateDict(),
    random: generators.map((generator) => generator.state()),
    data: structuredClone(batches.state()),
    best: best && { ...best },
  };
}

/** Puts everything back to where it stood; or nothing, where some of it does not fit. */
export async function restoreCheckpoint(training: Training, checkpoint: Checkpoint): Promise<void> {
  const { random } = checkpoint;
  const { length } = training.generators;
  if (random.length !== length) {
    throw new LibraryError(
      `restore: the checkpoint has the state of ${random.length} generators, this run has ${length}`,
    );
  }
  const before = takeCheckpoint(training, 0, null);
  try {
    await putBack(training, checkpoint);
  } catch (error) {
    await putBack(training, before);
    throw error;
  }
}

async function putBack(
  { model, optimizer, batches, generators }: Training,
  { model: parameters, optimizer: state, random, data }: Checkpoint,
): Promise<void> {
  model.loadStateDict(parameters);
  await optimizer.loadStateDict(state);
  for (const [i, generator] of generators.entries()) generator.restore(random[i]!);
  batches.restore(structuredClone(data));
}

/** The generators in the fields of a model's layers, each once. */
export function generatorsOf(model: Module): Generator[] {
  const fields = model.modules().flatMap((module) => Object.values(module));
  return [...new Set(fields.filter((field) => field instanceof Generator))];
}
