// Where a reader's own state of an explorable stays: in the browser, and in the page's address so
// that it can be handed on as a link.

type State = Record<string, unknown>;

const LONGEST_HASH = 2000;

/** A short fingerprint: an author who changes the first state starts everyone anew. */
function fingerprint(text: string): string {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
  return (hash >>> 0).toString(36);
}

export function storageKey(notebook: string, name: string, first: State): string {
  return `lectern:explorable:${notebook}:${name}:${fingerprint(JSON.stringify(first))}`;
}

export function toHash(name: string, state: State): string {
  return `#${name}=${encodeURIComponent(JSON.stringify(state))}`;
}

/** The state that an address hands on for this explorable, if it does. */
export function fromHash(hash: string, name: string): State | null {
  const prefix = `#${name}=`;
  if (!hash.startsWith(prefix)) return null;
  try {
    return asState(JSON.parse(decodeURIComponent(hash.slice(prefix.length))));
  } catch {
    return null; // a link that was cut short: the author's state is shown
  }
}

/** The reader's state, and whether it came with a link that somebody else made. */
export function loadState(key: string, name: string): { state: State | null; linked: boolean } {
  const stored = localStorage.getItem(key);
  const linked = fromHash(location.hash, name);
  if (linked) return { state: linked, linked: JSON.stringify(linked) !== stored };
  try {
    return { state: asState(JSON.parse(stored ?? 'null')), linked: false };
  } catch {
    return { state: null, linked: false };
  }
}

export function saveState(key: string, name: string, state: State): void {
  localStorage.setItem(key, JSON.stringify(state));
  const hash = toHash(name, state);
  if (hash.length <= LONGEST_HASH) history.replaceState(history.state, '', hash);
}

function asState(value: unknown): State | null {
  return typeof value === 'object' && value !== null ? (value as State) : null;
}
