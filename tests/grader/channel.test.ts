import vm from 'node:vm';
import { describe, expect, it } from 'vitest';
import { decode, ownRealm } from '../../grader/src/channel/decode.ts';
import { encode } from '../../grader/src/channel/encode.ts';
import { FrameReader, readFrame, writeFrame } from '../../grader/src/channel/frames.ts';
import { readReply } from '../../grader/src/channel/messages.ts';
import { ChannelError, LIMITS } from '../../grader/src/channel/values.ts';

type FakeTensor = { tensor: true; dtype: 'float32'; shape: number[]; values: Float32Array };

const sender = {
  describeTensor: (value: object) => {
    const { tensor, dtype, shape, values } = value as FakeTensor;
    return tensor === true ? { dtype, shape, data: () => values } : null;
  },
  register: () => 7,
};
const receiver = {
  ...ownRealm,
  tensor: (dtype: string, shape: number[], data: unknown) => ({ dtype, shape, data }),
  remote: (id: number) => `function ${id}`,
};

/** There and back, through bytes. */
function cross(value: unknown): unknown {
  const { wire, blobs } = encode(value, sender);
  const frame = readFrame(writeFrame({ message: wire, blobs }));
  return decode({ wire: frame.message, blobs: frame.blobs }, receiver);
}

describe('values that cross', () => {
  const plain = {
    numbers: [0, -0, 1.5, Number.NaN, Infinity, -Infinity, 2 ** 53],
    texts: ['', 'a', '\0', '🙂', '["array",[]]'],
    others: [null, undefined, true, false, 12345678901234567890n],
    nested: { a: { b: [{ c: [] }] } },
    ...Object.fromEntries([['then', 1]]), // only as a function is it dangerous
    holes: [1, undefined, 3],
    map: new Map<unknown, unknown>([
      ['a', [1]],
      [2, null],
    ]),
    set: new Set([1, 'b']),
    bytes: [new Uint8Array([1, 2]), new Float64Array([0.1, Number.NaN]), new BigInt64Array([-1n])],
  };

  it('come out as they went in', () => {
    expect(cross(plain)).toStrictEqual(plain);
  });

  it('come out as they went in from another realm', () => {
    const source = '({ list: [1, [2]], bytes: new Float32Array([1, 2]), map: new Map([[1, 2]]) })';
    expect(cross(vm.runInNewContext(source))).toStrictEqual({
      list: [1, [2]],
      bytes: new Float32Array([1, 2]),
      map: new Map([[1, 2]]),
    });
  });

  it('carry tensors as type, shape and elements', () => {
    const values = new Float32Array([1, 2, 3, 4, 5, 6]);
    const tensor: FakeTensor = { tensor: true, dtype: 'float32', shape: [2, 3], values };
    expect(cross([tensor])).toEqual([{ dtype: 'float32', shape: [2, 3], data: values }]);
  });

  it('carry functions as numbers', () => {
    expect(cross({ f: () => 1 })).toEqual({ f: 'function 7' });
  });

  it('share no memory with what was sent', () => {
    const bytes = new Uint8Array([1, 2, 3]);
    const copy = cross(bytes) as Uint8Array;
    bytes[0] = 9;
    expect(copy[0]).toBe(1);
  });
});

describe('values that may not cross', () => {
  const cyclic: unknown[] = [];
  cyclic.push(cyclic);
  class Point {
    x = 1;
  }
  const refused: [string, unknown, RegExp][] = [
    ['a Proxy', new Proxy({}, {}), /Proxy/],
    ['a Proxy of a list', [new Proxy([], {})], /Proxy/],
    ['a Proxy of a function', new Proxy(() => {}, {}), /Proxy/],
    [
      'a getter',
      {
        get a() {
          return 1;
        },
      },
      /property a is a getter/,
    ],
    ['a getter in a list', Object.defineProperty([1], '0', { get: () => 2 }), /getter/],
    ['a thenable', Object.fromEntries([['then', () => {}]]), /called then/],
    ['a promise inside', [Promise.resolve(1)], /promise/],
    ['an always-equal object', { asymmetricMatch: () => true }, /asymmetricMatch/],
    ['a matcher in disguise', { $$typeof: 'jest.asymmetricMatcher' }, /\$\$typeof/],
    ['valueOf', { valueOf: () => 1 }, /valueOf/],
    ['toJSON', { toJSON: () => 1 }, /toJSON/],
    ['a class instance', new Point(), /instance of Point/],
    ['a date', new Date(), /instance of Date/],
    ['an error', new Error('x'), /instance of Error/],
    ['a prototype of its own', Object.create({ a: 1 }), /prototype|instance/],
    ['a Proxy as prototype', Object.create(new Proxy({}, {})), /Proxy/],
    ['a symbol', Symbol('a'), /symbol/],
    ['a symbol as key', { [Symbol.iterator]: 1 }, /symbol/],
    ['itself inside itself', cyclic, /nested deeper/],
    ['a very long text', 'x'.repeat(LIMITS.text + 1), /characters/],
    ['many long texts', new Array(20).fill('x'.repeat(LIMITS.text / 10)), /characters/],
    ['very many values', new Array(LIMITS.values + 1).fill(0), /values/],
    ['very many bytes', new Uint8Array(LIMITS.bytes + 1), /MB/],
  ];

  it.each(refused)('%s', (_, value, reason) => {
    expect(() => encode(value, sender)).toThrow(ChannelError);
    expect(() => encode(value, sender)).toThrow(reason);
  });

  it('a tensor that lies about its size', () => {
    const lie = { tensor: true, dtype: 'float32', shape: [100], values: new Float32Array(1) };
    expect(() => encode(lie, sender)).toThrow(/do not fit/);
  });
});

describe('decoding', () => {
  const bytes = (length: number) => [new Uint8Array(length)];
  const garbage: [string, unknown, Uint8Array[]][] = [
    ['nothing', undefined, []],
    ['a bare object', {}, []],
    ['an unknown tag', ['eval', 'process.exit()'], []],
    ['no list in an array', ['array', 'x'], []],
    ['no pair in an object', ['object', [['a']]], []],
    ['a thenable', ['object', [['then', ['function', 0, false]]]], []],
    ['an always-equal object', ['object', [['asymmetricMatch', ['function', 0, false]]]], []],
    ['__proto__', ['object', [['__proto__', ['object', []]]]], []],
    ['bytes of no kind', ['bytes', 'constructor', 0], bytes(8)],
    ['bytes that are not there', ['bytes', 'Uint8Array', 3], bytes(8)],
    ['bytes that do not fit', ['bytes', 'Float64Array', 0], bytes(7)],
    ['a negative index', ['bytes', 'Uint8Array', -1], bytes(8)],
    ['a tensor too short', ['tensor', 'float32', [3], 0], bytes(8)],
    ['a tensor of fractions', ['tensor', 'float32', [1.5], 0], bytes(4)],
    ['a tensor of huge size', ['tensor', 'float32', [2 ** 40, 2 ** 40], 0], bytes(4)],
    ['a tensor of no type', ['tensor', '__proto__', [1], 0], bytes(4)],
    ['a bool that is neither', ['tensor', 'bool', [1], 0], [new Uint8Array([2])]],
    ['a number in words', ['number', 'one'], []],
    ['a bigint in words', ['bigint', '1e9'], []],
    ['a function of no number', ['function', 'f', false], []],
  ];

  it.each(garbage)('refuses %s', (_, wire, blobs) => {
    expect(() => decode({ wire, blobs }, receiver)).toThrow(ChannelError);
  });

  it('refuses what is nested too deep', () => {
    let wire: unknown = null;
    for (let i = 0; i < LIMITS.depth + 2; i++) wire = ['array', [wire]];
    expect(() => decode({ wire, blobs: [] }, receiver)).toThrow(/nested deeper/);
  });

  it('never sets a prototype', () => {
    const object = cross(JSON.parse('{"constructor": 1, "toString": "x"}')) as object;
    expect(Object.getPrototypeOf(object)).toBe(Object.prototype);
  });

  it('meets whatever random garbage with a ChannelError', () => {
    const pieces = [
      'array',
      'object',
      'tensor',
      'bytes',
      'map',
      'set',
      'float32',
      0,
      -1,
      1e9,
      null,
      [],
      {},
    ];
    let state = 1;
    const random = (n: number) => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return (state >>> 8) % n;
    };
    const make = (depth: number): unknown =>
      depth === 0 || random(3) === 0
        ? pieces[random(pieces.length)]
        : Array.from({ length: random(4) }, () => make(depth - 1));
    for (let i = 0; i < 3000; i++) {
      try {
        decode({ wire: make(5), blobs: bytes(4) }, receiver);
      } catch (error) {
        expect(error).toBeInstanceOf(ChannelError);
      }
    }
  });
});

describe('frames', () => {
  const frame = {
    message: { type: 'returned' },
    blobs: [new Uint8Array([1, 2, 3]), new Uint8Array()],
  };

  it('come through in any pieces', () => {
    const stream = Buffer.concat([writeFrame(frame), writeFrame(frame)]);
    for (const size of [1, 3, 7, 8, 9, stream.length]) {
      const reader = new FrameReader();
      const frames = [];
      for (let at = 0; at < stream.length; at += size) {
        frames.push(...reader.push(stream.subarray(at, at + size)));
      }
      expect(frames).toHaveLength(2);
      expect(frames[1]!.message).toEqual(frame.message);
      expect([...frames[1]!.blobs[0]!]).toEqual([1, 2, 3]);
    }
  });

  it.each([
    ['noise', Buffer.from('HTTP/1.1 200 OK\r\n\r\n')],
    ['a length that promises gigabytes', Buffer.from([0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0])],
    ['a length of nothing', Buffer.alloc(16)],
    ['JSON longer than the frame', Buffer.from([10, 0, 0, 0, 99, 0, 0, 0, 123, 125])],
  ])('are not made of %s', (_, bytes) => {
    expect(() => new FrameReader().push(bytes)).toThrow();
  });

  it('must account for every byte', () => {
    const bytes = Buffer.concat([writeFrame(frame), Buffer.from([0])]);
    bytes.writeUInt32LE(bytes.length, 0);
    expect(() => new FrameReader().push(bytes)).toThrow();
  });
});

describe('replies of a worker', () => {
  it('are cut to size', () => {
    const reply = readReply({ type: 'threw', name: 'E', message: 'x'.repeat(1e6), position: null });
    expect(reply).toMatchObject({ type: 'threw', position: null });
    expect((reply as { message: string }).message.length).toBeLessThanOrEqual(2000);
  });

  it.each([
    null,
    'ready',
    { type: 'verdict', passed: true },
    { type: 'threw', name: 1, message: 'x', position: null },
    { type: 'threw', name: 'E', message: 'x', position: [1] },
    { type: 'threw', name: 'E', message: 'x', position: ['1', 2] },
    { type: 'printed', text: {} },
    { type: 'callback', id: -1, args: null },
  ])('have a known form: not %j', (value) => {
    expect(() => readReply(value)).toThrow();
  });
});
