// Claim: our TypeScript kernel answers sooner and computes faster than tslab 1.0.22.
import { KernelClient } from '../tests/kernel/client.ts';
import { median, print } from './figure.ts';

const kernels = ['typescript', 'tslab'] as const;

/** Cells whose time from request to idle is compared. */
const cells = {
  'trivial cell': '1 + 1',
  '1e7 top-level additions': 'let s = 0; for (let i = 0; i < 1e7; i++) s += i;',
  '10 000 printed lines': 'for (let i = 0; i < 10_000; i++) console.log(i);',
} as const;

async function measure(kernel: string): Promise<Record<string, number>> {
  const started = performance.now();
  const client = await KernelClient.start({ kernel });
  const figures: Record<string, number> = { 'start to first reply': performance.now() - started };
  try {
    await client.execute('const warm: number = 1;');
    for (const [name, code] of Object.entries(cells)) {
      figures[name] = await median(5, () => client.execute(code));
    }
  } finally {
    await client.stop();
  }
  return figures;
}

export async function run(): Promise<void> {
  const [ours, peer] = [await measure(kernels[0]), await measure(kernels[1])];
  for (const name of Object.keys(ours)) {
    print({
      bench: 'kernel',
      case: name,
      ours: ours[name] ?? Number.NaN,
      peer: peer[name] ?? Number.NaN,
      peerName: 'tslab 1.0.22',
      unit: 'ms',
    });
  }
}
