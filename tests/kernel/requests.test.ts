import { endpoint, Wire } from '@lectern/kernel/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as zmq from 'zeromq';
import { KernelClient } from './client.ts';

let kernel: KernelClient;
beforeAll(async () => {
  kernel = await KernelClient.start();
});
afterAll(() => kernel.stop());

describe('execute_request', () => {
  it('evaluates expressions of the client after the cell, each for itself', async () => {
    const user_expressions = { sum: 'given + 1', wrong: 'given.missing.too', shown: '[given]' };
    const { reply } = await kernel.execute('const given: any = 2;', { user_expressions });
    expect(reply.content.user_expressions).toMatchObject({
      sum: { status: 'ok', data: { 'text/plain': '3' }, metadata: {} },
      wrong: { status: 'error', ename: 'TypeError' },
      shown: { status: 'ok', data: { 'text/plain': '[ 2 ]' } },
    });
    const failed = await kernel.execute('throw 1', { user_expressions });
    expect(failed.reply.content.user_expressions).toBeUndefined();
  });

  it('is quiet where it is to be: no input, no result, no number, no history', async () => {
    const { reply } = await kernel.execute("'counted'");
    const quiet = await kernel.request('execute_request', { code: "'silent'", silent: true });
    expect(quiet.iopub.map(({ header }) => header.msg_type)).toEqual(['status', 'status']);
    const unstored = await kernel.execute("'unstored'", { store_history: false });
    expect(unstored.result).toBe("'unstored'");
    const next = await kernel.execute("'next'");
    expect(next.reply.content.execution_count).toBe(Number(reply.content.execution_count) + 1);
    const { history } = (
      await kernel.request('history_request', { hist_access_type: 'tail', n: 2 })
    ).reply.content;
    expect((history as string[][]).map(([, , source]) => source)).toEqual(["'counted'", "'next'"]);
  });

  it('aborts those behind it when it fails, unless it is not to', async () => {
    const run = async (stop_on_error: boolean) => {
      const failing = kernel.execute("throw new Error('first')", { stop_on_error });
      const behind = [kernel.execute("'a'"), kernel.execute("'b'")];
      expect((await failing).status).toBe('error');
      return (await Promise.all(behind)).map(({ status }) => status);
    };
    expect(await run(true)).toEqual(['aborted', 'aborted']);
    expect(await run(false)).toEqual(['ok', 'ok']);
    expect((await kernel.execute("'after'")).status).toBe('ok');
  });
});

describe('history_request', () => {
  it('gives a range, the tail, what matches a pattern, and results', async () => {
    const first = Number((await kernel.execute('10 + 1')).reply.content.execution_count);
    await kernel.execute('const nothing = 0;');
    await kernel.execute('10 + 1');
    const ask = async (content: Record<string, unknown>) =>
      (await kernel.request('history_request', content)).reply.content.history;
    expect(await ask({ hist_access_type: 'range', start: first, stop: first + 2 })).toEqual([
      [0, first, '10 + 1'],
      [0, first + 1, 'const nothing = 0;'],
    ]);
    expect(await ask({ hist_access_type: 'range', session: -1 })).toEqual([]);
    expect(await ask({ hist_access_type: 'tail', n: 1, output: true })).toEqual([
      [0, first + 2, ['10 + 1', '11']],
    ]);
    expect(await ask({ hist_access_type: 'search', pattern: '10*', unique: true })).toEqual([
      [0, first + 2, '10 + 1'],
    ]);
  });
});

describe('a storm of frames', () => {
  it('leaves the kernel as it was', async () => {
    const wire = new Wire(kernel.connection.key);
    const replayed = wire.serialise(wire.message('execute_request', { code: 'storm += 1' }));
    const signed = (...parts: string[]) => ['<IDS|MSG>', wire.sign(parts), ...parts];
    await kernel.execute('var storm = 0;');
    // Reproducible bytes: a linear congruential generator.
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 1103515245 + 12345) % 2 ** 31;
      return seed % below;
    };
    const noise = () => Buffer.from(Array.from({ length: random(40) }, () => random(256)));
    for (const name of ['shell', 'control', 'stdin', 'hb'] as const) {
      const socket = new zmq.Dealer({ linger: 2000 });
      socket.connect(endpoint(kernel.connection, name));
      await socket.send(replayed);
      await socket.send(replayed);
      await socket.send(signed('null', 'null', 'null', 'null'));
      await socket.send(signed('{"msg_id":"1","msg_type":"execute_request"}', '{}', '{}', '[]'));
      await socket.send(signed('{"msg_id":"1","msg_type":"__proto__"}', '{}', '{}', '{}'));
      await socket.send(signed('{"msg_id":"2","msg_type":"comm_msg"}', '{}', '{}', '{}'));
      for (let i = 0; i < 200; i++) {
        const frames = wire.serialise(wire.message('execute_request', { code: 'storm += 1000' }));
        const at = random(frames.length);
        const damaged = [frames.slice(0, at), frames.with(at, noise()), [noise(), noise()]];
        const chosen = damaged[random(3)]!;
        if (chosen.length > 0) await socket.send(chosen);
      }
      socket.close();
    }
    // One message counts once per socket that runs cells, however often it comes.
    await kernel.untilPrinted(kernel.begin("console.log('through')").id, 'through');
    const { result } = await kernel.execute('storm');
    expect(Number(result)).toBeLessThan(1000);
    expect(Number(result)).toBe(1);
  });
});
