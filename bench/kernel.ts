// Claim: our TypeScript kernel answers sooner and computes faster than tslab 1.0.22.
import { KernelClient } from '../tests/kernel/client.ts';
import { median, print } from './figure.ts';

const kernels = ['typescript', 'tslab'] as const;

/**
 * Cells whose time from request to idle is compared. Printing is not among them: after 10 000
 * lines tslab's own idle message is lost like most of its output, and nobody can say when it ended.
 */
const cells = {
  'trivial cell': '1 + 1',
  'earlier variable in a loop, 1e6': 'for (let i = 0; i < 1e6; i++) warm += i;',
  '1e7 top-level additions': 'let s = 0; for (let i = 0; i < 1e7; i++) s += i;',
} as const;

async function measure(kernel: string): Promise<Record<string, number>> {
  const started = performance.now();
  const client = await KernelClient.start({ kernel, warm: false });
  const figures: Record<string, number> = { 'start to first reply': performance.now() - started };
  try {
    await client.execute('let warm = 1;');
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
