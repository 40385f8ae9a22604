// Compiles what the library has in AssemblyScript to WebAssembly, as base64 in a module beside it:
// run it after every change there. The tests compile again and compare.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './setup/node.mjs';

const source = 'lib/optim/kernel/assembly/updates.ts';
const target = 'lib/optim/kernel/kernel.generated.ts';

/** The text of the module that holds the compiled kernel. */
export async function compiledKernel() {
  const { main } = await import('assemblyscript/asc');
  const files = new Map([['kernel.ts', readFileSync(path.join(root, source), 'utf8')]]);
  let binary;
  const flags = ['-O3', '--noAssert', '--enable', 'simd', '--runtime', 'stub'];
  // the memory comes from the optimizer, of exactly the size that it needs
  const memory = ['--importMemory', '--initialMemory', '0', '--use', 'abort='];
  const { error, stderr } = await main(
    ['kernel.ts', '--outFile', 'kernel.wasm', ...flags, ...memory],
    {
      readFile: (name) => files.get(name) ?? null,
      writeFile: (name, content) => {
        if (name === 'kernel.wasm') binary = content;
      },
      listFiles: () => [],
    },
  );
  if (error) throw new Error(`${source}: ${error.message}\n${stderr}`);
  const base64 = Buffer.from(binary).toString('base64');
  return `// Written by scripts/build-kernels.mjs from ${path.basename(source)}; do not edit.\nexport default '${base64}';\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(path.join(root, target), await compiledKernel());
}
