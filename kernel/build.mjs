// Makes the language service's start-up snapshot: dist/language.blob. See src/language/place.ts.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { rolldown } from 'rolldown';

const here = import.meta.dirname;
const dist = path.join(here, 'dist');
const typescript = path.dirname(createRequire(import.meta.url).resolve('typescript'));
mkdirSync(dist, { recursive: true });

// A snapshot is made by one plain script, beside which TypeScript looks for its declarations.
const bundle = await rolldown({
  input: path.join(here, 'src/language/service.ts'),
  platform: 'node',
  logLevel: 'warn',
});
const script = path.join(dist, 'language.cjs');
await bundle.write({ file: script, format: 'cjs', minify: true });
const declarations = [
  [typescript, /^lib\..*\.d\.ts$/],
  [path.join(here, 'src/language'), /\.d\.ts$/],
];
for (const [folder, pattern] of declarations) {
  for (const name of readdirSync(folder).filter((name) => pattern.test(name))) {
    cpSync(path.join(folder, name), path.join(dist, name));
  }
}

const blob = path.join(dist, 'language.blob');
const made = `${blob}.new`;
const { status, stderr } = spawnSync(
  process.execPath,
  ['--no-warnings', '--snapshot-blob', made, '--build-snapshot', script],
  { encoding: 'utf8', env: { ...process.env, LECTERN_ROOT: path.dirname(here) } },
);
if (status !== 0) {
  rmSync(made, { force: true });
  process.stderr.write(stderr);
  process.exit(1);
}
renameSync(made, blob);
