/** The language service, which all kernels of one person share. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { KernelClient } from './client.ts';
import { Editor } from './editor.ts';

/** Kernels that look for their service here share none with other tests. */
const place = mkdtempSync(path.join(tmpdir(), 'lectern-service-'));
const kernels: KernelClient[] = [];

async function start(options: { directory?: string } = {}): Promise<KernelClient> {
  const kernel = await KernelClient.start({ ...options, env: { TMPDIR: place } });
  kernels.push(kernel);
  return kernel;
}

/** Numbers of the processes that serve this place. */
function services(): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`LANGUAGE_SOCKET=${place}/`);
    } catch {
      return false; // ended meanwhile, or not ours
    }
  });
}

const typeErrorOf = async (kernel: KernelClient, code: string) =>
  (await kernel.execute(code)).error?.evalue;

afterEach(async () => {
  await Promise.all(kernels.splice(0).map((kernel) => kernel.stop()));
});
afterAll(() => rmSync(place, { recursive: true }));

it('is one for all kernels, which know nothing of each other', async () => {
  const [one, two] = await Promise.all([start(), start()]);
  // Both may have started one, of which the second has to notice the first.
  await vi.waitFor(() => expect(services()).toHaveLength(1), { timeout: 5000 });
  await one.execute('const shared = 1;');
  await two.execute("const shared = 'text';");
  expect(await typeErrorOf(one, 'shared.toUpperCase()')).toMatch(/does not exist on type '1'/);
  expect((await two.execute('shared.toUpperCase()')).result).toBe("'TEXT'");
  await two.stop();
  expect((await one.execute('shared')).result).toBe('1');
});

it('keeps apart notebooks that lie in one directory', async () => {
  const one = await start();
  const two = await start({ directory: one.directory });
  for (const name of ['a', 'b', 'c', 'd']) {
    const [text, number] = await Promise.all([
      typeErrorOf(one, `const ${name}: string = 'text';`),
      typeErrorOf(two, `const ${name}: number = 'text';`),
    ]);
    expect([name, text, number]).toEqual([
      name,
      undefined,
      expect.stringMatching(/to type 'number'/),
    ]);
  }
});

it('is started again when it was killed, and told what has been executed', async () => {
  const kernel = await start();
  await kernel.execute('interface Point { x: number }\nconst point: Point = { x: 1 };');
  process.kill(services()[0]!, 'SIGKILL');
  expect(await typeErrorOf(kernel, 'point.y')).toMatch(/'y' does not exist on type 'Point'/);
  expect((await kernel.execute('point.x + 1')).result).toBe('2');
});

it('has editors begin anew when it was killed', async () => {
  const kernel = await start();
  const editor = await Editor.open(kernel, { a: 'const known = 1;' });
  expect(await editor.problems('a')).toEqual([]);
  for (const pid of services()) process.kill(pid, 'SIGKILL');
  await kernel.until(
    ({ header, content }) => header.msg_type === 'comm_close' && content.comm_id === editor.comm,
  );
  const again = await Editor.open(kernel, { a: 'nowhere;' });
  expect(await again.problems('a')).toMatchObject([{ code: 2304 }]);
}, 60_000);

it("knows Node's types as soon as a cell uses one", async () => {
  const kernel = await start();
  expect((await kernel.execute("console.log('no more than the console')")).status).toBe('ok');
  expect(await typeErrorOf(kernel, 'process.argv.length.x')).toMatch(/on type 'number'/);
  expect((await kernel.execute("Buffer.from('a').byteLength")).result).toBe('1');
});

it('lets nobody else reach it', async () => {
  await start();
  const [folder] = readdirSync(place).filter((name) => name.startsWith('lectern-'));
  expect(folder).toMatch(/^lectern-\d+$/);
  expect(statSync(path.join(place, folder!)).mode & 0o077).toBe(0);
});

it('ends when the last kernel has left', async () => {
  await start();
  expect(services()).not.toEqual([]);
  await kernels.pop()!.stop();
  await vi.waitFor(() => expect(services()).toEqual([]), { timeout: 20_000 });
});
