/** Puts back what the kernel and Node stand on, where a cell has changed it. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { EventEmitter } from 'node:events';
import vm from 'node:vm';
import { define } from './globals.ts';

/** One property as it was when the kernel started. */
interface Kept {
  owner: object;
  name: string;
  key: PropertyKey;
  descriptor: PropertyDescriptor;
  /** Any other value breaks the kernel; else only a missing one does, and users may have their own. */
  exact: boolean;
}

// A cell may have replaced these by the time they are needed.
const { defineProperty, getOwnPropertyDescriptor, getPrototypeOf, assign, create, entries } =
  Object;
const { ownKeys, deleteProperty } = Reflect;
const everything = globalThis;

/** Parts of the language whose every property is kept, and what the kernel's own steps go through. */
const CORE = [
  ...['Object', 'Function', 'Array', 'String', 'Number', 'Boolean', 'Symbol', 'BigInt', 'Error'],
  ...['Promise', 'Map', 'Set', 'WeakMap', 'WeakSet', 'WeakRef', 'RegExp', 'AggregateError'],
  ...['TypeError', 'RangeError', 'ArrayBuffer', 'SharedArrayBuffer', 'Uint8Array', 'Int32Array'],
  ...['JSON', 'Reflect', 'Atomics', 'Proxy', 'Iterator'],
];

/** Properties of Error that everybody may set; the evaluator sets the second before each cell. */
const FREE = ['stackTraceLimit', 'prepareStackTrace'];

/**
 * What Node and the kernel find on globalThis, and on the process. Not everything that is there: Node
 * makes much of it at the first look, `fetch` for instance, which would take longer than the rest
 * of the kernel's start.
 */
const GLOBALS = [
  ...['console', 'process', 'Buffer', 'URL', 'performance', 'structuredClone'],
  ...['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'],
  ...['clearTimeout', 'clearInterval', 'clearImmediate'],
];
const PROCESS = [
  ...['on', 'emit', 'listeners', 'nextTick', 'emitWarning', 'cwd', 'hrtime', 'memoryUsage'],
  ...['exit', 'abort', 'kill', '_kill', 'reallyExit', 'execve'],
];

/** On a prototype of everything, these change what others find in an object that lacks them. */
const HARMFUL = ['get', 'set', 'value', 'writable', 'enumerable', 'configurable', 'then', 'toJSON'];

/** Where even a property that was not there before can do harm. */
const OPEN_PROTOTYPES = { Object, Array, String, Number, Boolean, Function };

const kept: Kept[] = [];

/** Remembers the present state; to be called before the first cell. */
export function keepIntrinsics(): void {
  // Node has accessors here, whose setters would hide a change.
  define({ process, Buffer });
  // What the process inherits it gets as its own, so that there is something to compare with.
  const { on, emit, listeners } = EventEmitter.prototype;
  for (const [name, value] of entries({ on, emit, listeners })) {
    defineProperty(process, name, { value, writable: true, configurable: true });
  }
  const core = new Map<object, string>();
  for (const name of CORE) {
    const value: unknown = Reflect.get(everything, name);
    if (value === undefined) continue;
    core.set(value as object, name);
    const prototype = typeof value === 'function' ? (value.prototype as object | null) : null;
    if (prototype) core.set(prototype, `${name}.prototype`);
  }
  core.set(getPrototypeOf(Uint8Array.prototype) as object, 'TypedArray.prototype');
  for (const iterable of [[], '', new Map(), new Set()] as Iterable<unknown>[]) {
    core.set(getPrototypeOf(iterable[Symbol.iterator]()) as object, 'an iterator');
  }
  core.set(AsyncLocalStorage.prototype, 'AsyncLocalStorage.prototype');
  core.set(vm.Script.prototype, 'vm.Script.prototype');
  for (const [owner, name] of core) keep(owner, name, ownKeys(owner), true);
  const emitter = EventEmitter.prototype;
  keep(emitter, 'EventEmitter.prototype', ownKeys(emitter), false);
  keep(process, 'process', PROCESS, false);
  keep(everything, 'globalThis', [...CORE, 'globalThis'], true);
  keep(everything, 'globalThis', GLOBALS, false);
}

function keep(owner: object, name: string, keys: readonly PropertyKey[], exact: boolean): void {
  for (const key of keys) {
    const descriptor = getOwnPropertyDescriptor(owner, key);
    if (!descriptor?.configurable || (owner === Error && FREE.includes(String(key)))) continue;
    // Without a prototype, or a polluted one would count as part of it.
    kept.push({
      owner,
      name,
      key,
      exact,
      descriptor: assign(create(null), descriptor),
    });
  }
}

/**
 * Compares with the remembered state and restores it. Takes 0.1 ms. Written with nothing that a
 * cell could have replaced: no iteration, no methods.
 *
 * @returns the names of what was changed, for instance `Array.prototype.push`
 */
export function repairIntrinsics(): string[] {
  const repaired: string[] = [];
  // First, for what is wrong there shows in every descriptor.
  for (const name in OPEN_PROTOTYPES) {
    const { prototype } = OPEN_PROTOTYPES[name as keyof typeof OPEN_PROTOTYPES];
    if (getOwnPropertyDescriptor(OPEN_PROTOTYPES, name)) clean(name, prototype, repaired);
  }
  for (let i = 0; i < kept.length; i++) {
    const property = kept[i]!;
    if (isSound(property)) continue;
    try {
      defineProperty(property.owner, property.key, property.descriptor);
      repaired[repaired.length] = nameOf(property.name, property.key);
    } catch {
      // Frozen by the cell: nothing can be done.
    }
  }
  return repaired;
}

function isSound({ owner, key, descriptor, exact }: Kept): boolean {
  const now = getOwnPropertyDescriptor(owner, key);
  if (!now) return false;
  if (exact) return now.value === descriptor.value && now.get === descriptor.get;
  // Node turns some accessors into values at the first look.
  return (
    now.get !== undefined || now.value != null || (!descriptor.get && descriptor.value == null)
  );
}

function clean(name: string, prototype: object, repaired: string[]): void {
  const isEverything = prototype === OPEN_PROTOTYPES.Object.prototype;
  const keys = isEverything ? ownKeys(prototype) : ['toJSON', 'then'];
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!;
    const added = getOwnPropertyDescriptor(prototype, key);
    if (!added?.configurable || isKept(prototype, key)) continue;
    // An accessor, or a constant, changes what an assignment to any object does.
    const changesAssignment = added.writable !== true;
    let harmful = !isEverything || changesAssignment;
    for (let j = 0; j < HARMFUL.length; j++) harmful ||= key === HARMFUL[j];
    if (!harmful) continue;
    deleteProperty(prototype, key);
    repaired[repaired.length] = nameOf(`${name}.prototype`, key);
  }
}

function isKept(owner: object, key: PropertyKey): boolean {
  for (let i = 0; i < kept.length; i++) {
    if (kept[i]!.owner === owner && kept[i]!.key === key) return true;
  }
  return false;
}

function nameOf(owner: string, key: PropertyKey): string {
  if (typeof key === 'symbol') return `${owner}[Symbol(${key.description})]`;
  return owner === 'globalThis' ? `${key}` : `${owner}.${String(key)}`;
}
