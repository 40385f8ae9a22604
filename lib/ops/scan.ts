/**
 * A loop as one operation: the same body for each place along the first dimension of its sequences.
 * Its result is one row of numbers: what the last call carried, then what each call gave.
 */

import type { Graph } from '../backend/graph.ts';
import { evaluate } from '../backend/reference.ts';
import { numelOf } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Dense, LoweringContext, Records, Spec } from './record.ts';

/** A loop's body and how it is called. */
export interface Loop {
  /** The body; its leaves are what is carried, the sequences' elements, and what is captured. */
  readonly body: Graph;
  readonly length: number;
  readonly carries: number;
  readonly sequences: number;
  /** Whether it begins at the end. */
  readonly reverse: boolean;
  /** Equal for loops that differ in sizes only. */
  readonly key: string;
  readonly sizes: readonly number[];
  /** How a gradient passes through; see functions/scan.ts. */
  gradient(g: Tensor, inputs: readonly Tensor[]): (Tensor | null)[];
}

/** A part of the result: where it begins, and its shape. */
export interface LoopPart extends Spec {
  readonly start: number;
}

/** The parts of a loop's result in order: what is carried in the end, then what each call gave. */
export function partsOf({ body, carries, length }: Loop): LoopPart[] {
  let end = 0;
  return body.outputs.map((position, i) => {
    const { shape, dtype } = body.nodes[position]!;
    const part = { start: end, shape: i < carries ? shape : [length, ...shape], dtype };
    end += numelOf(part.shape);
    return part;
  });
}

type Context = LoweringContext<{ loop: Loop }>;

export const loops: Records<'scan' | 'scanPart'> = {
  scan: {
    infer: (_, { loop }) => {
      const { start, shape } = partsOf(loop).at(-1)!;
      return { shape: [start + numelOf(shape)], dtype: 'float32' };
    },

    gradient: (g, { inputs, attributes: { loop } }) => loop.gradient(g, inputs),

    lower: (emit, context) => {
      const { loop } = context.attributes;
      const parts = partsOf(loop);
      const given = context.names.slice(0, loop.carries + loop.sequences);
      const direction = loop.reverse ? 1 : 0;
      const outputs = emit.nodes('Scan', given, parts.length, {
        body: lowerBody(context),
        num_scan_inputs: loop.sequences,
        scan_input_directions: Array(loop.sequences).fill(direction),
        scan_output_directions: Array(parts.length - loop.carries).fill(direction),
      });
      const rows = outputs.map((name) => emit.node('Reshape', [name, emit.ints([-1])]));
      const whole = emit.node('Concat', rows, { axis: 0 });
      emit.memo.set(whole, outputs);
      return whole;
    },

    evaluate: (inputs, { loop }, output) => {
      const { body, carries, sequences, length, reverse } = loop;
      const result = new Float32Array(numelOf(output.shape));
      const parts = partsOf(loop);
      let carried = inputs.slice(0, carries).map(({ values }) => values);
      const captured = inputs.slice(carries + sequences).map(({ values }) => values);
      for (let step = 0; step < length; step++) {
        const t = reverse ? length - 1 - step : step;
        const elements = inputs.slice(carries, carries + sequences).map((x) => elementOf(x, t));
        const leaves = [...carried, ...elements, ...captured];
        const values = evaluate(body, undefined, leaves) as Float32Array[];
        carried = values.slice(0, carries);
        for (const [i, part] of values.entries()) {
          const place = i < carries ? 0 : t * part.length;
          result.set(part, parts[i]!.start + place);
        }
      }
      return result;
    },
  },

  /** One part of a loop's result, in its own shape. */
  scanPart: {
    infer: (_, { loop, index }) => partsOf(loop)[index]!,
    gradient: (g, { inputs: [row], attributes: { loop, index } }) => {
      const { start } = partsOf(loop)[index]!;
      return [g.reshape([-1]).padDim(0, start, row!.numel - start - g.numel)];
    },
    lower: (emit, { names, attributes: { index } }) => {
      return (emit.memo.get(names[0]!) as string[])[index]!;
    },
    evaluate: ([row], { loop, index }, { shape }) => {
      const { start } = partsOf(loop)[index]!;
      return row!.values.slice(start, start + numelOf(shape));
    },
  },
};

/** Element t along the first dimension. */
function elementOf({ values, shape }: Dense, t: number) {
  const size = numelOf(shape.slice(1));
  return values.subarray(t * size, (t + 1) * size);
}

function lowerBody({ names, attributes: { loop }, body }: Context) {
  const passed = loop.carries + loop.sequences;
  return body(({ loop }) => loop.body, passed, names.slice(passed));
}
