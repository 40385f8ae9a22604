import { inspect, types } from 'node:util';
import type { ErrorContent } from '../protocol/index.ts';
import { codeFrame, red } from '../text/code-frame.ts';
import { cleanMessage, framesOf, sourceOf } from './frames.ts';

/** Causes of causes are printed to this depth. */
const DEPTH = 5;

/** What a client shows of something thrown: name, message, the user's own lines, the stack. */
export function describeThrown(thrown: unknown): ErrorContent {
  if (!isError(thrown)) {
    const evalue = inspect(thrown, { depth: 2 });
    return { ename: 'Thrown', evalue, traceback: [`${red('Thrown')}: ${evalue}`] };
  }
  const { ename, evalue } = nameAndMessage(thrown);
  return { ename, evalue, traceback: traceback(thrown, 0) };
}

function isError(value: unknown): value is Error {
  return types.isNativeError(value) || value instanceof Error;
}

function nameAndMessage(error: Error): { ename: string; evalue: string } {
  try {
    return { ename: String(error.name || 'Error'), evalue: cleanMessage(String(error.message)) };
  } catch {
    return { ename: 'Error', evalue: 'An error whose message cannot be read.' };
  }
}

function traceback(error: Error, depth: number): string[] {
  const { ename, evalue } = nameAndMessage(error);
  const lines = `${red(ename)}: ${evalue}`.split('\n');
  const frames = framesOf(error);
  const own = frames.find((frame) => sourceOf(frame.file) !== undefined);
  if (own) {
    const name = own.isCell ? own.file : own.text.replace(/^.*\(|:\d+:\d+\)?$/g, '');
    lines.push(...codeFrame(sourceOf(own.file)!, own.position, { title: name }));
  }
  lines.push(...frames.map(({ text }) => `    at ${text}`));
  if (depth < DEPTH) lines.push(...related(error, depth));
  return lines;
}

function related(error: Error, depth: number): string[] {
  const lines: string[] = [];
  const inner = (title: string, value: unknown) => {
    const text = isError(value) ? traceback(value, depth + 1) : [inspect(value, { depth: 2 })];
    lines.push(`${title}: ${text[0]}`, ...text.slice(1));
  };
  if (error.cause !== undefined) inner('Caused by', error.cause);
  if (error instanceof AggregateError) for (const one of error.errors) inner('Gathered', one);
  return lines;
}
