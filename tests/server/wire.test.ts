import { describe, expect, it } from 'vitest';
import { RequestError } from '../../server/src/errors.ts';
import { binaryFormat, jsonFormat } from '../../server/src/kernels/wire.ts';

const part = (value: unknown) => Buffer.from(JSON.stringify(value));
const header = {
  msg_id: 'm1',
  msg_type: 'comm_msg',
  session: 's',
  date: '',
  username: 'ü',
  version: '5.4',
};
const text = [part(header), part({}), part({}), part({ text: 'zwölf 🐸' })];
const buffers = [Buffer.from([0, 1, 2, 255]), Buffer.alloc(0), Buffer.alloc(70_000, 7)];

describe.each([
  ['binary', binaryFormat],
  ['JSON', jsonFormat],
])('the %s form', (_name, format) => {
  it.each([
    ['without buffers', text],
    ['with buffers', [...text, ...buffers]],
  ])('reads back what it wrote, %s', (_what, parts) => {
    const wire = format.encode('shell', parts);
    const isBinary = typeof wire !== 'string';
    const { channel, parts: back } = format.decode(Buffer.from(wire), isBinary);
    expect(channel).toBe('shell');
    expect(back).toHaveLength(parts.length);
    for (const [index, bytes] of parts.entries()) expect(bytes.equals(back[index]!)).toBe(true);
  });

  it('refuses every damaged message, and crashes at none', () => {
    const whole = Buffer.from(format.encode('shell', [...text, ...buffers]));
    for (let length = 0; length < 200; length++) {
      expect(() => format.decode(whole.subarray(0, length), true)).toThrow(RequestError);
    }
    const huge = Buffer.from(whole);
    huge.fill(0xff, 0, 16);
    expect(() => format.decode(huge, true)).toThrow(RequestError);
  });
});

it('JSON repeats id and type beside the header, as old clients expect', () => {
  const message = JSON.parse(jsonFormat.encode('iopub', text) as string);
  expect(message).toEqual({
    channel: 'iopub',
    header,
    parent_header: {},
    metadata: {},
    content: { text: 'zwölf 🐸' },
    msg_id: 'm1',
    msg_type: 'comm_msg',
    buffers: [],
  });
});
