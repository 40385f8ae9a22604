/** Reading JSON that nobody vouches for: every step is checked and says where it stands. */

import { LibraryError } from '../../tensor/errors.ts';

/** Deeper than any real file; an endless nesting would exhaust the stack. */
const deepest = 40;

/** A value of a JSON file, with the way to it. */
export class Json {
  readonly value: unknown;
  /** Such as `model.vocab`; it opens the message of every error. */
  readonly path: string;
  readonly #depth: number;

  constructor(value: unknown, path: string, depth = 0) {
    this.value = value;
    this.path = path;
    this.#depth = depth;
    if (depth > deepest) this.fail('is nested too deeply');
  }

  /** The root of a file, given as text or parsed already. */
  static root(json: unknown, name: string): Json {
    if (typeof json !== 'string') return new Json(json, name);
    try {
      return new Json(JSON.parse(json), name);
    } catch (cause) {
      const reason = (cause as Error).message;
      throw new LibraryError(`${name} is not JSON, or its end is missing: ${reason}`, { cause });
    }
  }

  fail(what: string): never {
    throw new LibraryError(`${this.path} ${what}`);
  }

  /** A field, as `undefined` where it is missing. What objects inherit is no field. */
  get(key: string): Json {
    const object = this.object();
    const value = Object.hasOwn(object, key) ? object[key] : undefined;
    return new Json(value, `${this.path}.${key}`, this.#depth + 1);
  }

  /** Whether there is nothing: null, or no such field. */
  get missing(): boolean {
    return this.value === undefined || this.value === null;
  }

  object(): Record<string, unknown> {
    if (typeof this.value === 'object' && this.value !== null && !Array.isArray(this.value)) {
      return this.value as Record<string, unknown>;
    }
    return this.fail(`must be an object, not ${this.#shown()}`);
  }

  list(): readonly unknown[] {
    return Array.isArray(this.value)
      ? this.value
      : this.fail(`must be a list, not ${this.#shown()}`);
  }

  items(): Json[] {
    return this.list().map((item, i) => new Json(item, `${this.path}[${i}]`, this.#depth + 1));
  }

  string(): string {
    if (typeof this.value === 'string') return this.value;
    return this.fail(`must be a string, not ${this.#shown()}`);
  }

  /** One character, which may be two UTF-16 units. */
  character(): string {
    const text = this.string();
    return [...text].length === 1 ? text : this.fail(`must be one character, not ${this.#shown()}`);
  }

  /** True or false; `fallback` where it is missing. */
  boolean(fallback: boolean): boolean {
    if (this.missing) return fallback;
    if (typeof this.value === 'boolean') return this.value;
    return this.fail(`must be true or false, not ${this.#shown()}`);
  }

  /** A whole number from 0 to `largest`. */
  integer(largest: number): number {
    const { value } = this;
    if (Number.isInteger(value) && Number(value) >= 0 && Number(value) <= largest) {
      return Number(value);
    }
    return this.fail(`must be a whole number from 0 to ${largest}, not ${this.#shown()}`);
  }

  /** One of a few words; `fallback` where it is missing. */
  oneOf<Word extends string>(words: readonly Word[], fallback?: Word): Word {
    if (this.missing && fallback !== undefined) return fallback;
    const found = words.find((word) => word === this.value);
    return found ?? this.fail(`must be one of ${words.join(', ')}, not ${this.#shown()}`);
  }

  #shown(): string {
    if (this.value === undefined) return 'missing';
    const text = JSON.stringify(this.value) ?? String(this.value);
    return text.length > 60 ? `${text.slice(0, 60)}…` : text;
  }
}
