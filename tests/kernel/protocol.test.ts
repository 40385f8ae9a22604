import { createServer } from 'node:net';
import { endpoint, freePorts, newConnection, Wire, WireError } from '@lectern/kernel/protocol';
import { describe, expect, it } from 'vitest';

const bytes = (frames: (Uint8Array | string)[]) => frames.map((frame) => Buffer.from(frame));

describe('Wire', () => {
  it('reads back what it writes: identities, all parts, buffers', () => {
    const wire = new Wire('secret', { username: 'someone' });
    const parent = wire.message('execute_request', {}).header;
    const options = { parent, metadata: { m: 'é' }, buffers: [new Uint8Array([1, 2])] };
    const message = wire.message('stream', { text: '🙂' }, options);
    const frames = bytes(wire.serialise(message, ['route', new Uint8Array([7])]));
    const { identities, message: read } = wire.parse(frames);
    expect(identities.map((part) => [...part])).toEqual([[...Buffer.from('route')], [7]]);
    expect({ ...read, buffers: [...read.buffers[0]!] }).toEqual({ ...message, buffers: [1, 2] });
    expect(read.header).toMatchObject({ username: 'someone', msg_type: 'stream' });
    expect(read.header.session).toBe(wire.session);
  });

  it('accepts a message once, and others after it', () => {
    const [sender, receiver] = [new Wire('secret'), new Wire('secret')];
    const frames = bytes(sender.serialise(sender.message('a', {})));
    receiver.parse(frames);
    expect(() => receiver.parse(frames)).toThrow('a second time');
    receiver.parse(bytes(sender.serialise(sender.message('a', {}))));
  });

  it('refuses more JSON than it is willing to read', () => {
    const wire = new Wire('secret');
    const frames = bytes(wire.serialise(wire.message('a', { text: 'x'.repeat(1 << 26) })));
    expect(() => wire.parse(frames)).toThrow(/bytes of JSON/);
  });

  it('signs as Jupyter does', () => {
    // Computed with Python: hmac.new(b'key', b'{"a":1}{}{}{}', 'sha256').hexdigest()
    expect(new Wire('key').sign(['{"a":1}', '{}', '{}', '{}'])).toBe(
      'f1128388193e4dd1aa760827bd756a1b40b627676b5efe22c0e8297919bfa218',
    );
    expect(new Wire('').sign(['{}', '{}', '{}', '{}'])).toBe('');
  });

  it('refuses changed messages, missing frames and parts that are not JSON', () => {
    const wire = new Wire('secret');
    const frames = bytes(wire.serialise(wire.message('a', { n: 1 })));
    const changed = frames.with(5, Buffer.from('{"n":2}'));
    expect(() => wire.parse(changed)).toThrow(WireError);
    expect(() => wire.parse(frames.slice(0, 4))).toThrow(WireError);
    expect(() => wire.parse([])).toThrow(WireError);
    const odd = ['null', '[]', '5', '{}', '{"msg_id":"1"}'];
    for (const header of odd) {
      const parts = [header, '{}', '{}', '{}'];
      const signed = bytes(['<IDS|MSG>', wire.sign(parts), ...parts]);
      expect(() => wire.parse(signed)).toThrow(WireError);
    }
    const unsigned = new Wire('');
    expect(() => unsigned.parse(bytes(['<IDS|MSG>', '', '{', '{}', '{}', '{}']))).toThrow(
      WireError,
    );
    expect(() => new Wire('key', { scheme: 'hmac-odd' })).toThrow(WireError);
  });
});

describe('connections', () => {
  it('offer free ports', async () => {
    const ports = await freePorts(6);
    expect(new Set(ports).size).toBe(6);
    for (const port of ports) {
      const server = createServer().listen(port, '127.0.0.1');
      await new Promise((resolve, reject) => server.on('listening', resolve).on('error', reject));
      await new Promise((resolve) => server.close(resolve));
    }
  });

  it('have a key of their own, and endpoints', async () => {
    const one = await newConnection('typescript');
    const two = await newConnection('typescript');
    expect(one.key).toMatch(/^[0-9a-f]{48}$/);
    expect(one.key).not.toBe(two.key);
    expect(endpoint(one, 'hb')).toBe(`tcp://127.0.0.1:${one.hb_port}`);
    expect(endpoint({ ...one, transport: 'ipc', ip: '/run/k' }, 'shell')).toBe(
      `ipc:///run/k-${one.shell_port}`,
    );
  });
});
