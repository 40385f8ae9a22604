/** All operations, by name. The type demands one record for each. */

import { elementwise } from './elementwise.ts';
import { indexing } from './indexing.ts';
import { matrix } from './matmul.ts';
import { movement } from './movement.ts';
import type { Attributes, OpName, OpRecord, Records } from './record.ts';
import { reduce } from './reduce.ts';

const records: Records<OpName> = {
  ...elementwise,
  ...movement,
  ...reduce,
  ...matrix,
  ...indexing,
};

/** The record of an operation. */
export function recordOf<K extends OpName>(name: K): OpRecord<Attributes[K]> {
  return records[name] as OpRecord<Attributes[K]>;
}
