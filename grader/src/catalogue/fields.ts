/** A catalogue file that cannot be used; the message names the file, what is wrong and what fits. */
export class CatalogueError extends Error {
  override name = 'CatalogueError';
}

/** Reads the fields of one JSON object and refuses what does not fit, naming file and field. */
export class Fields {
  readonly file: string;
  readonly #object: Record<string, unknown>;
  readonly #path: string;

  constructor(file: string, value: unknown, path = '') {
    this.file = file;
    this.#path = path;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw this.error('', 'must be an object { … }');
    }
    this.#object = value as Record<string, unknown>;
  }

  error(field: string, problem: string): CatalogueError {
    const place = [this.#path, field].filter(Boolean).join('.') || 'the file';
    return new CatalogueError(`${this.file}: ${place} ${problem}.`);
  }

  has(field: string): boolean {
    return this.#object[field] !== undefined;
  }

  /** Refuses a field that nobody reads: usually a slip of the pen that would go unnoticed. */
  only(known: string[]): void {
    for (const field of Object.keys(this.#object)) {
      if (!known.includes(field)) {
        throw this.error(field, `is not known here; the fields are ${known.join(', ')}`);
      }
    }
  }

  text(field: string): string {
    const value = this.#object[field];
    if (typeof value === 'string' && value.trim() !== '') return value;
    throw this.error(field, 'must be a text that is not empty');
  }

  number(field: string, min: number, max = Number.POSITIVE_INFINITY): number {
    const value = this.#object[field];
    if (typeof value === 'number' && value >= min && value <= max) return value;
    const range = max === Number.POSITIVE_INFINITY ? `at least ${min}` : `from ${min} to ${max}`;
    throw this.error(field, `must be a number ${range}`);
  }

  integer(field: string, min: number, max?: number): number {
    const value = this.number(field, min, max);
    if (Number.isInteger(value)) return value;
    throw this.error(field, 'must be a whole number');
  }

  texts(field: string): string[] {
    const value = this.#object[field];
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
    throw this.error(field, 'must be a list of texts');
  }

  objects(field: string): Fields[] {
    const value = this.#object[field];
    if (!Array.isArray(value)) throw this.error(field, 'must be a list');
    return value.map((item, at) => new Fields(this.file, item, `${field}[${at}]`));
  }

  /** An object of texts or of numbers, by name. */
  record<T extends 'string' | 'number'>(
    field: string,
    type: T,
  ): Record<string, T extends 'string' ? string : number> {
    const value = this.#object[field];
    const fits =
      typeof value === 'object' &&
      value !== null &&
      !Array.isArray(value) &&
      Object.values(value).every((item) => typeof item === type);
    if (fits) return value as Record<string, T extends 'string' ? string : number>;
    throw this.error(field, `must be an object whose values are ${type}s`);
  }
}

/** Parses JSON text; an error names the file. */
export function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CatalogueError(`${file}: not valid JSON: ${(error as Error).message}`);
  }
}
