/**
 * Taking names away: an exercise that asks for softmax must not be answered by calling softmax.
 *
 * Every public operation and layer announces its name here and asks for leave whenever it is
 * called, so a name that was taken away is gone as a function, as a method of Tensor, and inside
 * everything that is composed from it. The names belong to one instance of the library. Code that
 * is being graded must not be able to import this module.
 */

import { LibraryError } from './tensor/errors.ts';

/** Names that may be taken away: those of operations (`softmax`) and of layers (`nn.Linear`). */
const known = new Set<string>();

/** Looked up as plain properties, so that no patched `Set.prototype.has` can bring a name back. */
let forbidden: Record<string, true> = Object.create(null);

/** Set once for all, when nobody may use this instance of the library any more. */
let retired = false;

/** A name that an exercise asks its reader to write. */
export class ForbiddenError extends LibraryError {
  static {
    ForbiddenError.prototype.name = 'ForbiddenError';
  }
}

/**
 * Makes exactly these names throw *write this one yourself*, and everything that uses them;
 * `forbid([])` gives all back.
 *
 * @param names functions and methods by name (`softmax`), layers with their prefix
 *   (`nn.MultiHeadAttention`)
 * @throws Error for a name that the library does not have
 */
export function forbid(names: readonly string[]): void {
  const unknown = names.filter((name) => !known.has(name));
  if (unknown.length > 0) throw new Error(`forbid: the library has no ${unknown.join(', ')}`);
  forbidden = Object.create(null);
  for (const name of names) forbidden[name] = true;
}

/**
 * Takes away everything for good: what was carried off from this instance of the library serves
 * nobody who was given another one.
 */
export function retire(): void {
  retired = true;
}

/** All names that {@link forbid} takes, sorted. */
export function forbiddableNames(): string[] {
  return [...known].sort();
}

/** Announces a name. */
export function announce(name: string): void {
  known.add(name);
}

/** Throws if `name` has been taken away. */
export function demandLeave(name: string): void {
  if (retired) throw new ForbiddenError(`this library is not in use any more: ${name}`);
  if (forbidden[name]) throw new ForbiddenError(`write this one yourself: ${name}`);
}

/** A public operation: `body` under a name that can be taken away. */
export function publicOp<F extends (...args: never[]) => unknown>(name: string, body: F): F {
  announce(name);
  const guarded = (...args: never[]): unknown => {
    demandLeave(name);
    return body(...args);
  };
  Object.defineProperty(guarded, 'name', { value: name });
  return guarded as F;
}
