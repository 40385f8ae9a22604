// Control characters other than line ends and tabs, and those that turn the direction of writing.
const COMMANDS = /(?![\n\t])\p{Cc}|[\u202a-\u202e\u2066-\u2069]/gu;

/**
 * The same data with all texts made plain. A report quotes what an answer printed, threw and returned, and may be
 * shown on a terminal, which would obey what it reads.
 */
export function inPlainText<T>(value: T): T {
  if (typeof value === 'string') {
    return value.replace(/\r\n?/g, '\n').replace(COMMANDS, '\ufffd') as T;
  }
  if (Array.isArray(value)) return value.map(inPlainText) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, inPlainText(item)]),
  ) as T;
}
