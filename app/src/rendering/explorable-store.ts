import { fromHash, parseState, toHash } from './explorable-link.ts';

// Where a reader's own state of an explorable stays: in the browser, and in the page's address.

type State = Record<string, unknown>;

const LONGEST_HASH = 2000;

/** The reader's state, and whether it came with a link that somebody else made. */
export function loadState(key: string, name: string): { state: State | null; linked: boolean } {
  const stored = localStorage.getItem(key);
  const linked = fromHash(location.hash, name);
  if (linked) return { state: linked, linked: JSON.stringify(linked) !== stored };
  return { state: parseState(stored), linked: false };
}

export function saveState(key: string, name: string, state: State): void {
  localStorage.setItem(key, JSON.stringify(state));
  const hash = toHash(name, state);
  if (hash.length <= LONGEST_HASH) history.replaceState(history.state, '', hash);
}
