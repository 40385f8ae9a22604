/** Operations on nothing. */

import { allocate } from '../tensor/dtype.ts';
import type { Records } from './record.ts';

export const sources: Records<'constant'> = {
  /** A number that belongs to the formula. Others are values, which may change between runs. */
  constant: {
    infer: (_, { dtype }) => ({ shape: [], dtype }),
    gradient: () => [],
    lower: (emit, { attributes: { value, dtype } }) => emit.scalar(value, dtype),
    evaluate: (_, { value, dtype }) => allocate(dtype, 1).fill(value),
  },
};
