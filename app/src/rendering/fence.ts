// A fenced block of Markdown that asks for an explorable:
//
//     ```explorable attention/qk
//     { "query": [1, 0] }
//     ```
//
// The state may begin on the first line and go on below it.

export const EXPLORABLE = 'explorable';

export type Fence = { name: string; state: Record<string, unknown> };

export function isExplorable(info: string | undefined): boolean {
  return info !== undefined && info.split(/\s/, 1)[0] === EXPLORABLE;
}

/** The fence's own text without the word `explorable`. */
export function fenceText(info: string, body: string): string {
  return `${info.slice(EXPLORABLE.length).trim()}\n${body}`.trim();
}

/** @throws Error that says what is wrong with the fence, for its author */
export function parseFence(text: string): Fence {
  const [, name, rest = ''] = /^([^\s{]*)\s*([\s\S]*)$/.exec(text.trim()) ?? [];
  if (!name) throw new Error('The fence names no explorable: write ```explorable chapter/name.');
  if (rest.trim() === '') return { name, state: {} };
  let state: unknown;
  try {
    state = JSON.parse(rest);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`The state of the explorable “${name}” is not JSON: ${reason}`);
  }
  if (typeof state !== 'object' || state === null || Array.isArray(state)) {
    throw new Error(`The state of the explorable “${name}” must be a JSON object, as { … }.`);
  }
  return { name, state: state as Record<string, unknown> };
}
