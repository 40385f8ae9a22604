/**
 * The formulas of optimizers, as loops over numbers: how parameters move, given their gradients.
 *
 * θ are the parameters, g their gradients, all in one row; everything is changed in place. These
 * loops say what is meant. What usually runs is `kernel/`, the same four numbers at a time.
 */

/** The loops that optimizers are made of. */
export interface Updates {
  sgd(theta: Float32Array, g: Float32Array, options: SgdUpdate): void;
  momentum(theta: Float32Array, g: Float32Array, b: Float32Array, options: MomentumUpdate): void;
  adam(
    theta: Float32Array,
    g: Float32Array,
    m: Float32Array,
    v: Float32Array,
    options: AdamUpdate,
  ): void;
  scale(x: Float32Array, a: number): void;
  sumOfSquares(x: Float32Array): number;
}

export interface SgdUpdate {
  /** The learning rate. */
  lr: number;
  /** How strongly parameters are drawn towards 0. */
  weightDecay: number;
}

/** Gradient descent: θ ← θ − lr · (g + weightDecay · θ). */
function sgd(theta: Float32Array, g: Float32Array, { lr, weightDecay }: SgdUpdate): void {
  for (let i = 0; i < theta.length; i++) {
    theta[i]! -= lr * (g[i]! + weightDecay * theta[i]!);
  }
}

export interface MomentumUpdate extends SgdUpdate {
  /** How much of the last movement goes on. */
  momentum: number;
  /** How much of the gradient is left out of the movement; none of the first. */
  dampening: number;
  /** Whether to look ahead by another movement (Nesterov 1983). */
  nesterov: boolean;
  /** How many updates there have been, this one included. */
  step: number;
}

/** Gradient descent whose movement b goes on as a heavy ball's does (Polyak 1964). */
function momentum(
  theta: Float32Array,
  g: Float32Array,
  b: Float32Array,
  { lr, weightDecay, momentum, dampening, nesterov, step }: MomentumUpdate,
): void {
  const share = step === 1 ? 1 : 1 - dampening;
  for (let i = 0; i < theta.length; i++) {
    const gradient = g[i]! + weightDecay * theta[i]!;
    b[i] = momentum * b[i]! + share * gradient;
    theta[i]! -= lr * (nesterov ? gradient + momentum * b[i]! : b[i]!);
  }
}

export interface AdamUpdate {
  /** The learning rate. */
  lr: number;
  /** How slowly the mean of the gradients and of their squares forget. */
  betas: readonly [number, number];
  /** Keeps the division apart from 0. */
  eps: number;
  weightDecay: number;
  /** Whether parameters shrink by themselves (AdamW) rather than through the gradient (Adam). */
  decoupled: boolean;
  /** How many updates there have been, this one included. */
  step: number;
}

/**
 * Adam (Kingma and Ba 2014, arXiv:1412.6980, algorithm 1) and AdamW (Loshchilov and Hutter 2017,
 * arXiv:1711.05101, algorithm 2): each number moves by the mean of its gradients over the root of
 * the mean of their squares.
 */
function adam(
  theta: Float32Array,
  g: Float32Array,
  m: Float32Array,
  v: Float32Array,
  { lr, betas, eps, weightDecay, decoupled, step }: AdamUpdate,
): void {
  const [beta1, beta2] = betas;
  // the means start at 0; divided by these they are means of what there has been
  const correction1 = 1 - beta1 ** step;
  const correction2 = 1 - beta2 ** step;
  for (let i = 0; i < theta.length; i++) {
    const decay = weightDecay * theta[i]!;
    const gradient = decoupled ? g[i]! : g[i]! + decay;
    m[i] = beta1 * m[i]! + (1 - beta1) * gradient;
    v[i] = beta2 * v[i]! + (1 - beta2) * gradient * gradient;
    const mean = m[i]! / correction1;
    const meanSquare = v[i]! / correction2;
    theta[i]! -= lr * (mean / (Math.sqrt(meanSquare) + eps) + (decoupled ? decay : 0));
  }
}

/** y ← y + a · x; no faster in WebAssembly, since it waits for memory. */
export function addScaled(y: Float32Array, a: number, x: Float32Array): void {
  for (let i = 0; i < y.length; i++) y[i]! += a * x[i]!;
}

/** x ← a · x. */
function scale(x: Float32Array, a: number): void {
  for (let i = 0; i < x.length; i++) x[i]! *= a;
}

/** Σ x². */
function sumOfSquares(x: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i]! * x[i]!;
  return sum;
}

/** The loops above. */
export const plainUpdates: Updates = { sgd, momentum, adam, scale, sumOfSquares };
