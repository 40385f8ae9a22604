import { afterEach, describe, expect, it, vi } from 'vitest';
import type { CallOutcome, LoadedAnswer } from '../../grader/src/harness/answer.ts';
import { Remote } from '../../grader/src/harness/remote.ts';
import { LIMITS_OF_ANSWER } from '../../grader/src/sandbox/limits.ts';
import { WorkerGone } from '../../grader/src/sandbox/worker.ts';
import type { CompiledAnswer } from '../../grader/src/slicing/compile.ts';

const compiled: CompiledAnswer = { code: '', declares: ['f'], origin: () => null };

/** A remote whose answer is played by `answer`. */
function remoteOf(answer: () => CallOutcome | Promise<CallOutcome>): Remote {
  const loaded: LoadedAnswer = { call: async () => answer(), drop: async () => {} };
  return new Remote(compiled, loaded, async () => ({ loaded }));
}

const returned = (value: number): CallOutcome => ({ type: 'returned', wire: value, blobs: [] });

afterEach(() => {
  vi.useRealTimers();
});

describe('calls of an answer', () => {
  it('crash where the answer cannot be loaded again: that is no failure of ours', async () => {
    const gone: CallOutcome = { type: 'gone', reason: new WorkerGone('memory') };
    const loaded: LoadedAnswer = { call: async () => gone, drop: async () => {} };
    const failed: CallOutcome = { type: 'threw', name: 'Error', message: '', position: null };
    const remote = new Remote(compiled, loaded, async () => ({ failed }));
    const { f } = remote.exports() as { f: () => Promise<unknown> };
    await expect(f()).rejects.toThrow();
    await remote.nextTest();
    await expect(f()).rejects.toThrow();
    expect(remote.calls[0]?.outcome).toMatchObject({ type: 'gone', reason: { reason: 'crashed' } });
    expect(remote.failure).toBeUndefined();
  });

  it('happen one after the other, in order', async () => {
    let running = 0;
    let count = 0;
    const remote = remoteOf(async () => {
      expect(++running).toBe(1);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      return returned(++count);
    });
    const { f } = remote.exports() as { f(): Promise<number> };
    expect(await Promise.all([f(), f(), f()])).toEqual([1, 2, 3]);
  });

  it('go on after one that failed', async () => {
    const outcomes: CallOutcome[] = [
      { type: 'threw', name: 'TypeError', message: 'no', position: null },
      returned(2),
    ];
    const { f } = remoteOf(() => outcomes.shift()!).exports() as { f(): Promise<number> };
    const [first, second] = [f(), f()];
    await expect(Promise.resolve(first)).rejects.toThrow('no');
    expect(await second).toBe(2);
  });

  it('know whether anybody waited for them', async () => {
    const remote = remoteOf(() => returned(1));
    const { f } = remote.exports() as { f(): Promise<number> };
    void f();
    await f();
    await remote.idle();
    expect(remote.calls.map((call) => call.awaited)).toEqual([false, true]);
  });

  it('end when together they take too long for one test, and start anew with the next', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const remote = remoteOf(() => {
      vi.advanceTimersByTime(LIMITS_OF_ANSWER.testMs * 0.6);
      return returned(1);
    });
    const { f } = remote.exports() as { f(): Promise<number> };
    await f();
    await f();
    await expect(Promise.resolve(f())).rejects.toThrow();
    expect(remote.calls.map((call) => call.outcome?.type)).toEqual([
      'returned',
      'returned',
      'gone',
    ]);
    await remote.nextTest();
    expect(await f()).toBe(1);
  });

  it('that come back as garbage count as refused', async () => {
    const garbage = { type: 'returned', wire: ['tensor', 'float32', [9], 0], blobs: [] } as const;
    const remote = remoteOf(() => garbage as unknown as CallOutcome);
    const { f } = remote.exports() as { f(): Promise<number> };
    await expect(Promise.resolve(f())).rejects.toThrow();
    expect(remote.calls[0]!.outcome!.type).toBe('refused');
  });
});
