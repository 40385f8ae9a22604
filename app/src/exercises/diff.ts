/** A piece of text that two texts share, or that only this one has. */
export type Piece = { text: string; differs: boolean };

/** Past this many pieces a comparison is no help to a reader and would take too long. */
const MOST = 1500;

const MARKED = /‹[^›]*›/;

const TOKENS = /[-+]?\d[\d._]*(?:e[-+]?\d+)?|[\p{L}_$][\p{L}\p{N}_$]*|\s+|./giu;

/**
 * Marks where two values, written out, differ. The grader knows best and puts ‹ › around what
 * differs by more than the tolerance; without them numbers and names are compared whole.
 */
export function markDifferences(left: string, right: string): [Piece[], Piece[]] {
  if (MARKED.test(left) || MARKED.test(right)) return [readMarks(left), readMarks(right)];
  return align(left.match(TOKENS) ?? [], right.match(TOKENS) ?? []);
}

function readMarks(text: string): Piece[] {
  const pieces: Piece[] = [];
  text.split(/‹([^›]*)›/).forEach((part, i) => {
    // What a capture group matched stands at the odd places.
    if (part !== '') pieces.push({ text: part, differs: i % 2 === 1 });
  });
  return pieces;
}

export type LinePair = { left: string | null; right: string | null };

/** Two programs side by side, line by line; null stands for a line that one of them lacks. */
export function pairLines(left: string, right: string): LinePair[] {
  const a = left.trimEnd().split('\n');
  const b = right.trimEnd().split('\n');
  const pairs: LinePair[] = [];
  let i = 0;
  let j = 0;
  for (const [ci, cj] of [...common(a, b), [a.length, b.length] as const]) {
    // Lines between two common ones stand beside each other as far as they go.
    while (i < ci || j < cj) {
      pairs.push({ left: i < ci ? (a[i] ?? null) : null, right: j < cj ? (b[j] ?? null) : null });
      if (i < ci) i += 1;
      if (j < cj) j += 1;
    }
    if (ci < a.length && cj < b.length) pairs.push({ left: a[i++] ?? '', right: b[j++] ?? '' });
  }
  return pairs;
}

function align(left: string[], right: string[]): [Piece[], Piece[]] {
  const shared = common(left, right);
  const inLeft = new Set(shared.map(([i]) => i));
  const inRight = new Set(shared.map(([, j]) => j));
  return [pieces(left, inLeft), pieces(right, inRight)];
}

function pieces(tokens: string[], shared: Set<number>): Piece[] {
  const joined: Piece[] = [];
  tokens.forEach((text, i) => {
    const differs = !shared.has(i);
    const last = joined.at(-1);
    if (last?.differs === differs) last.text += text;
    else joined.push({ text, differs });
  });
  return joined;
}

/** Positions of a longest common subsequence, by dynamic programming. */
function common(a: string[], b: string[]): [number, number][] {
  if (a.length > MOST || b.length > MOST) return [];
  const width = b.length + 1;
  const best = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number) => best[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      best[i * width + j] =
        a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const found: [number, number][] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) found.push([i++, j++]);
    else if (at(i + 1, j) >= at(i, j + 1)) i += 1;
    else j += 1;
  }
  return found;
}
