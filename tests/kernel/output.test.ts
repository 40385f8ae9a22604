import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KernelClient } from './client.ts';

let kernel: KernelClient;
beforeAll(async () => {
  kernel = await KernelClient.start();
});
afterAll(() => kernel.stop());

const typesAndText = (
  iopub: { header: { msg_type: string }; content: Record<string, unknown> }[],
) =>
  iopub
    .slice(2, -1)
    .map(({ header, content }) => `${header.msg_type} ${content.text ?? ''}`.trim());

describe('printed text', () => {
  it('goes to the stream it was printed on, in order', async () => {
    const { iopub } = await kernel.execute(
      "console.log('a', { b: 1 }, [2]); console.error('e'); process.stdout.write('x\\n');\n" +
        "console.info('i'); console.warn('w'); process.stderr.write(new TextEncoder().encode('bytes\\n'));",
    );
    const streams = iopub.filter(({ header }) => header.msg_type === 'stream');
    expect(streams.map(({ content }) => [content.name, content.text])).toEqual([
      ['stdout', 'a { b: 1 } [ 2 ]\n'],
      ['stderr', 'e\n'],
      ['stdout', 'x\ni\n'],
      ['stderr', 'w\nbytes\n'],
    ]);
  });

  it('keeps its place between displays, and all of it comes before idle', async () => {
    const { iopub } = await kernel.execute("console.log('1'); display(2); console.log('3'); 4");
    expect(typesAndText(iopub)).toEqual(['stream 1', 'display_data', 'stream 3', 'execute_result']);
    const { iopub: failed } = await kernel.execute("console.log('1'); throw new Error('2')");
    expect(typesAndText(failed)).toEqual(['stream 1', 'error']);
  });

  it('knows console.table, group and count', async () => {
    const { stdout } = await kernel.execute(
      "console.table([{ a: 1 }]); console.group('g'); console.log('in'); console.groupEnd(); console.count();",
    );
    expect(stdout).toMatch(/│ 0 +│ 1 │/);
    expect(stdout).toMatch(/g\n {2}in\ndefault: 1\n$/);
  });

  it('comes in few messages, however many lines', async () => {
    const { stdout, iopub } = await kernel.execute(
      "for (let i = 0; i < 10_000; i++) console.log('line ' + i);",
    );
    expect(stdout.split('\n')).toHaveLength(10_001);
    expect(stdout.endsWith('line 9999\n')).toBe(true);
    expect(iopub.filter(({ header }) => header.msg_type === 'stream').length).toBeLessThan(20);
  });

  it('comes while the cell still computes', async () => {
    const { id, executed } = kernel.begin(
      "console.log('early'); const until = Date.now() + 300; while (Date.now() < until) console.log('more');",
    );
    let ended = false;
    executed.then(() => {
      ended = true;
    });
    await kernel.untilPrinted(id, 'early');
    expect(ended).toBe(false);
    await executed;
  });

  it('of late timers goes to the cell that started them', async () => {
    const first = kernel.begin(
      "setTimeout(() => { console.log('from the timer'); display('shown late'); }, 30); 'started'",
    );
    await first.executed;
    const second = kernel.begin('await new Promise((resolve) => setTimeout(resolve, 60)); 2');
    const { iopub } = await second.executed;
    expect(typesAndText(iopub)).toEqual(['execute_result']);
    const printed = await kernel.untilPrinted(first.id, 'from the timer');
    expect(printed.parent_header.msg_id).toBe(first.id);
    const shown = await kernel.until(
      ({ header, parent_header }) =>
        header.msg_type === 'display_data' && parent_header.msg_id === first.id,
    );
    expect(shown.content.data).toEqual({ 'text/plain': "'shown late'" });
  });

  it('without end is held back, and leaves the kernel small and willing', async () => {
    const { id, executed } = kernel.begin("while (true) console.log('spam '.repeat(200));");
    await kernel.untilPrinted(id, 'spam');
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await kernel.interrupt();
    const { error, stdout } = await executed;
    expect(error?.ename).toBe('KeyboardInterrupt');
    // 8 MB at once, then 1 MB a second.
    expect(stdout.length).toBeLessThan(16e6);
    const { result } = await kernel.execute('process.memoryUsage().rss < 1e9');
    expect(result).toBe('true');
  });

  it('says how much of it was left out, and shows the end', async () => {
    const { stdout } = await kernel.execute(
      "process.stdout.write('x'.repeat(2 ** 24 + 1e6)); for (let i = 0; i < 1e5; i++) console.log('line ' + i);",
    );
    expect(stdout.slice(2 ** 24)).toMatch(
      /^\n… This cell has printed 16 MB\. What follows is not shown\.\n… 2,\d{3},\d{3} characters were not shown\. The end:\n(line \d+\n){150,250}$/,
    );
    expect(stdout.endsWith('line 99999\n')).toBe(true);
  });
});

describe('display', () => {
  it('shows bundles, and replaces what it has shown', async () => {
    const { iopub } = await kernel.execute(
      "const later = { [Symbol.for('Jupyter.display')]: async () => ({ 'text/markdown': '**b**' }) };\n" +
        "display(later, { id: 'place' });",
    );
    expect(iopub.at(-2)?.content).toEqual({
      data: { 'text/markdown': '**b**' },
      metadata: {},
      transient: { display_id: 'place' },
    });
    const updated = await kernel.execute("display('new', { id: 'place', update: true });");
    const update = updated.iopub.find(({ header }) => header.msg_type === 'update_display_data');
    expect(update?.content.transient).toEqual({ display_id: 'place' });
    expect(update?.content.data).toEqual({ 'text/plain': "'new'" });
  });

  it('publishes raw bundles for libraries', async () => {
    const { iopub } = await kernel.execute(
      "(globalThis as any)[Symbol.for('Jupyter.display.publish')]({ 'text/html': '<i>' }, { isolated: true });",
    );
    expect(iopub.at(-2)?.header.msg_type).toBe('display_data');
    expect(iopub.at(-2)?.content).toEqual({
      data: { 'text/html': '<i>' },
      metadata: { isolated: true },
      transient: {},
    });
  });

  it('shows content of a known kind', async () => {
    const { iopub } = await kernel.execute(
      `display.html('<b>'); display.svg('<svg/>'); display.markdown('*m*'); display.json({ a: [1] });
      display.latex('x^2'); display.latex('$y$'); display.png(new Uint8Array([1, 2, 3]));
      display.jpeg('AQID', { id: 'photo' }); display.vegaLite({ mark: 'bar' });
      display.vegaLite({ $schema: 'https://vega.github.io/schema/vega-lite/v6.json' });`,
    );
    const shown = iopub.filter(({ header }) => header.msg_type === 'display_data');
    expect(shown.map(({ content }) => Object.entries(content.data as object)[0])).toEqual([
      ['text/html', '<b>'],
      ['image/svg+xml', '<svg/>'],
      ['text/markdown', '*m*'],
      ['application/json', { a: [1] }],
      ['text/latex', '$$x^2$$'],
      ['text/latex', '$y$'],
      ['image/png', 'AQID'],
      ['image/jpeg', 'AQID'],
      ['application/vnd.vegalite.v5+json', { mark: 'bar' }],
      ['application/vnd.vegalite.v6+json', expect.anything()],
    ]);
    expect(shown.every(({ content }) => (content.data as object)['text/plain' as never])).toBe(
      true,
    );
    expect(shown[7]?.content.transient).toEqual({ display_id: 'photo' });
    const refused = await kernel.execute('display.png({} as any)');
    expect(refused.error?.evalue).toMatch(/bytes/);
  });

  it('shows how far something has come, in one place and not too often', async () => {
    const { iopub } = await kernel.execute(
      "const bar = display.progress(1e5, 'a < b'); for (let i = 0; i < 1e5; i++) bar.step('n');\n" +
        'let sum = 0; for (const n of display.progress([1, 2, 3])) sum += n;\n' +
        'for (const n of display.progress(new Set([1, 2]))) if (n === 2) break;\n' +
        "display.progress(8).set(2, 'so far');",
    );
    const places = Map.groupBy(
      iopub.filter(({ header }) => header.msg_type.endsWith('display_data')),
      ({ content }) => (content.transient as { display_id: string }).display_id,
    );
    const ends = [...places.values()].map((updates) => {
      const types = updates.map(({ header }) => header.msg_type);
      expect(types).toEqual(types.map((_, i) => (i ? 'update_display_data' : 'display_data')));
      expect(updates.length).toBeLessThan(100);
      return updates.at(-1)!.content.data as Record<string, string>;
    });
    expect(ends).toHaveLength(4);
    expect(ends[0]?.['text/html']).toMatch(
      /<progress value="1.0000" max="1"><\/progress> <span>a &lt; b: 100,000 of 100,000, [\d.]+ s, n<\/span>/,
    );
    expect(ends[1]?.['text/plain']).toMatch(/^█{20} 100 % {2}3 of 3, /);
    expect(ends[2]?.['text/plain']).toMatch(/^█{10}░{10} 50 % {2}1 of 2$/);
    expect(ends[3]?.['text/plain']).toMatch(/^█{5}░{15} 25 % {2}2 of 8, so far$/);
  });

  it('without end is held back, so that the kernel can be interrupted', async () => {
    const { id, executed } = kernel.begin("console.log('begun'); while (true) display(1);");
    await kernel.untilPrinted(id, 'begun');
    await new Promise((resolve) => setTimeout(resolve, 500));
    await kernel.interrupt();
    const { error, iopub } = await executed;
    expect(error?.ename).toBe('KeyboardInterrupt');
    expect(iopub.length).toBeLessThan(20_000);
  });

  it('clears output', async () => {
    const { iopub, types } = await kernel.execute(
      'display(1); clearOutput({ wait: true }); display(2);',
    );
    expect(types).toEqual(['display_data', 'clear_output', 'display_data']);
    expect(iopub.at(-3)?.content).toEqual({ wait: true });
  });

  it('refuses what cannot be written as JSON, and leaves out what JSON leaves out', async () => {
    const publish = "(globalThis as any)[Symbol.for('Jupyter.display.publish')]";
    for (const data of ['{ a: 1n }', '(() => { const o: any = {}; o.o = o; return o; })()']) {
      const { error } = await kernel.execute(`${publish}({ 'application/json': ${data} });`);
      expect(error?.evalue).toMatch(/cannot be written as JSON/);
    }
    const shown = `({ [Symbol.for('Jupyter.display')]: () => ({ 'application/json': 1n }) })`;
    expect((await kernel.execute(shown)).error?.evalue).toMatch(/cannot be written as JSON/);
    const { iopub } = await kernel.execute(
      `${publish}({ 'application/json': { f() {}, a: 1 } }); undefined`,
    );
    expect(iopub.at(-2)?.content.data).toEqual({ 'application/json': { a: 1 } });
  });

  it('fails the cell where a value fails to show itself', async () => {
    const { error } = await kernel.execute(
      "display({ [Symbol.for('Jupyter.display')]: async () => { throw new Error('shy'); } });",
    );
    expect(error?.evalue).toBe('shy');
  });
});

describe('comms', () => {
  it('are opened by the page and answered by user code', async () => {
    await kernel.execute(`
      const comms = (globalThis as any)[Symbol.for('Jupyter.comms')];
      comms.register('echo', (comm: any, data: unknown) => {
        comm.send({ opened: data });
        comm.onMessage = (message: unknown) => comm.send({ echo: message });
        comm.onClose = () => console.log('closed');
      });`);
    const one = { comm_id: 'c1' };
    const replies = { replies: false };
    const open = await kernel.request(
      'comm_open',
      { ...one, target_name: 'echo', data: 1 },
      replies,
    );
    expect(open.iopub[1]?.content).toEqual({ comm_id: 'c1', data: { opened: 1 } });
    const message = await kernel.request('comm_msg', { ...one, data: { x: 2 } }, replies);
    expect(message.iopub[1]?.content).toEqual({ comm_id: 'c1', data: { echo: { x: 2 } } });
    const info = await kernel.request('comm_info_request', { target_name: 'echo' });
    expect(info.reply.content.comms).toEqual({ c1: { target_name: 'echo' } });
    const close = await kernel.request('comm_close', { ...one, data: {} }, replies);
    expect(close.iopub[1]?.content.text).toBe('closed\n');
  });

  it('are opened by user code, and closed where nobody knows the target', async () => {
    const { iopub } = await kernel.execute("comms.open('page', { a: 1 }); undefined");
    const opened = iopub.find(({ header }) => header.msg_type === 'comm_open');
    expect(opened?.content).toMatchObject({ target_name: 'page', data: { a: 1 } });
    const unknown = { comm_id: 'c2', target_name: 'nobody', data: {} };
    const refused = await kernel.request('comm_open', unknown, { replies: false });
    expect(refused.iopub[1]?.header.msg_type).toBe('comm_close');
  });
});

describe('prompt', () => {
  it('asks the one who runs the cell, and waits', async () => {
    const { id, executed } = kernel.begin(
      "console.log('before'); const said = prompt('Name? ', 'nobody'); said",
    );
    const question = await kernel.answer('Ada');
    expect(question.header.msg_type).toBe('input_request');
    expect(question.parent_header.msg_id).toBe(id);
    expect(question.content).toEqual({ prompt: 'Name? ', password: false });
    expect((await executed).result).toBe("'Ada'");
    const again = kernel.begin("prompt('Name? ', 'nobody')");
    await kernel.answer('');
    expect((await again.executed).result).toBe("'nobody'");
  });

  it('hides what is typed where it is a password', async () => {
    const { executed } = kernel.begin("prompt('Key? ', '', { password: true })");
    expect((await kernel.answer('secret')).content).toEqual({ prompt: 'Key? ', password: true });
    expect((await executed).result).toBe("'secret'");
  });

  it('asks for yes or no until it is one of them', async () => {
    const { executed } = kernel.begin("[confirm('Sure?'), confirm('Really?')]");
    expect((await kernel.answer('perhaps')).content.prompt).toBe('Sure? [y/n] ');
    expect((await kernel.answer('Yes')).content.prompt).toBe('Please answer y or n: ');
    await kernel.answer('n');
    expect((await executed).result).toBe('[ true, false ]');
    const { result } = await kernel.execute("confirm('Sure?')", { allow_stdin: false });
    expect(result).toBe('false');
  });

  it('can be interrupted, and gives null where nobody can be asked', async () => {
    const { id, executed } = kernel.begin("console.log('begun'); prompt('?')");
    await kernel.untilPrinted(id, 'begun');
    await kernel.interrupt();
    expect((await executed).error?.ename).toBe('KeyboardInterrupt');
    const { result } = await kernel.execute("prompt('?')", { allow_stdin: false });
    expect(result).toBe('null');
  });
});
