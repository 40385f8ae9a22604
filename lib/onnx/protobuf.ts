/**
 * The part of Protocol Buffers that writing an ONNX model needs.
 *
 * A message is a sequence of fields. Each begins with a tag, (number << 3) | wire type: 0 for a
 * varint, 2 for bytes with their length in front, 5 for four bytes. Source:
 * https://protobuf.dev/programming-guides/encoding/
 */

const wire = { varint: 0, bytes: 2, fixed32: 5 } as const;

/** Made when it is first needed: not everywhere that the library loads is there one. */
let encoder: InstanceType<typeof TextEncoder> | undefined;

/** Collects the fields of one message. */
export class MessageWriter {
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  /** An integer field; negative ones take ten bytes, as int64 demands. */
  int(field: number, value: number | bigint): this {
    return this.#tag(field, wire.varint).#push(varint(value));
  }

  /** A single-precision number. */
  float(field: number, value: number): this {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    return this.#tag(field, wire.fixed32).#push(bytes);
  }

  /** A list of single-precision numbers in one field. */
  floats(field: number, values: readonly number[]): this {
    const bytes = new Uint8Array(4 * values.length);
    const view = new DataView(bytes.buffer);
    for (const [i, value] of values.entries()) view.setFloat32(4 * i, value, true);
    return this.bytes(field, bytes);
  }

  bytes(field: number, value: Uint8Array): this {
    return this.#tag(field, wire.bytes).#push(varint(value.length)).#push(value);
  }

  string(field: number, value: string): this {
    encoder ??= new TextEncoder();
    return this.bytes(field, encoder.encode(value));
  }

  /** A list of integers in one field. */
  ints(field: number, values: readonly number[]): this {
    const packed = new MessageWriter();
    for (const value of values) packed.#push(varint(value));
    return this.bytes(field, packed.finish());
  }

  /** A message within this one. */
  message(field: number, write: (inner: MessageWriter) => void): this {
    const inner = new MessageWriter();
    write(inner);
    return this.bytes(field, inner.finish());
  }

  /** The message so far. */
  finish(): Uint8Array {
    const result = new Uint8Array(this.#length);
    let at = 0;
    for (const part of this.#parts) {
      result.set(part, at);
      at += part.length;
    }
    return result;
  }

  #tag(field: number, type: number): this {
    return this.#push(varint((field << 3) | type));
  }

  #push(part: Uint8Array): this {
    this.#parts.push(part);
    this.#length += part.length;
    return this;
  }
}

/**
 * Seven bits a byte, lowest first; the eighth bit says that more follow. Negative numbers wrap
 * round at 2^64.
 */
function varint(value: number | bigint): Uint8Array {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}
