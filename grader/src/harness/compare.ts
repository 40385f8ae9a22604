import { type Parcel, TENSOR_ARRAYS, type TensorType, type Wire } from '../channel/values.ts';
import type { CallOutcome } from './answer.ts';

const ATOL = 1e-5;
const RTOL = 1e-4;

/** Whether two answers to the same call are the same for a test: equal up to rounding, or the same kind of failure. */
export function sameOutcome(a: CallOutcome | null, b: CallOutcome | null): boolean {
  if (a === null || b === null || a.type !== b.type) return false;
  if (a.type === 'returned') return sameParcel(a, b as typeof a);
  if (a.type === 'threw') {
    const other = b as typeof a;
    // Which name was forbidden is told by the message; other messages are matters of style.
    return a.name === other.name && (a.name !== 'ForbiddenError' || a.message === other.message);
  }
  return a.type === 'refused';
}

function sameParcel(a: Parcel, b: Parcel): boolean {
  return sameWire(a.wire, b.wire, a, b);
}

function sameWire(a: Wire, b: Wire, from: Parcel, to: Parcel): boolean {
  if (typeof a === 'number' && typeof b === 'number') return sameNumber(a, b);
  if (!Array.isArray(a) || !Array.isArray(b)) return a === b;
  if (a[0] !== b[0]) return false;
  switch (a[0]) {
    case 'tensor': {
      const [, dtype, shape, blob] = b as typeof a;
      return (
        a[1] === dtype &&
        String(a[2]) === String(shape) &&
        sameElements(dtype, from.blobs[a[3]]!, to.blobs[blob]!)
      );
    }
    case 'bytes': {
      const other = b as typeof a;
      return a[1] === other[1] && Buffer.compare(from.blobs[a[2]]!, to.blobs[other[2]]!) === 0;
    }
    case 'array':
    case 'set':
      return samePairs(a[1], b[1] as Wire[], (x, y) => sameWire(x, y, from, to));
    case 'object':
    case 'map':
      return samePairs(a[1] as [Wire, Wire][], b[1] as [Wire, Wire][], (x, y) =>
        x.every((wire, i) => sameWire(wire, y[i]!, from, to)),
      );
    case 'function':
      return true; // what it does shows when it is called
    default:
      return a[1] === b[1];
  }
}

function samePairs<T>(a: T[], b: T[], same: (x: T, y: T) => boolean): boolean {
  return a.length === b.length && a.every((item, i) => same(item, b[i]!));
}

function sameElements(dtype: TensorType, a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  if (dtype !== 'float32') return Buffer.compare(a, b) === 0;
  const [x, y] = [a, b].map((bytes) => new TENSOR_ARRAYS.float32(new Uint8Array(bytes).buffer));
  return x!.every((value, i) => sameNumber(value, y![i]!));
}

function sameNumber(a: number, b: number): boolean {
  // Nothing but itself is close to an infinity, which would make the tolerance infinite.
  const tolerance = Number.isFinite(b) ? ATOL + RTOL * Math.abs(b) : 0;
  return Object.is(a, b) || a === b || Math.abs(a - b) <= tolerance;
}
