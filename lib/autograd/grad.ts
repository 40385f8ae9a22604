/** Functions that give gradients: `grad(f)` and `valueAndGrad(f)`. */

import { announce, demandLeave } from '../forbid.ts';
import { apply, checkTensor, isPromise } from '../tensor/apply.ts';
import { ones } from '../tensor/create.ts';
import { isFloat } from '../tensor/dtype.ts';
import { DTypeError, ShapeError } from '../tensor/errors.ts';
import { show } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { gradientsOf } from './walk.ts';

/** One gradient for one input, else one for each. */
export type Gradients<Inputs extends Tensor[]> = Inputs extends [Tensor]
  ? Tensor
  : { [I in keyof Inputs]: Tensor };

/**
 * The function that gives the gradients of `f`: how fast its result grows with each element of each
 * input.
 *
 * @param f from tensors to one number, a tensor of shape []
 * @returns a function of the same inputs; its result is one gradient for each, of that input's
 *   shape (for a single input the gradient itself)
 * @example grad((x: Tensor) => x.square().sum())(tensor([1, 2])) // [2, 4]
 */
export function grad<Inputs extends Tensor[]>(
  f: (...inputs: Inputs) => Tensor,
): (...inputs: Inputs) => Gradients<Inputs> {
  const both = differentiate('grad', f);
  return (...inputs) => both(...inputs)[1];
}

/** As {@link grad}, but gives the value of `f` too: `[value, gradients]`. */
export function valueAndGrad<Inputs extends Tensor[]>(
  f: (...inputs: Inputs) => Tensor,
): (...inputs: Inputs) => [value: Tensor, gradients: Gradients<Inputs>] {
  return differentiate('valueAndGrad', f);
}

announce('grad');
announce('valueAndGrad');

function differentiate<Inputs extends Tensor[]>(name: string, f: (...inputs: Inputs) => Tensor) {
  demandLeave(name);
  return (...inputs: Inputs): [Tensor, Gradients<Inputs>] => {
    for (const [i, x] of inputs.entries()) checkInput(name, x, i);
    // new names for the inputs, at which the walk backwards ends
    const targets = inputs.map((x) => apply('alias', [x], {})) as Inputs;
    const value: unknown = f(...targets);
    if (isPromise(value)) {
      throw new DTypeError(
        `${name}: the function must give a tensor at once, not a promise; ` +
          'take async and await out of it',
      );
    }
    checkTensor(name, value);
    if (value.numel !== 1) {
      throw new ShapeError(
        `${name}: the function must give one number, it gave shape ${show(value.shape)}; ` +
          'sum() or mean() makes one of many',
      );
    }
    const all = gradientsOf(name, [value.snapshot], targets, [ones(value.shape)]);
    const single = inputs.length === 1 && !takesRest(f);
    return [value, (single ? all[0] : all) as Gradients<Inputs>];
  };
}

/**
 * Whether `f` collects its inputs in a list, so that its gradients come as a list too, even of one.
 */
function takesRest(f: (...inputs: never[]) => unknown): boolean {
  return f.length === 0;
}

function checkInput(name: string, x: unknown, i: number): void {
  checkTensor(name, x);
  if (!isFloat(x.dtype)) {
    throw new DTypeError(
      `${name}: input ${i} is ${x.dtype}; only floats have gradients, ` +
        'so let the function use that tensor from outside instead',
    );
  }
}
