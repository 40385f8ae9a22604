import { inspect, types } from 'node:util';
import { withoutBoxes } from '../compiler/names.ts';
import type { ErrorContent } from '../protocol/index.ts';
import { codeFrame, red } from '../text/code-frame.ts';
import { type Frame, framesOf, sourceOf } from './frames.ts';
import { plainText, shorten } from './plain-text.ts';

/** Causes of causes are printed to this depth, and so many errors of one that gathers them. */
const DEPTH = 5;
const GATHERED = 10;

/** So many lines of a stack are printed, and so many characters of a message. */
const FRAMES = 20;
const MESSAGE = 10_000;

/** Names that say nothing of a class which extends these and has not set its own. */
const NATIVE = new Set(
  [Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError].map(
    ({ name }) => name,
  ),
);

/**
 * What a client shows of something thrown: name, message, the user's own lines, the stack. Never
 * throws itself, whatever was thrown.
 *
 * @param note said at the end of the traceback
 */
export function describeThrown(thrown: unknown, note?: string): ErrorContent {
  const notes = note ? [note] : [];
  if (isError(thrown)) {
    const lines = traceback(thrown, new Set());
    return { ...nameAndMessage(thrown), traceback: [...lines, ...notes] };
  }
  const evalue = valueText(thrown);
  const hint = '  (Only an Error knows where it was thrown, so there is no line to show.)';
  return { ename: 'Thrown', evalue, traceback: [`${red('Thrown')}: ${evalue}`, hint, ...notes] };
}

function isError(value: unknown): value is Error {
  return types.isNativeError(value) || safely(() => value instanceof Error, false);
}

/** Getters and traps of thrown objects are user code, and may throw in their turn. */
function safely<Value>(look: () => Value, otherwise: Value): Value {
  try {
    return look();
  } catch {
    return otherwise;
  }
}

function valueText(value: unknown): string {
  const unknown = 'a value that cannot be shown, for looking at it throws';
  return shorten(
    safely(() => plainText(value), '') ||
      safely(() => inspect(value, { customInspect: false }), unknown),
    MESSAGE,
  );
}

function nameAndMessage(error: Error): { ename: string; evalue: string } {
  const unreadable = 'This error has a message that cannot be read: reading it throws.';
  const message = safely(() => String(error.message), unreadable);
  return { ename: nameOf(error), evalue: withoutBoxes(shorten(message, MESSAGE)) };
}

function nameOf(error: Error): string {
  const name = safely(() => String(error.name || 'Error'), 'Error');
  if (!NATIVE.has(name) || safely(() => Object.hasOwn(error, 'name'), true)) return name;
  const ofClass = safely(() => String(error.constructor.name), name);
  return /^\p{Lu}/u.test(ofClass) ? ofClass : name;
}

function traceback(error: Error, above: Set<unknown>): string[] {
  above.add(error);
  const { ename, evalue } = nameAndMessage(error);
  const frames = framesOf(error);
  return [
    ...`${red(ename)}: ${evalue}`.split('\n'),
    ...places(frames),
    ...stack(frames),
    ...properties(error),
    ...related(error, above),
  ];
}

/** Where it happened and, where that is elsewhere, which line of the cell that runs led there. */
function places(frames: readonly Frame[]): string[] {
  const own = frames.filter((frame) => sourceOf(frame.file) !== undefined);
  const [inner] = own;
  if (!inner) return [];
  const shown = codeFrame(sourceOf(inner.file)!, inner.position, { title: inner.label });
  const running = own.findLast((frame) => frame.isCell)?.file;
  const caller = own.find((frame) => frame.file === running);
  if (!caller || running === inner.file) return shown;
  const title = `called from ${caller.label}`;
  return [...shown, ...codeFrame(sourceOf(caller.file)!, caller.position, { title })];
}

/** The stack; recursion in few lines. */
function stack(frames: readonly Frame[]): string[] {
  const lines: { text: string; times: number }[] = [];
  for (const { text } of frames) {
    const last = lines.at(-1);
    if (last?.text === text) last.times++;
    else lines.push({ text, times: 1 });
  }
  const shown = lines.slice(0, FRAMES).map(({ text, times }) => {
    return `    at ${text}${times > 1 ? ` (${times} times)` : ''}`;
  });
  const more = lines.length - FRAMES;
  return more > 0 ? [...shown, `    … and ${more} more`] : shown;
}

/** What else an error carries. Of Node's own errors the message says all of it. */
function properties(error: Error): string[] {
  return safely(() => {
    if ('syscall' in error || (error as { code?: unknown }).code === 'ERR_ASSERTION') return [];
    const own = Object.entries(Object.getOwnPropertyDescriptors(error)).filter(
      ([name, { enumerable, value }]) =>
        enumerable && value !== undefined && !['name', 'cause', 'errors'].includes(name),
    );
    if (own.length === 0) return [];
    const shown = Object.fromEntries(own.map(([name, { value }]) => [name, value]));
    const text = inspect(shown, { depth: 1, maxArrayLength: 6, maxStringLength: 200 });
    return shorten(text, 1000)
      .split('\n')
      .map((line) => `    ${line}`);
  }, []);
}

function related(error: Error, above: Set<unknown>): string[] {
  const lines: string[] = [];
  const add = (title: string, value: unknown) => {
    let text = [valueText(value)];
    if (above.has(value)) text = ['the same error again'];
    else if (above.size >= DEPTH) text = ['… (not shown)'];
    else if (isError(value)) text = traceback(value, new Set(above));
    lines.push(`${title}: ${text[0]}`, ...text.slice(1));
  };
  const cause = safely(() => error.cause, undefined);
  if (cause !== undefined) add('Caused by', cause);
  if (safely(() => Object.hasOwn(error, 'suppressed'), false)) {
    // Of `using`: what disposing threw, and what had been thrown before.
    const of = error as SuppressedError;
    add(
      'Thrown at last',
      safely(() => of.error as unknown, undefined),
    );
    add(
      'Suppressed',
      safely(() => of.suppressed as unknown, undefined),
    );
  }
  const errors = safely(() => (error as AggregateError).errors as unknown, undefined);
  if (error instanceof AggregateError && Array.isArray(errors)) {
    errors.slice(0, GATHERED).forEach((one, i) => {
      add(`Error ${i + 1} of ${errors.length}`, one);
    });
    if (errors.length > GATHERED) lines.push(`… and ${errors.length - GATHERED} more errors`);
  }
  return lines;
}
