/** Reading the JSON of a safetensors header, whose form is known beforehand. */

import { FileFormatError } from '../../tensor/errors.ts';

/** Steps through a text; what is not as it should be ends in a FileFormatError. */
export class HeaderReader {
  readonly #text: string;
  readonly #file: string;
  #at = 0;

  constructor(text: string, file: string) {
    this.#text = text;
    this.#file = file;
  }

  fail(problem: string): never {
    throw new FileFormatError(`${this.#file}: ${problem}`);
  }

  /** An object; `value` reads what belongs to a name. */
  object(what: string, value: (name: string) => void): void {
    const seen = new Set<string>();
    this.#list('{', '}', () => {
      const name = this.string();
      if (seen.has(name)) this.fail(`${what} has ${JSON.stringify(name)} twice`);
      seen.add(name);
      this.#demand(':');
      value(name);
    });
  }

  /** A list of integers, at most `most` of them. */
  integers(most: number): number[] {
    const values: number[] = [];
    this.#list('[', ']', () => {
      if (values.length === most) this.#unexpected(`at most ${most} numbers`);
      values.push(this.#integer());
    });
    return values;
  }

  string(): string {
    this.#demand('"');
    const begin = this.#at;
    while (this.#text[this.#at] !== '"') {
      if (this.#at >= this.#text.length) this.fail('the header ends within a text');
      this.#at += this.#text[this.#at] === '\\' ? 2 : 1;
    }
    this.#at++;
    const quoted = this.#text.slice(begin - 1, this.#at);
    let value = '';
    try {
      value = JSON.parse(quoted);
    } catch {
      this.fail(`the header has a text that is not valid JSON: ${excerpt(quoted)}`);
    }
    if (!value.isWellFormed()) this.fail(`the header has half a character: ${excerpt(quoted)}`);
    return value;
  }

  /** Nothing but space may follow. */
  finish(): void {
    this.#skipSpace();
    if (this.#at < this.#text.length) this.#unexpected('the end of the header');
  }

  #list(open: string, close: string, item: () => void): void {
    this.#demand(open);
    if (this.#take(close)) return;
    do item();
    while (this.#take(','));
    this.#demand(close);
  }

  #integer(): number {
    this.#skipSpace();
    const digits = /-?[\d.eE+-]*/y;
    digits.lastIndex = this.#at;
    const text = digits.exec(this.#text)![0];
    if (!/^(0|[1-9]\d{0,15})$/.test(text) || !Number.isSafeInteger(Number(text))) {
      this.#unexpected('an integer from 0 to 2^53');
    }
    this.#at += text.length;
    return Number(text);
  }

  #take(character: string): boolean {
    this.#skipSpace();
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #demand(character: string): void {
    if (!this.#take(character)) this.#unexpected(`'${character}'`);
  }

  #skipSpace(): void {
    while (' \n\r\t'.includes(this.#text[this.#at] ?? 'end')) this.#at++;
  }

  #unexpected(wanted: string): never {
    const found = excerpt(this.#text.slice(this.#at, this.#at + 41)) || 'nothing more';
    return this.fail(
      `the header is not of the safetensors form: at character ${this.#at} ` +
        `should be ${wanted}, there is ${found}`,
    );
  }
}

const excerpt = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}…` : text);
