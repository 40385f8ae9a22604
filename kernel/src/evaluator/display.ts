import type { MimeBundle } from '../protocol/index.ts';
import { plainText, shorten } from './plain-text.ts';
import { tableOf } from './table.ts';

/** A method of this name gives a value's MIME bundle, at once or as a promise. */
const DISPLAY = Symbol.for('Jupyter.display');

/**
 * What a value looks like: by its own account, as a table where it is one, as the markup of an
 * element, else as `util.inspect` prints it.
 */
export function present(value: unknown): MimeBundle | Promise<MimeBundle> {
  const method = propertyOf(value, DISPLAY);
  if (typeof method !== 'function') return presentPlainly(value);
  const bundle: unknown = method.call(value);
  return isThenable(bundle)
    ? Promise.resolve(bundle).then((late) => normalise(late, value))
    : normalise(bundle, value);
}

/** A property of an object that may not have it, or not want to be asked for it. */
function propertyOf(value: unknown, name: PropertyKey): unknown {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null)
    return undefined;
  try {
    return Reflect.get(value, name);
  } catch {
    return undefined;
  }
}

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}

function presentPlainly(value: unknown): MimeBundle {
  return elementBundle(value) ?? tableOf(value) ?? { 'text/plain': plainText(value) };
}

/** An element of a document (linkedom, jsdom …), such as libraries for charts make. */
function elementBundle(value: unknown): MimeBundle | null {
  if (typeof propertyOf(value, 'nodeType') !== 'number') return null;
  const html = propertyOf(value, 'outerHTML');
  if (typeof html !== 'string') return null;
  const text = { 'text/plain': shorten(html, 1000) };
  // As an image, for pages take drawings out of HTML. An image has to name its namespace.
  if (!/^<svg\b/.test(html)) return { 'text/html': html, ...text };
  const svg = html.replace(/^<svg(?![^>]*\sxmlns=)/, '<svg xmlns="http://www.w3.org/2000/svg"');
  return { 'image/svg+xml': svg, ...text };
}

function normalise(bundle: unknown, value: unknown): MimeBundle {
  if (typeof bundle !== 'object' || bundle === null) return presentPlainly(value);
  return toMimeBundle(bundle as MimeBundle);
}

/** What can travel: bytes (of an image) as base64, JSON as it is, everything else as text. */
export function toMimeBundle(bundle: MimeBundle): MimeBundle {
  const entries = Object.entries(bundle)
    .filter(([, data]) => data !== undefined && data !== null)
    .map(([type, data]) => [type, isJsonType(type) ? data : text(data)]);
  return toJson(Object.fromEntries(entries));
}

function isJsonType(type: string): boolean {
  return type === 'application/json' || type.endsWith('+json');
}

function text(data: unknown): string {
  if (data instanceof Uint8Array) return Buffer.from(data).toString('base64');
  if (data instanceof ArrayBuffer) return Buffer.from(data).toString('base64');
  return Array.isArray(data) ? data.join('') : String(data);
}

/** A copy as JSON has it. @throws TypeError where there is none, for instance of a circle */
function toJson<Value>(value: Value): Value {
  return JSON.parse(jsonText(value)) as Value;
}

/** @throws TypeError */
export function jsonText(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (cause) {
    throw new TypeError('This cannot be sent to the page, for it cannot be written as JSON.', {
      cause,
    });
  }
}
