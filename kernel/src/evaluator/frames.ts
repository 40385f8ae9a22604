import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { withoutBoxes } from '../compiler/names.ts';
import { type DecodedMap, type Position, trace } from '../compiler/positions.ts';

/** A file whose code we translated: a cell (by its label) or a local module (by its URL). */
export interface Translated {
  source: string;
  map: DecodedMap;
  /** Lines and columns of the code as V8 counts them start at this. */
  isCell: boolean;
}

/** One line of a stack that is of interest to the user. */
export interface Frame {
  /** What V8 calls the file: the label of the cell, or a path or URL. */
  file: string;
  /** What the user calls it. */
  label: string;
  /** Name of the function, empty at a cell's or a module's top level. */
  name: string;
  /** Counted from 0, in what the user wrote. */
  position: Position;
  text: string;
  isCell: boolean;
}

const translated = new Map<string, Translated>();
const frames = new WeakMap<object, Frame[]>();
const kernelDirectory = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** Remembers a translation, so that stacks speak of the user's lines. */
export function registerTranslation(
  file: string,
  source: string,
  map: DecodedMap,
  isCell = false,
): void {
  translated.set(file, { source, map, isCell });
}

/** Everything that has been translated, by what V8 calls it. */
export function translations(): ReadonlyMap<string, Translated> {
  return translated;
}

/** What the user wrote in a cell or a local module. */
export function sourceOf(file: string): string | undefined {
  return translated.get(file)?.source;
}

/** The frames of an error's stack, innermost first; without those that its maker has taken out. */
export function framesOf(error: object): readonly Frame[] {
  try {
    const { stack } = error as Error; // V8 prepares it at the first look
    const all = frames.get(error) ?? [];
    return typeof stack === 'string' ? all.filter(({ text }) => stack.includes(text)) : all;
  } catch {
    return frames.get(error) ?? [];
  }
}

/** Frames that V8 records: some of them are Node's or ours and not shown. */
const STACK_LIMIT = 50;

/**
 * From now on `error.stack` has positions in the user's source and no frames of the kernel. Done
 * again for every cell, for user code may have other ideas.
 */
export function installStackPreparation(): void {
  if (!(Error.stackTraceLimit >= STACK_LIMIT)) Error.stackTraceLimit = STACK_LIMIT;
  Error.prepareStackTrace = (error, callSites) => {
    const kept = callSites.map(describe).filter((frame) => frame !== null);
    frames.set(error, kept);
    return [headline(error), ...kept.map(({ text }) => `    at ${text}`)].join('\n');
  };
}

/** As V8 has it, also for what is no error but has had its stack captured (`console.trace`). */
function headline(error: Error): string {
  try {
    return withoutBoxes(Error.prototype.toString.call(error));
  } catch {
    return 'Error';
  }
}

function describe(site: NodeJS.CallSite): Frame | null {
  const name = site.getFunctionName() ?? '';
  const file = site.getFileName() ?? site.getScriptNameOrSourceURL?.() ?? null;
  if (file === null) return site.isNative() ? null : anonymous(site);
  if (file.startsWith('node:') || file.startsWith('lectern:')) return null;
  const local = file.startsWith('file:') ? fileURLToPath(file) : file;
  if (local.startsWith(kernelDirectory + path.sep)) return null;
  const generated = {
    line: (site.getLineNumber() ?? 1) - 1,
    column: (site.getColumnNumber() ?? 1) - 1,
  };
  const known = translated.get(file);
  const position = known ? trace(known.map, generated) : generated;
  if (!position) return null;
  const label = known?.isCell ? file : local;
  const place = `${label}:${position.line + 1}:${position.column + 1}`;
  const called = callName(site, name);
  const text = (site.isAsync() ? 'async ' : '') + (called ? `${called} (${place})` : place);
  return { file, label, name, position, text, isCell: known?.isCell ?? false };
}

function callName(site: NodeJS.CallSite, name: string): string {
  if (!name) return '';
  const type = site.isToplevel() || site.isConstructor() ? '' : (site.getTypeName() ?? '');
  const owner = type && type !== 'Object' && !name.startsWith(`${type}.`) ? `${type}.` : '';
  return withoutBoxes((site.isConstructor() ? 'new ' : '') + owner + name);
}

/** `<anonymous>`: built-in functions such as `Array.map`. */
function anonymous(site: NodeJS.CallSite): Frame | null {
  const text = site.toString();
  if (!/^(async )?[\w.]+ \(<anonymous>\)/.test(text)) return null;
  const position = { line: 0, column: 0 };
  return { file: '', label: '', name: '', position, text, isCell: false };
}
