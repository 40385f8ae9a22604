import { accessSync, constants, mkdirSync, realpathSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import type { SandboxLevel } from '../client/report.ts';
import { LIMITS_OF_ANSWER, NODE_DATA_BYTES } from './limits.ts';

/** How to start a worker: a program with its arguments and environment. */
export type Launch = { level: SandboxLevel; file: string; args: string[]; env: NodeJS.ProcessEnv };

/** Where the worker's script stands inside the sandboxes that have a file system of their own. */
const INSIDE = '/worker.cjs';
const NODE = '/node';

/**
 * The ways to shut a worker away on this machine, strongest first. Whether one really works is known only when a worker
 * has started by it.
 */
export function launches(worker: string): Launch[] {
  const list: Launch[] = [];
  if (process.platform === 'linux') {
    const [bwrap, unshare] = [findProgram('bwrap'), findProgram('unshare')];
    if (bwrap && process.getuid?.() === 0) list.push(bubblewrap(bwrap, worker, 'root'));
    if (bwrap) list.push(bubblewrap(bwrap, worker, 'user namespace'));
    if (unshare) list.push(namespaces(unshare, worker));
  }
  list.push(permissions(worker));
  return list;
}

/** Node's own arguments. Its permission model is a second wall: no files, processes or threads. */
function nodeArguments(script: string): string[] {
  return [
    '--permission',
    `--allow-fs-read=${script}`,
    `--max-old-space-size=${LIMITS_OF_ANSWER.heapMb}`,
    '--disallow-code-generation-from-strings',
    script,
  ];
}

/**
 * Bubblewrap: new namespaces, and a root file system that holds Node, its libraries, the worker's script and
 * /dev/null, all read-only. No /proc: writing to /proc/self/mem would turn JavaScript into machine code.
 * As root we need no user namespace; the worker itself becomes nobody with the two rights left to it.
 */
function bubblewrap(bwrap: string, worker: string, as: 'root' | 'user namespace'): Launch {
  const args = ['--die-with-parent', '--new-session', '--clearenv', '--hostname', 'sandbox'];
  args.push('--cap-drop', 'ALL');
  if (as === 'root') {
    args.push('--unshare-ipc', '--unshare-pid', '--unshare-net', '--unshare-uts');
    args.push('--unshare-cgroup-try', '--cap-add', 'CAP_SETUID', '--cap-add', 'CAP_SETGID');
  } else {
    args.push('--unshare-all', '--uid', '65534', '--gid', '65534');
  }
  for (const library of sharedLibraries()) args.push('--ro-bind', library, library);
  args.push('--ro-bind', process.execPath, NODE, '--ro-bind', worker, INSIDE);
  args.push('--dev-bind', '/dev/null', '/dev/null', '--chdir', '/', '--remount-ro', '/');
  args.push(NODE, ...nodeArguments(INSIDE), ...(as === 'root' ? ['--drop'] : []));
  return limited({ level: 'bubblewrap', file: bwrap, args, env: {} });
}

/**
 * The same with `unshare` of util-linux: as root of a user namespace a small script builds the root file system;
 * a second namespace inside, where we are nobody, shuts the worker into it.
 */
const BUILD_ROOT = `set -eu
root=$1; shift
mount -t tmpfs -o size=1m,mode=755 none "$root"
cd "$root"
bind() {
  mkdir -p ".$(dirname "$2")"; : > ".$2"
  mount --bind "$1" ".$2"; mount -o remount,bind,ro,nosuid,nodev ".$2"
}
node=$1; worker=$2; shift 2
while [ "$1" != -- ]; do bind "$1" "$1"; shift; done
shift
bind "$node" ${NODE}
bind "$worker" ${INSIDE}
mkdir dev; : > dev/null; mount --bind /dev/null dev/null
mount -o remount,bind,ro .
exec env -i setpriv --no-new-privs unshare --user --map-user=65534 --map-group=65534 \\
  --root="$root" --wd=/ ${NODE} "$@"`;

function namespaces(unshare: string, worker: string): Launch {
  const root = path.join(path.dirname(worker), 'root'); // only a place to mount on
  mkdirSync(root, { recursive: true });
  const args = ['--user', '--map-root-user', '--mount', '--net', '--ipc', '--uts', '--pid'];
  args.push('--fork', '--kill-child=SIGKILL', 'sh', '-c', BUILD_ROOT, 'sh');
  args.push(root, process.execPath, worker, ...sharedLibraries(), '--', ...nodeArguments(INSIDE));
  return limited({ level: 'namespaces', file: unshare, args, env: { PATH: process.env.PATH } });
}

/** Node's permission model alone: good enough for one's own answers, no defence against attack. */
function permissions(worker: string): Launch {
  const file = process.execPath;
  return limited({
    level: 'permissions',
    file,
    args: nodeArguments(realpathSync(worker)),
    env: {},
  });
}

/**
 * Limits that the kernel itself keeps, where `prlimit` of util-linux is there to set them. RLIMIT_DATA counts what V8,
 * buffers and WebAssembly may write to; over it an allocation fails, in JavaScript a RangeError.
 */
function limited(launch: Launch): Launch {
  const prlimit = process.platform === 'linux' ? findProgram('prlimit') : null;
  if (!prlimit) return launch;
  const { memory, openFiles, lifeCpuSeconds } = LIMITS_OF_ANSWER;
  const args = [
    `--data=${memory + NODE_DATA_BYTES}`,
    `--nofile=${openFiles}`,
    `--cpu=${lifeCpuSeconds}`,
    '--fsize=0',
    '--core=0',
  ];
  return { ...launch, file: prlimit, args: [...args, launch.file, ...launch.args] };
}

/** Files of the shared libraries that this very Node has loaded. */
function sharedLibraries(): string[] {
  // Else it asks the name server about every open socket. Missing in the types of this version.
  Object.assign(process.report, { excludeNetwork: true });
  const report = process.report.getReport() as unknown as { sharedObjects: string[] };
  return report.sharedObjects.filter((file) => file.startsWith('/') && file !== process.execPath);
}

function findProgram(name: string): string | null {
  const directories = [...(process.env.PATH ?? '').split(path.delimiter), '/usr/bin', '/bin'];
  for (const directory of directories) {
    const file = path.join(directory, name);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // not here
    }
  }
  return null;
}
