// Ten operations on 16 elements: in microseconds, after the first time, which it tells too (in
// milliseconds).
import { type Tensor, tensor } from '@lectern/lib';
import { report } from './common.ts';

const b = tensor(Array.from({ length: 16 }, (_, i) => 1 + i / 16));

function tenOperations(a: Tensor): Tensor {
  const x = a.add(b).mul(b).sub(a).div(b).exp();
  return x.log().tanh().mul(a).add(b).relu();
}

async function once(): Promise<number> {
  const a = tensor(new Float32Array(16).fill(Math.random()));
  const started = performance.now();
  await tenOperations(a).data();
  return performance.now() - started;
}

const first = await once();
for (let i = 0; i < 2000; i++) await once();
const durations: number[] = [];
for (let i = 0; i < 2000; i++) durations.push((await once()) * 1e3);
report(durations, { first });
process.exit(0);
