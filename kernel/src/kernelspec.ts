import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** What Jupyter needs to start a kernel (the content of a `kernel.json`). */
export interface KernelSpec {
  /** `{connection_file}` stands for the path of the connection file. */
  argv: string[];
  display_name: string;
  language: string;
  interrupt_mode: 'message' | 'signal';
  env: Record<string, string>;
  metadata: Record<string, unknown>;
}

const require = createRequire(import.meta.url);
const source = path.dirname(fileURLToPath(import.meta.url));

/**
 * The kernels a notebook of this course can run on: our own (`typescript`, the default) and
 * `tslab`. Both are started with the Node that runs this process, which is the pinned one.
 */
export function kernelspecs(
  node = process.execPath,
): Record<string, { name: string; spec: KernelSpec }> {
  const ours: KernelSpec = {
    argv: [
      node,
      '--conditions=source',
      '--no-force-async-hooks-checks',
      // Above what the kernel allows itself (serving/memory.ts): V8 ends a process without a word.
      '--max-old-space-size-percentage=85',
      path.join(source, 'main.ts'),
      '{connection_file}',
    ],
    display_name: 'TypeScript',
    language: 'typescript',
    interrupt_mode: 'message',
    // Compiled code is kept between starts: TypeScript alone is 9 MB of it.
    env: { NODE_COMPILE_CACHE: path.join(source, '../../node_modules/.cache/lectern-kernel') },
    metadata: { debugger: true },
  };
  const tslab: KernelSpec = {
    argv: [
      node,
      path.join(path.dirname(require.resolve('tslab/package.json')), 'bin/tslab'),
      'kernel',
      '--config-path={connection_file}',
    ],
    display_name: 'TypeScript (tslab)',
    language: 'typescript',
    interrupt_mode: 'signal',
    env: {},
    metadata: { debugger: false },
  };
  return {
    typescript: { name: 'typescript', spec: ours },
    tslab: { name: 'tslab', spec: tslab },
  };
}
