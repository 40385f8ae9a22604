/** Whether a function is being written down that will be run again and again. */

let active = false;

export function isTracing(): boolean {
  return active;
}

/** Runs `f` as one that will be run again: what it draws from generators is drawn at each run. */
export function whileTracing<R>(f: () => R): R {
  const before = active;
  active = true;
  try {
    return f();
  } finally {
    active = before;
  }
}
