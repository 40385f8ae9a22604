import type { Wire } from './values.ts';

/** What the harness asks of a worker. One question at a time; values point into the frame's blobs. */
export type Question =
  /** The first one: the library's script is the frame's only blob. */
  | { type: 'start' }
  /** Evaluates an answer in a fresh context, which then has this number. */
  | { type: 'load'; realm: number; code: string; declares: string[]; forbids: string[] }
  /** Calls a declared name, or a function that the answer handed out. */
  | { type: 'call'; realm: number; target: string | number; args: Wire }
  /** Forgets a context, once what it had left to run has run. */
  | { type: 'drop'; realm: number };

/** What a callback gave; sent while the worker waits for it in the middle of an answer. */
export type CallbackReply =
  | { type: 'returned'; value: Wire }
  | { type: 'threw'; name: string; message: string };

/** What a worker answers. Any of it may be a lie or garbage: see {@link readReply}. */
export type Reply =
  | { type: 'ready' }
  | { type: 'loaded' }
  | { type: 'dropped' }
  | { type: 'returned'; value: Wire }
  /** The answer threw; `position` is a line and column (from 1) of the compiled code. */
  | { type: 'threw'; name: string; message: string; position: [number, number] | null }
  /** The answer returned what may not cross. */
  | { type: 'refused'; reason: string }
  /** The answer waits for something that will never happen. */
  | { type: 'stuck' }
  /** The answer printed; not the last word on the question. */
  | { type: 'printed'; text: string }
  /** The answer calls function number `id` of the harness and waits. */
  | { type: 'callback'; id: number; args: Wire };

/** Longest texts that a worker may send along. */
export const MAX_MESSAGE = 2000;
export const MAX_PRINTED = 16 * 1024;

/** A reply with the form that it must have; texts are cut. @throws Error for anything else */
export function readReply(value: unknown): Reply {
  if (typeof value !== 'object' || value === null) throw new Error('Not a reply.');
  const fields = value as Record<string, unknown>;
  switch (fields.type) {
    case 'ready':
    case 'loaded':
    case 'dropped':
    case 'stuck':
      return { type: fields.type };
    case 'returned':
      return { type: 'returned', value: fields.value as Wire }; // `decode` checks it
    case 'threw':
      return {
        type: 'threw',
        name: text(fields.name, 80),
        message: text(fields.message, MAX_MESSAGE),
        position: position(fields.position),
      };
    case 'refused':
      return { type: 'refused', reason: text(fields.reason, 200) };
    case 'printed':
      return { type: 'printed', text: text(fields.text, MAX_PRINTED) };
    case 'callback':
      return { type: 'callback', id: number(fields.id), args: fields.args as Wire };
    default:
      throw new Error('Not a reply.');
  }
}

function text(value: unknown, most: number): string {
  if (typeof value !== 'string') throw new Error('Not a text.');
  return value.slice(0, most);
}

function number(value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    throw new Error('Not a number.');
  }
  return value;
}

function position(value: unknown): [number, number] | null {
  if (value === null) return null;
  if (!Array.isArray(value) || value.length !== 2) throw new Error('Not a position.');
  return [number(value[0]), number(value[1])];
}
