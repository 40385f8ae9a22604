/** All operations, by name. The type demands one record for each. */

import { demandLeave } from '../forbid.ts';
import { elementwise } from './elementwise.ts';
import { fused } from './fused.ts';
import { indexing } from './indexing.ts';
import { matrix } from './matmul.ts';
import { movement } from './movement.ts';
import { quantized } from './quantized.ts';
import type { Attributes, OpName, OpRecord, Records } from './record.ts';
import { reduce } from './reduce.ts';
import { loops } from './scan.ts';
import { sorting } from './sorting.ts';
import { sources } from './sources.ts';
import { unaries } from './unary.ts';

const records: Records<OpName> = {
  ...sources,
  ...unaries,
  ...elementwise,
  ...movement,
  ...reduce,
  ...matrix,
  ...quantized,
  ...fused,
  ...loops,
  ...indexing,
  ...sorting,
};

/** Which attributes of an operation are sizes, not structure. */
export function sizeAttributesOf(name: OpName): readonly string[] {
  return records[name].sizes ?? [];
}

/**
 * The record of an operation. A name that was taken away is gone here too: a node that somebody
 * made by hand, or turned into another, is not computed either.
 */
export function recordOf<K extends OpName>(name: K): OpRecord<Attributes[K]> {
  demandLeave(name);
  return records[name] as OpRecord<Attributes[K]>;
}
