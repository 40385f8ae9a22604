import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '..', '..');
const temporary: string[] = [];

/** Started as root, whom no permission stops, the tests become an ordinary user. */
const asNobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

/** A clone as far as set-up reaches: its scripts and a lockfile, nothing installed. */
function freshClone(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'lectern-clone-'));
  temporary.push(folder);
  cpSync(path.join(root, 'scripts'), path.join(folder, 'scripts'), { recursive: true });
  for (const file of ['package.json', 'package-lock.json', '.npmrc']) {
    cpSync(path.join(root, file), path.join(folder, file));
  }
  cpSync(path.join(root, 'app', 'stubs'), path.join(folder, 'app', 'stubs'), { recursive: true });
  for (const workspace of ['lib', 'kernel', 'server', 'app', 'grader', 'cli', 'explorables']) {
    cpSync(
      path.join(root, workspace, 'package.json'),
      path.join(folder, workspace, 'package.json'),
    );
  }
  if (asNobody.uid) spawnSync('chown', ['-R', `${asNobody.uid}:${asNobody.gid}`, folder]);
  return folder;
}

const start = (folder: string, env: NodeJS.ProcessEnv = {}) =>
  spawnSync(process.execPath, ['scripts/start.mjs', '--no-open'], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, ...env },
    ...asNobody,
  });

describe('npm start on a machine that lacks something', () => {
  afterAll(() => {
    for (const folder of temporary) rmSync(folder, { recursive: true, force: true });
  });

  it('says on one line that the registry cannot be reached', () => {
    const folder = freshClone();
    const { status, stderr } = start(folder, {
      npm_config_registry: 'http://127.0.0.1:9/',
      npm_config_fetch_retries: '0',
      npm_config_cache: path.join(folder, 'cache'),
    });
    expect(status).toBe(1);
    expect(stderr).toContain('The npm registry cannot be reached.');
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('says how to get a newer Node', () => {
    const { status, stderr } = spawnSync(
      process.execPath,
      [
        '--import',
        'data:text/javascript,Object.defineProperty(process.versions,"node",{value:"18.20.0"})',
        'scripts/start.mjs',
      ],
      { cwd: root, encoding: 'utf8' },
    );
    expect(status).toBe(1);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain('this is Node 18.20.0');
  });

  it('says that the folder may not be written', () => {
    const folder = freshClone();
    chmodSync(folder, 0o555);
    const { status, stderr } = start(folder);
    chmodSync(folder, 0o755);
    expect(status).toBe(1);
    expect(stderr).toContain(`Cannot write to ${folder}`);
  });
});
