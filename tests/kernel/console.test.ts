import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { KernelClient } from './client.ts';

let kernel: KernelClient;
beforeAll(async () => {
  kernel = await KernelClient.start();
});
afterAll(() => kernel.stop());

/** Streams and texts in the order of their messages, neighbours of one stream joined. */
async function printed(code: string): Promise<[string, string][]> {
  const { iopub, error } = await kernel.execute(code);
  if (error) throw new Error(error.traceback);
  const said: [string, string][] = [];
  for (const { header, content } of iopub) {
    if (header.msg_type !== 'stream') continue;
    if (said.at(-1)?.[0] === content.name) said.at(-1)![1] += String(content.text);
    else said.push([String(content.name), String(content.text)]);
  }
  return said;
}

const stdout = async (code: string) => (await printed(code)).map(([, text]) => text).join('');

describe('console', () => {
  it('formats as Node does', async () => {
    const text = await stdout(
      "console.log('%s %d %i %f %j %o %O%c %%', 's', 4.5, 4.9, '1.25', { a: 1 }, [1], { b: 2 }, 'color: red', 'more')",
    );
    expect(text).toBe('s 4.5 4 1.25 {"a":1} [ 1, [length]: 1 ] { b: 2 } % more\n');
  });

  it('counts, measures, asserts, traces', async () => {
    const said = await printed(
      "console.count(); console.count('a'); console.count(); console.countReset(); console.count();\n" +
        "console.time('t'); console.timeLog('t', 'more'); console.timeEnd('t');\n" +
        "console.assert(true); console.assert(false, 'bad %s', 'thing');\n" +
        "function deep() { console.trace('here %d', 5); }\ndeep();",
    );
    expect(said.map(([stream]) => stream)).toEqual(['stdout', 'stderr']);
    const [[, out], [, err]] = said as [[string, string], [string, string]];
    expect(out).toMatch(
      /^default: 1\na: 1\ndefault: 2\ndefault: 1\nt: [\d.]+m?s more\nt: [\d.]+m?s\n$/,
    );
    expect(err).toMatch(
      /^Assertion failed: bad thing\nTrace: here 5\n {4}at deep \(Cell \[\d+\]:4:27\)\n {4}at Cell \[\d+\]:5:\d+\n$/,
    );
  });

  it('keeps groups within their cell', async () => {
    expect(
      await printed(
        "console.group('g'); console.log('1\\n2'); console.group(); console.warn('3'); console.groupEnd(); console.groupEnd();\n" +
          "console.groupCollapsed('open'); console.log('inside');",
      ),
    ).toEqual([
      ['stdout', 'g\n  1\n  2\n'],
      ['stderr', '    3\n'],
      ['stdout', 'open\n  inside\n'],
    ]);
    expect(await stdout("console.log('outside')")).toBe('outside\n');
  });

  it('clears, makes consoles, and has what only inspectors heed', async () => {
    const { types } = await kernel.execute("console.log('a'); console.clear();");
    expect(types).toEqual(['stream', 'clear_output']);
    const code =
      "console.profile(); console.timeStamp();\nnew console.Console(process.stdout).log('own')";
    expect(await stdout(code)).toBe('own\n');
  });
});

describe('the streams of the process', () => {
  it('take text, encodings, bytes that end within a character, and call back', async () => {
    const text = await stdout(
      "process.stdout.write('50 %\\r'); process.stdout.write('ff41', 'latin1');\n" +
        "process.stdout.write('0a41', 'hex'); process.stdout.write(new Uint8Array([226, 130]));\n" +
        'process.stdout.write(new Uint8Array([172]));\n' +
        "await new Promise<void>((done) => process.stdout.write('!', () => done()));",
    );
    expect(text).toBe('50 %\rff41\nA€!');
  });

  it('stay open, also at the end of a pipeline', async () => {
    const text = await stdout(
      "import { pipeline } from 'node:stream/promises'; import { stdout } from 'node:process';\n" +
        "await pipeline(['piped '], process.stdout); stdout.end('ended '); console.log('still');",
    );
    expect(text).toBe('piped ended still\n');
  });

  it('refuse what is neither text nor bytes', async () => {
    const { error } = await kernel.execute('process.stdout.write(5 as any);');
    expect(error?.evalue).toBe(
      'process.stdout.write takes text or bytes, not a value of type number.',
    );
  });
});

describe('programs started by a cell', () => {
  it('print into it, in order, whether it waits for them or not', async () => {
    expect(
      await printed(
        "import { execSync, spawn } from 'node:child_process';\nconsole.log('1');\n" +
          "execSync('echo 2; echo 3 >&2', { stdio: 'inherit' });\nconsole.log('4');\n" +
          "await new Promise((ended) => spawn('echo', ['5'], { stdio: ['ignore', process.stdout, 2] }).on('exit', ended));\n" +
          "console.log(execSync('echo 6').toString().trim());",
      ),
    ).toEqual([
      ['stdout', '1\n2\n'],
      ['stderr', '3\n'],
      ['stdout', '4\n5\n6\n'],
    ]);
  });

  it('print while the cell waits for them', async () => {
    execFileSync('sh', ['-c', 'mkfifo go'], { cwd: kernel.directory });
    const { id, executed } = kernel.begin(
      "require('node:child_process').execSync('echo early; read line < go', { stdio: 'inherit' });",
    );
    await kernel.untilPrinted(id, 'early');
    execFileSync('sh', ['-c', 'echo > go'], { cwd: kernel.directory });
    expect((await executed).status).toBe('ok');
  });

  it('print into the cell that started them after its end', async () => {
    const { id, executed } = kernel.begin(
      "spawn('sh', ['-c', 'sleep 0.2; echo late'], { stdio: 'inherit' }); 0",
    );
    await executed;
    const next = await kernel.execute('await new Promise((done) => setTimeout(done, 50)); 1');
    expect(next.stdout).toBe('');
    expect((await kernel.untilPrinted(id, 'late')).content.name).toBe('stdout');
  });

  it('without end do not keep the kernel from answering', async () => {
    await kernel.execute("const endless = spawn('yes', { stdio: 'inherit' });");
    const { stdout: text } = await kernel.execute("execSync('echo done', { stdio: 'inherit' });");
    expect(text).toBe('done\n');
    await kernel.execute("endless.kill('SIGKILL');");
  });

  it('leave nothing behind', async () => {
    const count =
      "import fs from 'node:fs';\n" +
      "fs.readdirSync('/proc/self/fd').filter((fd) => { try { return fs.readlinkSync(`/proc/self/fd/${fd}`).includes('lectern-output'); } catch { return false; } }).length";
    if (process.platform !== 'linux') return;
    // Their ends are read to the last byte first.
    const left = async () => expect((await kernel.execute(count)).result).toBe('0');
    await vi.waitFor(left, { timeout: 10_000 });
  });
});
