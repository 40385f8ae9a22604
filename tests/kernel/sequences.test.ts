import { spawn } from 'node:child_process';
import { json } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KernelClient } from './client.ts';
import { classes } from './sequences/classes.ts';
import { declarations } from './sequences/declarations.ts';
import { functions } from './sequences/functions.ts';
import { redeclarations } from './sequences/redeclarations.ts';
import { moduleOf, type Sequence } from './sequences/sequence.ts';
import { statements } from './sequences/statements.ts';

const tables = { declarations, redeclarations, functions, classes, statements };

let kernel: KernelClient;
/** What Node says of each sequence's module. */
let expected: Map<Sequence, string>;
beforeAll(async () => {
  [kernel, expected] = await Promise.all([KernelClient.start(), askNode()]);
});
afterAll(() => kernel.stop());

async function askNode(): Promise<Map<Sequence, string>> {
  const program = fileURLToPath(new URL('./sequences/reference.ts', import.meta.url));
  const sequences = Object.values(tables).flat();
  const node = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'] });
  node.stdin.end(JSON.stringify(sequences.map(moduleOf)));
  const answers = (await json(node.stdout)) as string[];
  return new Map(sequences.map((sequence, index) => [sequence, answers[index]!]));
}

/** What each cell says: its result's text, or the name and message of its error. */
async function run({ cells, unchecked }: Sequence): Promise<string[]> {
  const executions = cells.map((cell) =>
    kernel.execute(unchecked ? `// @ts-nocheck\n${cell}` : cell, { stop_on_error: false }),
  );
  const executed = await Promise.all(executions);
  return executed.map(({ error, result }) =>
    error ? `${error.ename}: ${error.evalue}` : String(result),
  );
}

// One kernel for all, so that every sequence also declares the names of those before it anew.
for (const [table, sequences] of Object.entries(tables)) {
  describe(`cells mean what modules mean: ${table}`, () => {
    it.each(sequences)('$title', async (sequence) => {
      const said = await run(sequence);
      const last = said.pop();
      // A cell may throw on purpose, but never for what it is.
      expect(said.filter((text) => /^(TypeScript|Syntax|Kernel)Error/.test(text))).toEqual([]);
      if (sequence.error === undefined) expect(last).toBe(expected.get(sequence));
      else expect(last?.slice(0, sequence.error.length)).toBe(sequence.error);
    });
  });
}
