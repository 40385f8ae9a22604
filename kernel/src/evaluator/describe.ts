import { types } from 'node:util';
import type { Description } from '../introspection.ts';
import { shorten } from './plain-text.ts';

const LENGTH = 160;
const TEXT = 80;
const ITEMS = 6;
const PARTS = 200;
const DEPTH = 2;

/** Stands for a value that only a getter knows. */
const GETTER = Symbol('getter');

const sizeOfMap = getterOf(Map.prototype, 'size');
const sizeOfSet = getterOf(Set.prototype, 'size');
const lengthOfTypedArray = getterOf(Object.getPrototypeOf(Int8Array.prototype) as object, 'length');
const entriesOfMap = Map.prototype.entries;
const valuesOfSet = Set.prototype.values;
const isoString = Date.prototype.toISOString;
const timeOf = Date.prototype.getTime;
const sourceOfFunction = Function.prototype.toString;
const sourceOfPattern = getterOf(RegExp.prototype, 'source');
const flagsOfPattern = getterOf(RegExp.prototype, 'flags');

/** Describes a value; getters, proxies and methods of the value are left alone. */
export function describe(name: string, value: unknown): Description {
  const shape = shapeOf(value);
  return {
    name,
    type: typeOf(value),
    ...(shape && { shape }),
    preview: shorten(previewOf(value, DEPTH), LENGTH),
    hasParts: isObject(value) && !types.isProxy(value),
  };
}

/**
 * The parts of a value by name, as an object of its own that has nothing but them: own properties,
 * items, entries. What a getter would give is a mark that `describe` knows.
 */
export function partsOf(value: object): Record<string, unknown> {
  const parts: Record<string, unknown> = Object.create(null);
  if (types.isProxy(value)) return parts;
  if (types.isMap(value)) {
    for (const [key, item] of iterate(Reflect.apply(entriesOfMap, value, []))) {
      parts[previewOf(key, 1)] = item;
    }
  } else if (types.isSet(value)) {
    let index = 0;
    for (const item of iterate(Reflect.apply(valuesOfSet, value, []))) parts[index++] = item;
  }
  if (Array.isArray(value) || types.isTypedArray(value)) {
    const length = shapeOf(value)![0]!;
    for (let i = 0; i < Math.min(length, PARTS); i++) parts[i] = own(value, `${i}`);
    parts.length = length;
    return parts;
  }
  for (const key of Reflect.ownKeys(value).slice(0, PARTS)) parts[String(key)] = own(value, key);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (isObject(prototype) && prototype !== Object.prototype && !types.isProxy(prototype)) {
    for (const key of Reflect.ownKeys(prototype)) {
      if (Object.getOwnPropertyDescriptor(prototype, key)?.get) parts[String(key)] ??= GETTER;
    }
  }
  return parts;
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (value === GETTER) return 'getter';
  if (!isObject(value)) return typeof value;
  if (types.isProxy(value)) return 'Proxy';
  const dtype = dtypeOf(value);
  const name = className(value);
  return dtype === null ? name : `${name} ${dtype}`;
}

function className(value: object): string {
  if (typeof value === 'function') return isClass(value) ? 'class' : 'function';
  for (let at: object | null = value; at && !types.isProxy(at); at = Object.getPrototypeOf(at)) {
    const made = Object.getOwnPropertyDescriptor(at, 'constructor')?.value as unknown;
    if (typeof made === 'function' && !types.isProxy(made)) return functionName(made) || 'Object';
  }
  return 'Object';
}

function shapeOf(value: unknown): number[] | undefined {
  if (!isObject(value) || types.isProxy(value)) return undefined;
  if (dtypeOf(value) !== null) return [...(own(value, 'shape') as number[])];
  if (types.isMap(value)) return [Reflect.apply(sizeOfMap, value, []) as number];
  if (types.isSet(value)) return [Reflect.apply(sizeOfSet, value, []) as number];
  if (types.isTypedArray(value)) return [Reflect.apply(lengthOfTypedArray, value, []) as number];
  return Array.isArray(value) ? [value.length] : undefined;
}

/** A tensor says its dtype and its shape in properties of its own; its values are not asked for. */
function dtypeOf(value: object): string | null {
  const dtype = own(value, 'dtype');
  const shape = own(value, 'shape');
  const isShape = Array.isArray(shape) && !types.isProxy(shape) && shape.every(Number.isInteger);
  return typeof dtype === 'string' && isShape ? dtype : null;
}

function previewOf(value: unknown, depth: number): string {
  switch (typeof value) {
    case 'string':
      return `'${shorten(value, TEXT).replaceAll('\n', '\\n')}'`;
    case 'number':
      return Object.is(value, -0) ? '-0' : `${value}`;
    case 'bigint':
      return `${value}n`;
    case 'symbol':
      return value === GETTER ? '(getter)' : value.toString();
    case 'function':
      return types.isProxy(value) ? 'Proxy' : previewOfFunction(value);
    case 'object':
      return value === null ? 'null' : previewOfObject(value, depth);
    default:
      return `${value}`;
  }
}

function previewOfFunction(value: object): string {
  const name = functionName(value);
  return isClass(value) ? `class ${name}` : `ƒ ${name}()`;
}

function previewOfObject(value: object, depth: number): string {
  if (types.isProxy(value)) return 'Proxy';
  const dtype = dtypeOf(value);
  const name = className(value);
  if (dtype !== null) return `${name} ${dtype} [${(own(value, 'shape') as number[]).join(', ')}]`;
  if (types.isDate(value)) {
    const time = Reflect.apply(timeOf, value, []);
    return Number.isNaN(time) ? 'Invalid Date' : Reflect.apply(isoString, value, []);
  }
  if (types.isRegExp(value)) {
    return `/${Reflect.apply(sourceOfPattern, value, [])}/${Reflect.apply(flagsOfPattern, value, [])}`;
  }
  if (types.isNativeError(value)) return `${name}: ${previewOf(inherited(value, 'message'), 0)}`;
  if (types.isBoxedPrimitive(value) || types.isPromise(value)) return name;
  const size = shapeOf(value)?.[0];
  const title = size === undefined || Array.isArray(value) ? name : `${name}(${size})`;
  if (depth === 0) return Array.isArray(value) ? `Array(${size})` : title;
  const items = itemsOf(value, depth - 1);
  const more = (size ?? items.length) - Math.min(items.length, ITEMS);
  const shown = items.slice(0, ITEMS).join(', ') + (more > 0 ? `, … ${more} more` : '');
  if (Array.isArray(value)) return `[${shown}]`;
  if (types.isTypedArray(value)) return `${title} [${shown}]`;
  const braces = shown === '' ? '{}' : `{ ${shown} }`;
  return name === 'Object' ? braces : `${title} ${braces}`;
}

/** The first items, entries or properties of an object, each in short. */
function itemsOf(value: object, depth: number): string[] {
  const items: string[] = [];
  const enough = () => items.length > ITEMS;
  if (types.isMap(value)) {
    for (const [key, item] of iterate(Reflect.apply(entriesOfMap, value, []))) {
      items.push(`${previewOf(key, depth)} => ${previewOf(item, depth)}`);
      if (enough()) break;
    }
  } else if (types.isSet(value)) {
    for (const item of iterate(Reflect.apply(valuesOfSet, value, []))) {
      items.push(previewOf(item, depth));
      if (enough()) break;
    }
  } else if (Array.isArray(value) || types.isTypedArray(value)) {
    const length = shapeOf(value)![0]!;
    for (let i = 0; i < length && !enough(); i++) items.push(previewOf(own(value, `${i}`), depth));
  } else {
    for (const key of Reflect.ownKeys(value)) {
      const { enumerable } = Object.getOwnPropertyDescriptor(value, key)!;
      if (enumerable) items.push(`${String(key)}: ${previewOf(own(value, key), depth)}`);
      if (enough()) break;
    }
  }
  return items;
}

/** An own property's value; of a getter a mark for it. */
function own(value: object, key: PropertyKey): unknown {
  const property = Object.getOwnPropertyDescriptor(value, key);
  return property?.get || property?.set ? GETTER : property?.value;
}

function inherited(value: object, key: PropertyKey): unknown {
  for (let at: object | null = value; at && !types.isProxy(at); at = Object.getPrototypeOf(at)) {
    if (Object.hasOwn(at, key)) return own(at, key);
  }
  return undefined;
}

function functionName(value: object): string {
  const name = own(value, 'name');
  return typeof name === 'string' ? name : '';
}

function isClass(value: object): boolean {
  return /^class\b/.test(Reflect.apply(sourceOfFunction, value, []));
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

function getterOf(prototype: object, name: string): () => unknown {
  return Object.getOwnPropertyDescriptor(prototype, name)!.get!;
}

/** Iterates without asking the iterator's prototype, which user code may have changed. */
function* iterate<Item>(iterator: Iterator<Item>): Generator<Item> {
  const { next } = iterator;
  for (;;) {
    const step = Reflect.apply(next, iterator, []) as IteratorResult<Item>;
    if (step.done) return;
    yield step.value;
  }
}
