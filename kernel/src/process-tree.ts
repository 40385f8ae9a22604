/** The processes that user code has started. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

interface ProcessEntry {
  pid: number;
  parent: number;
  group: number;
}

/** Processes that this thread has started for the kernel, not for a cell. */
const spared = new Set<number>();

/** From now on a process counts as nobody's, with all below it. */
export function spare({ pid }: { pid?: number | undefined }): void {
  if (pid) spared.add(pid);
}

/** Children of a process, their children, and so on. */
export function descendants(root: number): number[] {
  return below(root, processes());
}

/**
 * Everything that ends with a kernel: its descendants and, where it leads a process group (as it
 * does under Jupyter), what else is in the group, for instance a process whose own parent has ended.
 */
export function household(root: number): number[] {
  const all = processes();
  const members = all.filter(({ pid, group }) => group === root && pid !== root);
  return [...new Set([...below(root, all), ...members.map(({ pid }) => pid)])];
}

/** Sends a signal to those that are still there. */
export function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // Gone already, or somebody else's.
    }
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function below(root: number, all: readonly ProcessEntry[]): number[] {
  const found = [root];
  for (const above of found) {
    for (const { pid, parent } of all) if (parent === above && !spared.has(pid)) found.push(pid);
  }
  return found.slice(1);
}

/** Those of this machine that we may see. Empty on Windows, which has no such table to read. */
function processes(): ProcessEntry[] {
  if (process.platform === 'linux') return readdirSync('/proc').flatMap(fromProc);
  if (process.platform === 'win32') return [];
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,pgid='], { encoding: 'utf8' });
  return table.split('\n').flatMap((line) => {
    const [pid, parent, group] = line.trim().split(/\s+/).map(Number);
    return pid && group ? [{ pid, parent: parent!, group }] : [];
  });
}

function fromProc(name: string): ProcessEntry[] {
  const pid = Number(name);
  if (!Number.isInteger(pid)) return [];
  try {
    const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
    // After the program's name, which stands in parentheses and may hold anything.
    const [state, parent, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ', 3);
    return state === 'Z' ? [] : [{ pid, parent: Number(parent), group: Number(group) }];
  } catch {
    return []; // it has just ended
  }
}
