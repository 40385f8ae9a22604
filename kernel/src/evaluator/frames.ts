import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type DecodedMap, type Position, trace } from '../compiler/positions.ts';

/** A file whose code we translated: a cell (by its label) or a local module (by its URL). */
interface Translated {
  source: string;
  map: DecodedMap;
  /** Lines and columns of the code as V8 counts them start at this. */
  isCell: boolean;
}

/** One line of a stack that is of interest to the user. */
export interface Frame {
  /** Label of the cell, or path of the file. */
  file: string;
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

/** What the user wrote in a cell or a local module. */
export function sourceOf(file: string): string | undefined {
  return translated.get(file)?.source;
}

/** The frames of an error's stack, innermost first. */
export function framesOf(error: object): readonly Frame[] {
  void (error as Error).stack; // V8 prepares it at the first look
  return frames.get(error) ?? [];
}

/** V8 names callees as the compiler wrote them: `(0 , f$$.v) is not a function`. */
export function cleanMessage(message: string): string {
  return message.replace(
    /\(0 , ([\p{ID_Continue}$]+)\$\$e?\.v\)|([\p{ID_Continue}$]+)\$\$e?\.v/gu,
    '$1$2',
  );
}

/** From now on `error.stack` has positions in the user's source and no frames of the kernel. */
export function installStackPreparation(): void {
  Error.prepareStackTrace = (error, callSites) => {
    const kept = callSites.map(describe).filter((frame) => frame !== null);
    frames.set(error, kept);
    return [headline(error), ...kept.map(({ text }) => `    at ${text}`)].join('\n');
  };
}

function headline(error: Error): string {
  try {
    return cleanMessage(String(error));
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
  return { file, name, position, text, isCell: known?.isCell ?? false };
}

function callName(site: NodeJS.CallSite, name: string): string {
  if (!name) return '';
  const type = site.isToplevel() || site.isConstructor() ? '' : (site.getTypeName() ?? '');
  const owner = type && type !== 'Object' && !name.startsWith(`${type}.`) ? `${type}.` : '';
  return cleanMessage((site.isConstructor() ? 'new ' : '') + owner + name);
}

/** `<anonymous>`: built-in functions such as `Array.map`. */
function anonymous(site: NodeJS.CallSite): Frame | null {
  const text = site.toString();
  if (!/^(async )?[\w.]+ \(<anonymous>\)/.test(text)) return null;
  return { file: '', name: '', position: { line: 0, column: 0 }, text, isCell: false };
}
