import {
  type Elements,
  elementsOf,
  indexOf,
  isTensor,
  showElements,
  showNumber,
} from './elements.ts';

/** How far a value may be off: |actual − expected| ≤ atol + rtol · |expected|. */
export type Tolerance = { atol?: number; rtol?: number };

/** What a matcher tells `expect`. */
export type MatcherResult = {
  pass: boolean;
  message: () => string;
  /** Texts, with the places that differ between ‹ and ›. */
  actual?: string;
  expected?: string;
};

/**
 * Passes where `received` (a tensor, or a promise of one) has the shape of `expected` and values close to it. NaN is
 * close only to a NaN written among nested numbers (in a tensor it may be the answer's own, and no answer agrees with
 * itself by being NaN everywhere), an infinity to the same infinity only.
 *
 * @param expected a tensor, a promise of one, or nested numbers
 */
export async function toBeCloseToTensor(
  received: unknown,
  expected: unknown,
  { atol = 1e-5, rtol = 1e-4 }: Tolerance = {},
): Promise<MatcherResult> {
  const [value, target] = [await received, await expected];
  const wanted = await elementsOf(target);
  if (!wanted) throw new Error('toBeCloseToTensor: expected must be a tensor or nested numbers');
  const expectedText = showElements(wanted, () => false);
  if (!isTensor(value)) {
    const kind = describe(value);
    return failure(`Expected a tensor, got ${kind}.`, expectedText, kind);
  }
  const got = (await elementsOf(value)) as Elements;
  if (String(got.shape) !== String(wanted.shape)) {
    return failure(
      `Expected shape [${wanted.shape.join(', ')}], got shape [${got.shape.join(', ')}].`,
      expectedText,
      showElements(got, () => false),
    );
  }
  const far = differences(got.values, wanted.values, atol, rtol);
  if (isTensor(target)) {
    for (const [i, value] of wanted.values.entries()) if (Number.isNaN(value)) far.add(i);
  }
  const marked = (flat: number) => far.has(flat);
  if (far.size > 0) {
    return failure(
      sayDifference(far, got, wanted),
      showElements(wanted, marked),
      showElements(got, marked),
    );
  }
  return { pass: true, message: () => `Expected anything but ${expectedText}.` };
}

function failure(message: string, expected: string, actual: string): MatcherResult {
  return { pass: false, message: () => message, expected, actual };
}

/** Indices of the elements that are too far from what was expected. */
function differences(got: number[], wanted: number[], atol: number, rtol: number): Set<number> {
  const far = new Set<number>();
  for (const [i, target] of wanted.entries()) {
    const value = got[i]!;
    const same = Object.is(value, target) || value === target;
    const close =
      Number.isFinite(target) && Math.abs(value - target) <= atol + rtol * Math.abs(target);
    if (!same && !close) far.add(i);
  }
  return far;
}

function sayDifference(far: Set<number>, got: Elements, wanted: Elements): string {
  const [first] = far as Set<number> & [number];
  const at = wanted.shape.length > 0 ? ` at [${indexOf(first, wanted.shape).join(', ')}]` : '';
  const values = `expected ${showNumber(wanted.values[first]!)}, got ${showNumber(got.values[first]!)}`;
  if (wanted.values.length === 1) return `${values[0]!.toUpperCase()}${values.slice(1)}.`;
  const which = far.size === 1 ? 'one differs,' : `${far.size} differ; the first`;
  return `Of ${wanted.values.length} values, ${which}${at}: ${values}.`;
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return `${value}`;
  if (Array.isArray(value)) return 'a list (make it a tensor: tensor([…]))';
  if (typeof value === 'object') return 'an object';
  return typeof value === 'function' ? 'a function' : `the ${typeof value} ${String(value)}`;
}
