/** Cutting text at the matches of a regular expression, and what becomes of the matches. */

import type { Json } from './json.ts';

/** A part of the text on its way to the model. */
export interface Piece {
  text: string;
  /** Whether it begins where the whole text begins. */
  first: boolean;
}

const behaviors = [
  'Removed',
  'Isolated',
  'MergedWithPrevious',
  'MergedWithNext',
  'Contiguous',
] as const;

/** What becomes of a match: dropped, a piece of its own, or joined to a neighbour. */
export type Behavior = (typeof behaviors)[number];

export function behaviorOf(json: Json, fallback?: Behavior): Behavior {
  return json.oneOf(behaviors, fallback);
}

interface Span {
  start: number;
  end: number;
  isMatch: boolean;
}

/** Cuts a piece; `invert` swaps the roles of the matches and of what lies between. */
export function split(piece: Piece, pattern: RegExp, behavior: Behavior, invert = false): Piece[] {
  const found = spans(piece.text, pattern).map((span) => ({
    ...span,
    isMatch: span.isMatch !== invert,
  }));
  return joined(found, behavior)
    .filter(({ start, end }) => start < end)
    .map(({ start, end }) => ({
      text: piece.text.slice(start, end),
      first: piece.first && start === 0,
    }));
}

/** The whole text as matches and what lies between them. */
function spans(text: string, pattern: RegExp): Span[] {
  const found: Span[] = [];
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    if (match.index > end) found.push({ start: end, end: match.index, isMatch: false });
    end = match.index + match[0].length;
    found.push({ start: match.index, end, isMatch: true });
  }
  if (end < text.length) found.push({ start: end, end: text.length, isMatch: false });
  return found;
}

function joined(found: Span[], behavior: Behavior): Span[] {
  if (behavior === 'Isolated') return found;
  if (behavior === 'Removed') return found.filter(({ isMatch }) => !isMatch);
  if (behavior === 'MergedWithNext') {
    return mergedWithPrevious(found.toReversed().map(mirrored)).toReversed().map(mirrored);
  }
  if (behavior === 'MergedWithPrevious') return mergedWithPrevious(found);
  return contiguous(found);
}

/** A match joins what stands before it, unless that is a match too. */
function mergedWithPrevious(found: Span[]): Span[] {
  const out: Span[] = [];
  let afterMatch = false;
  for (const span of found) {
    const last = out.at(-1);
    if (span.isMatch && !afterMatch && last !== undefined) last.end = span.end;
    else out.push({ ...span });
    afterMatch = span.isMatch;
  }
  return out;
}

/** Matches that touch are one. */
function contiguous(found: Span[]): Span[] {
  const out: Span[] = [];
  for (const span of found) {
    const last = out.at(-1);
    if (last !== undefined && last.isMatch === span.isMatch) last.end = span.end;
    else out.push({ ...span });
  }
  return out;
}

const mirrored = ({ start, end, isMatch }: Span): Span => ({ start: end, end: start, isMatch });
