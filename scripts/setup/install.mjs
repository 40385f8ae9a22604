import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './node.mjs';
import { SetupError, step } from './terminal.mjs';

const stampFile = path.join(root, 'node_modules', '.lectern-install');

function lockfileHash() {
  const lockfile = readFileSync(path.join(root, 'package-lock.json'));
  return createHash('sha256').update(lockfile).digest('hex');
}

function isInstalled(hash) {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === hash;
}

function requireWritable() {
  try {
    accessSync(root, constants.W_OK);
  } catch {
    throw new SetupError(
      `Cannot write to ${root}: clone the course into a folder of your own, or change the folder's permissions.`,
    );
  }
}

function npmCi() {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const env = { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' };
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error', '--progress=false'];
  // npm's own waits, 10 s and then a minute, leave someone without a network in the dark.
  args.push('--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=10000');
  return new Promise((resolve) => {
    const child = spawn(npm, args, {
      cwd: root,
      env,
      shell: process.platform === 'win32',
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let output = '';
    child.stderr.on('data', (chunk) => {
      output += chunk;
    });
    child.on('error', (error) => resolve({ code: 1, output: String(error) }));
    child.on('close', (code) => resolve({ code, output }));
  });
}

/** One sentence for the failures people really meet; npm's own words for the others. */
function explain(output) {
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|ECONNRESET/.test(output)) {
    return "The npm registry cannot be reached. The first start downloads about 500 MB of packages: connect to the network (or set npm's proxy) and try again.";
  }
  if (/EACCES|EPERM|EROFS/.test(output)) {
    return `npm may not write to ${root}node_modules or its cache: change their permissions and try again.`;
  }
  if (/ENOSPC/.test(output))
    return 'The disk is full: the course needs 1.5 GB. Free some space and try again.';
  if (/ENOENT/.test(output) && /npm/.test(output) && output.length < 200) {
    return 'npm was not found. It comes with Node: install Node from https://nodejs.org and try again.';
  }
  return `npm ci failed:\n${output.trim()}`;
}

/** Installs exactly what the lockfile says, once per lockfile. */
export async function ensureInstalled() {
  const hash = lockfileHash();
  if (isInstalled(hash)) return;
  requireWritable();
  await step('Installing packages (about 500 MB to download, only once)', async () => {
    const { code, output } = await npmCi();
    if (code !== 0) throw new SetupError(explain(output));
    writeFileSync(stampFile, hash);
  });
}
