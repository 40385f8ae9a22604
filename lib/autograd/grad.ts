/**
 * Gradients by walking the graph backwards (reverse-mode differentiation).
 *
 * Each operation's record says how a gradient passes through it, in operations; so a gradient is a
 * graph like any other, which is computed lazily and can be differentiated again.
 */

import { announce, demandLeave } from '../forbid.ts';
import { recordOf } from '../ops/records.ts';
import { apply, checkTensor, isPromise } from '../tensor/apply.ts';
import { ones, zeros } from '../tensor/create.ts';
import { DTypeError, ShapeError } from '../tensor/errors.ts';
import { show } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';

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
    const all = gradientsOf(value, targets);
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
  if (x.dtype !== 'float32') {
    throw new DTypeError(
      `${name}: input ${i} is ${x.dtype}; only float32 has gradients, ` +
        'so let the function use that tensor from outside instead',
    );
  }
}

/** The gradients of one number by `targets`, zeros for those it does not depend on. */
function gradientsOf(root: Tensor, targets: readonly Tensor[]): Tensor[] {
  const gradients = new Map<Tensor, Tensor>([[root, ones(root.shape)]]);
  for (const x of pathTo(root, new Set(targets)).reverse()) {
    const g = gradients.get(x);
    if (g === undefined || x.origin.op === null || targets.includes(x)) continue;
    const { op, inputs, attributes } = x.origin;
    const context = { inputs, output: x, attributes: attributes as never };
    const parts = recordOf(op).gradient(g, context);
    for (const [i, y] of inputs.entries()) {
      const part = parts[i] ?? null;
      if (part === null) continue;
      const known = gradients.get(y);
      gradients.set(y, known === undefined ? part : apply('add', [known, part], {}));
    }
  }
  return targets.map((x) => gradients.get(x) ?? zeros(x.shape));
}

/**
 * What lies between `root` and the targets, inputs before results. No recursion: graphs can be
 * deep.
 */
function pathTo(root: Tensor, targets: ReadonlySet<Tensor>): Tensor[] {
  const onPath = new Map<Tensor, boolean>();
  const path: Tensor[] = [];
  const todo: Tensor[] = [root];
  while (todo.length > 0) {
    const x = todo.at(-1)!;
    const inputs = targets.has(x) || x.origin.op === 'detach' ? [] : x.origin.inputs;
    const open = onPath.has(x) ? [] : inputs.filter((y) => !onPath.has(y));
    if (open.length > 0) {
      todo.push(...open);
      continue;
    }
    todo.pop();
    if (onPath.has(x)) continue;
    onPath.set(x, targets.has(x) || inputs.some((y) => onPath.get(y)));
    if (onPath.get(x)) path.push(x);
  }
  return path;
}
