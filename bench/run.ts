// `npm run bench -- [NAME…]`: figures as JSON lines on stdout, one per case.
// `npm run bench -- setup` first installs the peers that are Python libraries.
import { readdirSync } from 'node:fs';

const helpers = ['run.ts', 'figure.ts', 'contest.ts', 'kernels.ts'];
const all = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts') && !helpers.includes(file))
  .map((file) => file.slice(0, -'.ts'.length));

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`There is no bench ${unknown.join(', ')}. There are: ${all.join(', ')}.\n`);
  process.exit(2);
}
for (const name of chosen.length > 0 ? chosen : all.filter((name) => name !== 'setup')) {
  const bench = (await import(`./${name}.ts`)) as { run(): Promise<void> };
  await bench.run();
}
process.exit(0);
