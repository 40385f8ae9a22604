/**
 * Safetensors files: bit for bit those of the Python library, and a clear error for all others.
 * The golden files are written by golden/make_safetensors.py.
 */

import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  FileFormatError,
  loadSafetensors,
  openSafetensors,
  randn,
  readSafetensors,
  saveSafetensors,
  type TensorDict,
  tensor,
  writeSafetensors,
  zeros,
} from '@lectern/lib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const golden = path.join(import.meta.dirname, 'golden');
const read = (name: string) => new Uint8Array(readFileSync(path.join(golden, name)));

let place = '';
beforeAll(() => {
  place = mkdtempSync(path.join(tmpdir(), 'lectern-safetensors-'));
});
afterAll(() => rmSync(place, { recursive: true, force: true }));

/** Shapes, types and bits, comparable by toEqual. */
async function bits(tensors: TensorDict): Promise<Record<string, unknown>> {
  const entries = Object.entries(tensors).map(async ([name, t]) => {
    const { buffer } = await t.data();
    return [name, [t.dtype, t.shape, Buffer.from(buffer).toString('hex')]] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

describe('BF16', () => {
  it('rounds float32 to the nearest, to the even one of two, and leaves other types alone', async () => {
    const bits = [0x3f808000, 0x3f818000, 0x3f808001, 0x3f807fff, 0x7f7fffff, 0x7f800001, 1];
    const values = new Float32Array(Uint32Array.from(bits).buffer);
    const tensors = { x: tensor(values), n: tensor([1, 2], { dtype: 'int32' }) };
    const file = path.join(place, 'half.safetensors');
    await saveSafetensors(file, tensors, { bfloat16: true });
    const reader = await openSafetensors(file);
    expect(reader.info('x')).toEqual({ dtype: 'BF16', shape: [7] });
    expect(reader.info('n').dtype).toBe('I32');
    const back = (await (await reader.getTensor('x')).data()) as Float32Array;
    const found = Array.from(new Uint32Array(back.buffer), (x) => x >>> 16);
    expect(found).toEqual([0x3f80, 0x3f82, 0x3f81, 0x3f80, 0x7f80, 0x7fc0, 0]);
  });
});

describe('files of the Python library', () => {
  it('are read and written again to the same bytes', async () => {
    const bytes = read('own.safetensors');
    const tensors = await readSafetensors(bytes);
    expect(Object.keys(tensors)).toHaveLength(17);
    expect(await tensors.empty!.array()).toEqual([]);
    expect(await tensors['a scalar']!.item()).toBe(Math.fround(0.1));
    expect(await tensors.ids!.data()).toEqual(
      new BigInt64Array([-(2n ** 63n), 2n ** 63n - 1n, 0n]),
    );
    expect(tensors.halves!.dtype).toBe('float16');
    expect((await tensors.halves!.array())[5]).toBe(65504);
    expect(await tensors.signed!.array()).toEqual([[-128], [127]]);
    expect(await tensors.mask!.array()).toEqual([[true], [false], [true]]);
    const again = await writeSafetensors(tensors, { metadata: { format: 'pt' } });
    expect(Buffer.from(again).equals(bytes)).toBe(true);
  });

  it('in BF16 are written again to the same bytes, whatever the bits', async () => {
    const patterns = Uint16Array.from({ length: 2 ** 16 }, (_, i) => i);
    const file = await writeSafetensors({ x: zeros([2 ** 16]) }, { bfloat16: true });
    file.set(new Uint8Array(patterns.buffer), file.length - patterns.byteLength);
    const again = await writeSafetensors(await readSafetensors(file), { bfloat16: true });
    expect(Buffer.from(again).equals(file)).toBe(true);
  });

  it('keep names that mean something to JavaScript', async () => {
    const tensors = await readSafetensors(read('own.safetensors'));
    expect(Object.getPrototypeOf(tensors)).toBe(Object.prototype);
    const own = Object.getOwnPropertyDescriptor(tensors, '__proto__')!.value;
    expect(await own.array()).toEqual([7]);
    expect(Object.getOwnPropertyDescriptor(tensors, 'constructor')!.value.shape).toEqual([1]);
    expect(Object.hasOwn(Object.prototype, 'dtype')).toBe(false);
  });

  it('of other types become the type that holds their numbers', async () => {
    const found = await readSafetensors(read('types.safetensors'));
    const wanted = await readSafetensors(read('wanted.safetensors'));
    expect(Object.keys(found).sort()).toEqual(Object.keys(wanted).sort());
    for (const [name, x] of Object.entries(found)) {
      expect([name, x.dtype]).toEqual([name, wanted[name]!.dtype]);
      expect(await x.data()).toEqual(await wanted[name]!.data());
    }
  });

  it('are read from any place in memory', async () => {
    const bytes = read('own.safetensors');
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    const tensors = await readSafetensors(shifted.subarray(3));
    expect(await bits(tensors)).toEqual(await bits(await readSafetensors(Buffer.from(bytes))));
  });
});

describe('files on disk', () => {
  it('come back as they were saved, with their notes', async () => {
    const file = path.join(place, 'a.safetensors');
    const tensors = { x: randn([3, 5], { seed: 1 }).mul(2), n: tensor([1, 2], { dtype: 'int64' }) };
    await saveSafetensors(file, tensors, { metadata: { step: '12', author: 'é' } });
    expect(await bits(await loadSafetensors(file))).toEqual(await bits(tensors));
    const bytes = await writeSafetensors(tensors, { metadata: { step: '12', author: 'é' } });
    expect(Buffer.from(bytes).equals(readFileSync(file))).toBe(true);
    expect((await openSafetensors(file)).metadata).toEqual({ step: '12', author: 'é' });
  });

  it('are read one tensor at a time', async () => {
    const reader = await openSafetensors(path.join(golden, 'types.safetensors'));
    expect(reader.keys().sort()).toEqual(['bf16', 'f64', 'i16', 'u16', 'u32', 'u64']);
    expect(reader.info('bf16')).toEqual({ dtype: 'BF16', shape: [10] });
    expect(await (await reader.getTensor('i16')).array()).toEqual([-(2 ** 15), 2 ** 15 - 1]);
    await expect(reader.getTensor('i9')).rejects.toThrow(/has no tensor "i9"; keys\(\) lists/);
    await expect(reader.getTensor('toString')).rejects.toThrow(FileFormatError);
  });

  it('of no tensors can be had', async () => {
    const bytes = await writeSafetensors({});
    expect(Buffer.from(bytes).toString('latin1')).toBe('\x08\0\0\0\0\0\0\0{}      ');
    expect(await readSafetensors(bytes)).toEqual({});
  });

  it('stay as they were when saving fails', async () => {
    const folder = mkdtempSync(path.join(place, 'fails-'));
    const file = path.join(folder, 'a.safetensors');
    await saveSafetensors(file, { x: zeros([2]) });
    const index = tensor([5, 6]).cast('int64'); // out of range: the tensor cannot be computed
    const broken = { x: zeros([2]), y: zeros([2, 2]).indexSelect(0, index) };
    await expect(saveSafetensors(file, broken)).rejects.toThrow(/index 5 is outside/);
    expect(await (await loadSafetensors(file)).x!.array()).toEqual([0, 0]);
    expect(readdirSync(folder)).toEqual(['a.safetensors']);
  });

  it('that shrink while they are read say so', async () => {
    const file = path.join(place, 'shrinks.safetensors');
    await saveSafetensors(file, { x: zeros([100]) });
    const reader = await openSafetensors(file);
    truncateSync(file, 200);
    await expect(reader.getTensor('x')).rejects.toThrow(/ends at byte 200; has it changed/);
  });

  it('that are folders say so', async () => {
    await expect(loadSafetensors(place)).rejects.toThrow(/is not a file/);
  });
});

type Info = { dtype: unknown; shape: unknown; data_offsets: unknown };

/** A file with this header, given as JSON or as text, and these bytes behind it. */
function build(
  header: string | Record<string, Info>,
  data: ArrayBufferView<ArrayBuffer> = new Uint8Array(0),
  length?: bigint,
): Uint8Array {
  const text = typeof header === 'string' ? header : JSON.stringify(header);
  const json = Buffer.from(text, 'utf8');
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(length ?? BigInt(json.length));
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return Buffer.concat([prefix, json, bytes]);
}

const info = (shape: unknown, data_offsets: unknown, dtype: unknown = 'U8'): Info => ({
  dtype,
  shape,
  data_offsets,
});
const four = new Uint8Array(4);
const x = '"dtype":"U8","shape":[0],"data_offsets":[0,0]';

/** What is wrong, the file, and what the error says. */
const hostile: [string, Uint8Array, RegExp][] = [
  ['nothing', new Uint8Array(0), /has 0 bytes; a safetensors file has at least 8/],
  ['half a length', new Uint8Array(7), /has 7 bytes/],
  ['no header', build(''), /should be '{', there is nothing more/],
  ['a header of 10 GB', build('{}', four, 10_000_000_000n), /more than the 100000000 that are/],
  ['a header of 2^64 - 1 bytes', build('{}', four, 2n ** 64n - 1n), /18446744073709551615 bytes/],
  ['a header longer than the file', build('{}', four, 7n), /7 bytes, but only 6 follow/],
  ['a cut header', build(`{"a":{${x}`), /should be '}', there is nothing more/],
  ['a header cut within a name', build('{"a'), /ends within a text/],
  ['a name that ends in an escape', build('{"a\\'), /ends within a text/],
  ['not JSON', build('hello'), /should be '{', there is hello/],
  ['a list', build('[]'), /should be '{', there is \[\]/],
  ['not UTF-8', build('{"\u00ff', four, 3n), /is not UTF-8/],
  ['half a character', build(`{"\\ud800":{${x}}}`), /has half a character/],
  ['a line break in a name', build(`{"a\nb":{${x}}}`), /not valid JSON/],
  ['something behind the header', build(`{"a":{${x}}}{}`), /should be the end of the header/],
  ['a comma too many', build(`{"a":{${x}},}`), /should be '"', there is }/],
  ['the same name twice', build(`{"a":{${x}},"a":{${x}}}`), /the header has "a" twice/],
  ['the same name spelt twice', build(`{"a":{${x}},"\\u0061":{${x}}}`), /has "a" twice/],
  ['two shapes', build(`{"a":{${x},"shape":[1]}}`), /tensor "a" has "shape" twice/],
  ['an unknown entry', build(`{"a":{${x},"b":1}}`), /unknown entry "b"/],
  ['a number for a tensor', build('{"a":1}'), /should be '{', there is 1/],
  ['no dtype', build('{"a":{"shape":[0],"data_offsets":[0,0]}}'), /needs a dtype/],
  ['one offset', build({ a: info([0], [0]) }), /two data_offsets/],
  ['three offsets', build({ a: info([0], [0, 0, 0]) }), /at most 2 numbers/],
  ['an unknown type', build({ a: info([4], [0, 4], 'F8_E4M3') }, four), /"F8_E4M3"; what can be/],
  ['a type that JavaScript knows', build({ a: info([4], [0, 4], '__proto__') }), /"__proto__"/],
  ['a type in small letters', build({ a: info([4], [0, 4], 'u8') }, four), /has the type "u8"/],
  ['too many bytes', build({ a: info([2], [0, 4]) }, four), /takes 2 bytes as U8 \[2\]/],
  ['too few bytes', build({ a: info([2], [0, 4], 'F32') }, four), /takes 8 bytes as F32 \[2\]/],
  ['a negative size', build({ a: info([-2, -2], [0, 4]) }, four), /should be an integer from 0/],
  ['a fractional size', build({ a: info([0.5, 8], [0, 4]) }, four), /should be an integer/],
  ['4.0', build('{"a":{"dtype":"U8","shape":[4.0],"data_offsets":[0,4]}}', four), /an integer/],
  ['4e0', build('{"a":{"dtype":"U8","shape":[4e0],"data_offsets":[0,4]}}', four), /an integer/],
  ['04', build('{"a":{"dtype":"U8","shape":[04],"data_offsets":[0,4]}}', four), /an integer/],
  ['a text for a size', build({ a: info(['4'], [0, 4]) }, four), /an integer/],
  ['nested sizes', build({ a: info([[[[4]]]], [0, 4]) }, four), /an integer/],
  ['a size of 2^53', build({ a: info([2 ** 53, 0], [0, 0]) }), /an integer from 0 to 2\^53/],
  ['a size of 2^64 + 4', build('{"a":{"dtype":"U8","shape":[18446744073709551620]'), /an integer/],
  ['a product beyond 2^53', build({ a: info([2 ** 52, 2 ** 52], [0, 4]) }, four), /is too large/],
  ['a product that wraps to 4', build({ a: info([2 ** 31, 2 ** 33, 4], [0, 4]) }), /is too large/],
  [
    'an endless product',
    build({ a: info([...Array(30).fill(2 ** 52), 0], [0, 0]) }),
    /is too large/,
  ],
  ['100 dimensions', build({ a: info(Array(100).fill(1), [0, 1]) }, four), /at most 64/],
  ['offsets backwards', build({ a: info([4], [4, 0]) }, four), /hold -4/],
  ['a negative offset', build({ a: info([4], [-4, 0]) }, four), /an integer from 0/],
  ['a fractional offset', build({ a: info([4], [0.5, 4.5]) }, four), /an integer/],
  ['an offset beyond the end', build({ a: info([8], [0, 8]) }, four), /8 bytes, but 4 follow/],
  [
    'sizes beyond counting',
    build({ a: info([2 ** 32, 2 ** 32, 0], [0, 0]) }),
    /is too large: \[42/,
  ],
  ['a huge offset', build({ a: info([4], [2 ** 52, 2 ** 52 + 4]) }, four), /leaves a gap/],
  ['bytes in front', build({ a: info([2], [2, 4]) }, four), /begins at byte 2 instead of 0/],
  ['bytes behind', build({ a: info([2], [0, 2]) }, four), /there is something behind them/],
  ['no tensors, but bytes', build('{}', four), /take 0 bytes, but 4 follow/],
  ['an overlap', build({ a: info([3], [0, 3]), b: info([3], [1, 4]) }, four), /overlaps the one/],
  ['the same bytes twice', build({ a: info([4], [0, 4]), b: info([4], [0, 4]) }, four), /overlaps/],
  ['a hole', build({ a: info([1], [0, 1]), b: info([1], [3, 4]) }, four), /leaves a gap/],
  [
    'nothing, in the middle',
    build({ a: info([4], [0, 4]), b: info([0], [2, 2]) }, four),
    /overlap/,
  ],
  ['notes that are numbers', build('{"__metadata__":{"a":1}}'), /should be '"', there is 1/],
  ['notes that are null', build('{"__metadata__":null}'), /should be '{', there is null/],
  ['deep notes', build(`{"__metadata__":${'{"a":'.repeat(100_000)}`), /should be '"'/],
  ['deep lists', build(`{"a":{"shape":${'['.repeat(100_000)}`), /an integer/],
  [
    'a bool that is 7',
    build(
      { a: info([4], [0, 4], 'BOOL') },
      four.map(() => 7),
    ),
    /"a": element 0/,
  ],
  [
    'a number beyond int64',
    build({ a: info([1], [0, 8], 'U64') }, new Uint8Array(8).fill(255)),
    /element 0 is 18446744073709551615, which int64 cannot hold/,
  ],
  [
    'a number beyond float32',
    build({ a: info([2], [0, 16], 'F64') }, Float64Array.of(1, 1e300)),
    /element 1 is 1e\+300, which float32 cannot hold/,
  ],
];

describe('files that are not sound', () => {
  it.each(hostile)('%s', async (what, bytes, message) => {
    await expect(readSafetensors(bytes)).rejects.toThrow(message);
    const file = path.join(place, `${what.replace(/\W/g, '-')}.safetensors`);
    writeFileSync(file, bytes);
    const error = await loadSafetensors(file).catch((caught) => caught);
    expect(error).toBeInstanceOf(FileFormatError);
    expect(error.message).toContain(file);
  });

  it('are all those that are cut short', async () => {
    const bytes = read('own.safetensors');
    for (let length = 0; length < bytes.length; length++) {
      await expect(readSafetensors(bytes.subarray(0, length))).rejects.toThrow(FileFormatError);
    }
  });

  it('give errors and no crash wherever a header is damaged', async () => {
    const bytes = read('own.safetensors');
    for (let at = 8; at < 1000; at += 1) {
      for (const byte of [0, 0x22, 0x39, 0x5b, 0x7d, 0xff]) {
        const damaged = Uint8Array.from(bytes);
        damaged[at] = byte;
        const error = await readSafetensors(damaged).catch((caught) => caught);
        if (error instanceof Error) expect(error).toBeInstanceOf(FileFormatError);
      }
    }
  });
});

describe('what cannot be written', () => {
  it('is refused', async () => {
    const x = zeros([1]);
    await expect(writeSafetensors({ __metadata__: x })).rejects.toThrow(/can be called/);
    await expect(writeSafetensors({ '\ud800': x })).rejects.toThrow(/half a character/);
    const metadata = { step: 12 as unknown as string };
    await expect(writeSafetensors({ x }, { metadata })).rejects.toThrow(/step is of type number/);
  });
});
