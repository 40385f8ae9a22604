import { inspect } from 'node:util';
import type { MimeBundle } from '../protocol/index.ts';

/** A method of this name gives a value's MIME bundle, at once or as a promise. */
const DISPLAY = Symbol.for('Jupyter.display');

/** What a value looks like: by its own account, else as `util.inspect` prints it. */
export function present(value: unknown): MimeBundle | Promise<MimeBundle> {
  const method = displayMethod(value);
  if (!method) return plain(value);
  const bundle = method.call(value);
  return isThenable(bundle)
    ? Promise.resolve(bundle).then((late) => normalise(late, value))
    : normalise(bundle, value);
}

function displayMethod(value: unknown): (() => unknown) | null {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return null;
  const method: unknown = Reflect.get(value, DISPLAY);
  return typeof method === 'function' ? (method as () => unknown) : null;
}

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}

function plain(value: unknown): MimeBundle {
  return {
    'text/plain': inspect(value, { depth: 4, maxArrayLength: 100, maxStringLength: 10_000 }),
  };
}

function normalise(bundle: unknown, value: unknown): MimeBundle {
  if (typeof bundle !== 'object' || bundle === null) return plain(value);
  return toMimeBundle(bundle as MimeBundle);
}

/** What can travel: bytes (of an image) as base64, everything else as JSON. */
export function toMimeBundle(bundle: MimeBundle): MimeBundle {
  const entries = Object.entries(bundle).map(([type, data]) => [
    type,
    data instanceof Uint8Array ? Buffer.from(data).toString('base64') : data,
  ]);
  return toJson(Object.fromEntries(entries));
}

/** A copy as JSON has it. @throws TypeError where there is none, for instance of a circle */
export function toJson<Value>(value: Value): Value {
  try {
    return JSON.parse(JSON.stringify(value)) as Value;
  } catch (cause) {
    throw new TypeError('This cannot be sent to the page, for it cannot be written as JSON.', {
      cause,
    });
  }
}
