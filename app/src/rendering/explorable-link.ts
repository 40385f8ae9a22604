// A reader's own state of an explorable as part of the page's address, so that it can be handed on.

type State = Record<string, unknown>;

/** A short fingerprint: an author who changes the first state starts everyone anew. */
function fingerprint(text: string): string {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
  return (hash >>> 0).toString(36);
}

/** Under which name the browser keeps the state. */
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
    return parseState(decodeURIComponent(hash.slice(prefix.length)));
  } catch {
    return null; // a link that was cut short: the author's state is shown
  }
}

export function parseState(text: string | null): State | null {
  try {
    const value: unknown = JSON.parse(text ?? 'null');
    return typeof value === 'object' && value !== null ? (value as State) : null;
  } catch {
    return null;
  }
}
