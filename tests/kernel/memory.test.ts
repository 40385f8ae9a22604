import { once } from 'node:events';
import os from 'node:os';
import { afterEach, expect, it } from 'vitest';
import { memoryLimits } from '../../kernel/src/serving/memory.ts';
import { KernelClient } from './client.ts';

let kernel: KernelClient | null = null;
afterEach(async () => {
  await kernel?.stop();
  kernel = null;
});

it('has limits that the machine or the reader sets', () => {
  const { total, soft, hard } = memoryLimits();
  expect(total).toBeLessThanOrEqual(os.totalmem());
  expect([soft / total, hard / total]).toEqual([0.6, 0.8]);
  expect(memoryLimits('6G').soft).toBe(6 * 2 ** 30);
  expect(memoryLimits('1.5 GiB').soft).toBe(1.5 * 2 ** 30);
  expect(memoryLimits('800mb').soft).toBe(800 * 2 ** 20);
  for (const wrong of ['lots', '6', '-1G', '6 elephants']) {
    expect(() => memoryLimits(wrong)).toThrow(/has to be such as 6G or 800M/);
  }
  expect(() => memoryLimits('10M')).toThrow(/at least 256M/);
});

it('stops a cell that takes too much memory, and keeps the variables', async () => {
  kernel = await KernelClient.start({ env: { LECTERN_MEMORY: '1G' } });
  await kernel.execute('const kept = 42;');
  // Slow enough for the guard to come between its two limits, however busy the machine is.
  const rest = 'for (const end = performance.now() + 20; performance.now() < end; ) {}';
  for (const loop of ['', 'await null;']) {
    const { error } = await kernel.execute(
      `const hold: Float64Array[] = [];
       while (true) { hold.push(new Float64Array(1e6).fill(1)); ${rest} ${loop} }`,
    );
    expect(error?.ename).toBe('OutOfMemoryError');
    expect(error?.evalue).toMatch(
      /^The cell was stopped: the kernel used 1\.\d GB of memory\. It may use 1\.0 GB/,
    );
    // A cell that needs little is let run, or nothing could be set free.
    expect((await kernel.execute('hold.length = 0; kept')).result).toBe('42');
  }
});

it('ends a kernel that cannot be stopped, not before it has said why', async () => {
  kernel = await KernelClient.start({ env: { LECTERN_MEMORY: '700M' } });
  const gone = once(kernel.process, 'exit');
  const { error, reply } = await kernel.execute('const kept = Buffer.alloc(1.4e9, 1);');
  expect(error?.ename).toBe('OutOfMemoryError');
  expect(error?.evalue).toMatch(/^The kernel has ended: it used \d\.\d GB of memory/);
  expect(error?.traceback).toMatch(/All variables are gone/);
  expect(reply.content.status).toBe('error');
  expect(await gone).toEqual([null, 'SIGKILL']);
});
