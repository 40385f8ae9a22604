import * as library from '@lectern/lib/browser';
import { decode } from '../channel/decode.ts';
import { showElements, showNumber } from '../testing/elements.ts';
import type { RecordedCall } from './remote.ts';
import { dataOf, receiver } from './tensors.ts';

const LONGEST_CALL = 160;

/** A value as a student would write it. */
export function show(value: unknown, depth = 0): string {
  if (value instanceof library.Tensor) return showTensor(value);
  if (typeof value === 'number') return showNumber(value).replace('∞', 'Infinity');
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return '(function)';
  if (typeof value !== 'object' || value === null) return String(value);
  if (depth > 4) return '…';
  if (ArrayBuffer.isView(value)) {
    return `${value.constructor.name} ${showList(Array.from(value as Float64Array), depth)}`;
  }
  if (Array.isArray(value)) return showList(value, depth);
  if (value instanceof Map) return `Map ${showEntries([...value], depth, ' → ')}`;
  if (value instanceof Set) return `Set ${showList([...value], depth)}`;
  return showEntries(Object.entries(value), depth, ': ');
}

function showTensor(tensor: library.Tensor): string {
  const values = Array.from(dataOf(tensor) as Float32Array, Number);
  const elements = { shape: tensor.shape, values };
  const text = showElements(elements, () => false).replace(/\s*\n\s*/g, ' ');
  return `tensor(${text})`;
}

function showList(items: unknown[], depth: number): string {
  const shown = items.slice(0, 20).map((item) => show(item, depth + 1));
  if (items.length > shown.length) shown.push('…');
  return `[${shown.join(', ')}]`;
}

function showEntries(entries: [unknown, unknown][], depth: number, sign: string): string {
  const shown = entries.slice(0, 20).map(([key, value]) => {
    const name = typeof key === 'string' && /^[\w$]+$/.test(key) ? key : show(key, depth + 1);
    return `${name}${sign}${show(value, depth + 1)}`;
  });
  if (entries.length > shown.length) shown.push('…');
  return shown.length === 0 ? '{}' : `{ ${shown.join(', ')} }`;
}

/** What a call returned, as a student would write it. */
export function showResult({ outcome }: RecordedCall): string {
  if (outcome?.type !== 'returned') return 'nothing';
  return show(
    decode(
      outcome,
      receiver(() => () => undefined),
    ),
  );
}

/** A call as a student would write it, large arguments by their shape only. */
export function showCall(call: RecordedCall): string {
  const values = decode(
    call.args,
    receiver(() => () => undefined),
  ) as unknown[];
  const name = typeof call.target === 'string' ? call.target : '(the function it returned)';
  const full = `${name}(${values.map((value) => show(value)).join(', ')})`;
  if (full.length <= LONGEST_CALL) return full;
  const short = values.map((value) =>
    value instanceof library.Tensor ? `tensor of shape [${value.shape.join(', ')}]` : show(value),
  );
  return `${name}(${short.map((text) => text.slice(0, LONGEST_CALL)).join(', ')})`;
}

/** Both texts with the words that differ between ‹ and ›. */
export function markDifferences(a: string, b: string): [string, string] {
  const [x, y] = [words(a), words(b)];
  if (a === b) return [a, b];
  if (x.length === y.length) {
    return [mark(x, (i) => x[i] !== y[i]), mark(y, (i) => x[i] !== y[i])];
  }
  let start = 0;
  while (start < Math.min(x.length, y.length) && x[start] === y[start]) start += 1;
  let end = 0;
  while (end < Math.min(x.length, y.length) - start && x.at(-1 - end) === y.at(-1 - end)) end += 1;
  const inMiddle = (list: string[]) => (i: number) => i >= start && i < list.length - end;
  return [mark(x, inMiddle(x)), mark(y, inMiddle(y))];
}

function words(text: string): string[] {
  return text.match(/[\w.+-]+|\s+|[^\w\s]/g) ?? [];
}

function mark(list: string[], differs: (index: number) => boolean): string {
  return list
    .map((word, i) => (differs(i) && word.trim() !== '' ? `‹${word}›` : word))
    .join('')
    .replaceAll('›‹', '');
}
