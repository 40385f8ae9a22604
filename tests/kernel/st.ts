import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { kernelspecs } from '@lectern/kernel/kernelspec';
import { endpoint, newConnection, Wire } from '@lectern/kernel/protocol';
import * as zmq from 'zeromq';

const rows: number[][] = [];
for (let i = 0; i < 4; i++) {
  const c = await newConnection('t');
  writeFileSync('/tmp/c.json', JSON.stringify(c));
  const spec = kernelspecs()[process.argv[2] ?? 'typescript']!.spec;
  const [cmd, ...args] = spec.argv.map((a) => a.replace('{connection_file}', '/tmp/c.json'));
  const t = performance.now();
  const p = spawn(cmd!, args, {
    stdio: 'inherit',
    env: { ...process.env, ...spec.env },
    cwd: '/work/main/notebooks',
  });
  const wire = new Wire(c.key);
  const s = new zmq.Dealer({ linger: 0 });
  s.connect(endpoint(c, 'shell'));
  const ask = async (type: string, content: object) => {
    await s.send(wire.serialise(wire.message(type, content)));
    return wire.parse(await s.receive());
  };
  await ask('kernel_info_request', {});
  const info = performance.now() - t;
  await ask('execute_request', { code: '1+1' });
  const first = performance.now() - t;
  const ts: number[] = [];
  for (let k = 0; k < 20; k++) {
    const u = performance.now();
    await ask('execute_request', { code: '1+1' });
    ts.push(performance.now() - u);
  }
  rows.push([info, first, ts.sort((a, b) => a - b)[10]!]);
  await ask('shutdown_request', {});
  s.close();
  await new Promise((r) => p.once('exit', r));
}
console.log(rows.map((r) => r.map((x) => x.toFixed(0)).join(' ')).join(' | '));
