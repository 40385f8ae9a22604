import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pinnedNode, root } from './node.mjs';
import { SetupError, step } from './terminal.mjs';

/** What has a build step, what it is made from, and how; `without`: what it means to lack it. */
const parts = [
  {
    title: 'Building the library',
    out: 'lib/dist',
    from: ['lib', 'tsconfig.json'],
    command: ['node_modules/typescript/bin/tsc', '-p', 'lib/tsconfig.build.json'],
  },
  {
    title: 'Building the page',
    out: 'app/dist',
    from: ['app', 'explorables', 'lib', 'package-lock.json'],
    command: ['app/build.mjs'],
  },
  {
    title: 'Preparing the type checker',
    out: 'kernel/dist',
    from: ['kernel', 'package-lock.json'],
    command: ['kernel/build.mjs'],
    without: 'Everything works without, but the first cell takes a second longer.',
  },
];

function* files(entry) {
  const absolute = path.join(root, entry);
  if (!existsSync(absolute)) return;
  const stat = statSync(absolute);
  if (stat.isFile()) {
    yield `${entry}:${stat.size}:${stat.mtimeMs}`;
    return;
  }
  for (const name of readdirSync(absolute).sort()) {
    if (name === 'dist' || name === 'node_modules' || name.includes('.generated.')) continue;
    yield* files(path.join(entry, name));
  }
}

function fingerprint(part) {
  const hash = createHash('sha256');
  for (const entry of part.from) for (const line of files(entry)) hash.update(line);
  return hash.digest('hex');
}

function build(part) {
  rmSync(path.join(root, part.out), { recursive: true, force: true });
  return new Promise((resolve, reject) => {
    const child = spawn(pinnedNode(), part.command, { cwd: root, stdio: 'pipe' });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output += chunk;
      });
    }
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new SetupError(`${part.title} failed:\n${output.trim()}`));
    });
  });
}

/** Builds what is missing or older than its sources. */
export async function ensureBuilt() {
  for (const part of parts) {
    const stamp = path.join(root, part.out, '.lectern-build');
    const wanted = fingerprint(part);
    if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) continue;
    try {
      await step(part.title, async () => {
        await build(part);
        writeFileSync(stamp, wanted);
      });
    } catch (error) {
      if (part.without === undefined) throw error;
      process.stderr.write(`  ${error.message}\n  ${part.without}\n`);
    }
  }
}
