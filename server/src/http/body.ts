import { RequestError } from '../errors.ts';

/** The fields of a JSON body, checked one by one as they are taken. */
export class Body {
  readonly #fields: Record<string, unknown>;

  constructor(body: unknown) {
    if (body != null && (typeof body !== 'object' || Array.isArray(body))) {
      throw new RequestError('bad-request', 'The body must be a JSON object.');
    }
    this.#fields = (body as Record<string, unknown>) ?? {};
  }

  /** The value as it came, unchecked. */
  raw(name: string): unknown {
    return this.#fields[name];
  }

  /** All fields as they came. */
  all(): Record<string, unknown> {
    return this.#fields;
  }

  string(name: string): string {
    const value = this.optionalString(name);
    if (value === undefined) throw wrongField(name, 'a string');
    return value;
  }

  /** Jupyter's clients send null for what they leave out. */
  optionalString(name: string): string | undefined {
    const value = this.#fields[name];
    if (value == null) return undefined;
    if (typeof value !== 'string') throw wrongField(name, 'a string');
    return value;
  }

  optionalInteger(name: string): number | undefined {
    const value = this.#fields[name];
    if (value == null) return undefined;
    if (!Number.isSafeInteger(value)) throw wrongField(name, 'a whole number');
    return value as number;
  }

  oneOf<T extends string>(name: string, allowed: readonly T[]): T | undefined {
    const value = this.optionalString(name);
    if (value === undefined) return undefined;
    return checkOneOf(name, value, allowed);
  }

  strings(name: string): string[] | undefined {
    const value = this.#fields[name];
    if (value == null) return undefined;
    const fits = Array.isArray(value) && value.every((item) => typeof item === 'string');
    if (!fits) throw wrongField(name, 'a list of strings');
    return value;
  }

  object(name: string): Body | undefined {
    const value = this.#fields[name];
    if (value == null) return undefined;
    if (typeof value !== 'object' || Array.isArray(value)) throw wrongField(name, 'an object');
    return new Body(value);
  }
}

/** @throws RequestError bad-request where `value` is none of `allowed` */
export function checkOneOf<T extends string>(name: string, value: string, allowed: readonly T[]) {
  const match = allowed.find((choice) => choice === value);
  if (match === undefined) throw wrongField(name, `one of ${allowed.join(', ')}`);
  return match;
}

function wrongField(name: string, expected: string): RequestError {
  return new RequestError('bad-request', `“${name}” must be ${expected}.`);
}
