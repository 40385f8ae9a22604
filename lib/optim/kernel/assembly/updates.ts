/**
 * The loops of ../../updates.ts in AssemblyScript, TypeScript's syntax for WebAssembly: the same
 * formulas, four numbers at a time.
 *
 * Arrays are addresses in a memory that the optimizer owns, a multiple of 16 bytes; lengths are a
 * multiple of 4 numbers. What is equal for all numbers is worked out by the caller, in double
 * precision. `node scripts/build-kernels.mjs` compiles this to kernel.generated.ts.
 */

/** θ ← θ · keep − lr · g, where keep is 1 − lr · weightDecay. */
export function sgd(theta: usize, g: usize, length: usize, lr: f32, keep: f32): void {
  const LR = f32x4.splat(lr);
  const KEEP = f32x4.splat(keep);
  for (let i: usize = 0, end = length << 2; i < end; i += 16) {
    const step = f32x4.mul(LR, v128.load(g + i));
    v128.store(theta + i, f32x4.sub(f32x4.mul(KEEP, v128.load(theta + i)), step));
  }
}

/** b ← momentum · b + share · g', θ ← θ − lr · (own · g' + ahead · b), g' = g + weightDecay · θ. */
export function momentum(
  theta: usize,
  g: usize,
  b: usize,
  length: usize,
  lr: f32,
  weightDecay: f32,
  momentum: f32,
  share: f32,
  own: f32,
  ahead: f32,
): void {
  const LR = f32x4.splat(lr);
  const DECAY = f32x4.splat(weightDecay);
  const MOMENTUM = f32x4.splat(momentum);
  const SHARE = f32x4.splat(share);
  const OWN = f32x4.splat(own);
  const AHEAD = f32x4.splat(ahead);
  for (let i: usize = 0, end = length << 2; i < end; i += 16) {
    const value = v128.load(theta + i);
    const gradient = f32x4.add(v128.load(g + i), f32x4.mul(DECAY, value));
    const before = f32x4.mul(MOMENTUM, v128.load(b + i));
    const movement = f32x4.add(before, f32x4.mul(SHARE, gradient));
    v128.store(b + i, movement);
    const way = f32x4.add(f32x4.mul(OWN, gradient), f32x4.mul(AHEAD, movement));
    v128.store(theta + i, f32x4.sub(value, f32x4.mul(LR, way)));
  }
}

/**
 * m ← beta1 · m + (1 − beta1) · g', v ← beta2 · v + (1 − beta2) · g'², g' = g + throughGradient · θ,
 * θ ← θ · keep − lr · m / (√v · root + eps); root and lr hold the corrections of the means.
 */
export function adam(
  theta: usize,
  g: usize,
  m: usize,
  v: usize,
  length: usize,
  lr: f32,
  beta1: f32,
  rest1: f32,
  beta2: f32,
  rest2: f32,
  root: f32,
  eps: f32,
  throughGradient: f32,
  keep: f32,
): void {
  const LR = f32x4.splat(lr);
  const BETA1 = f32x4.splat(beta1);
  const REST1 = f32x4.splat(rest1);
  const BETA2 = f32x4.splat(beta2);
  const REST2 = f32x4.splat(rest2);
  const ROOT = f32x4.splat(root);
  const EPS = f32x4.splat(eps);
  const THROUGH = f32x4.splat(throughGradient);
  const KEEP = f32x4.splat(keep);
  for (let i: usize = 0, end = length << 2; i < end; i += 16) {
    const value = v128.load(theta + i);
    const gradient = f32x4.add(v128.load(g + i), f32x4.mul(THROUGH, value));
    const oldMean = f32x4.mul(BETA1, v128.load(m + i));
    const mean = f32x4.add(oldMean, f32x4.mul(REST1, gradient));
    v128.store(m + i, mean);
    const oldSquare = f32x4.mul(BETA2, v128.load(v + i));
    const square = f32x4.add(oldSquare, f32x4.mul(REST2, f32x4.mul(gradient, gradient)));
    v128.store(v + i, square);
    const spread = f32x4.add(f32x4.mul(f32x4.sqrt(square), ROOT), EPS);
    const way = f32x4.div(f32x4.mul(LR, mean), spread);
    v128.store(theta + i, f32x4.sub(f32x4.mul(KEEP, value), way));
  }
}

/** x ← a · x. */
export function scale(x: usize, a: f32, length: usize): void {
  const A = f32x4.splat(a);
  for (let i: usize = 0, end = length << 2; i < end; i += 16) {
    v128.store(x + i, f32x4.mul(A, v128.load(x + i)));
  }
}

/** Σ x², in double precision: millions of squares of one size would be lost beside their sum. */
export function sumOfSquares(x: usize, length: usize): f64 {
  let even = f64x2.splat(0);
  let odd = f64x2.splat(0);
  for (let i: usize = 0, end = length << 2; i < end; i += 16) {
    const four = v128.load(x + i);
    const low = f64x2.promote_low_f32x4(four);
    const high = f64x2.promote_low_f32x4(
      i8x16.shuffle(four, four, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15),
    );
    even = f64x2.add(even, f64x2.mul(low, low));
    odd = f64x2.add(odd, f64x2.mul(high, high));
  }
  const both = f64x2.add(even, odd);
  return f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1);
}
