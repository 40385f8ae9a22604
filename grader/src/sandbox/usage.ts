import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import process from 'node:process';
import { promisify } from 'node:util';

/** What a process and all its descendants use. */
export type Usage = {
  /** Resident memory in bytes; pages that they share are counted once for each. */
  memory: number;
  cpuMs: number;
  /** Processes and threads. */
  tasks: number;
};

const TICKS_PER_SECOND = 100; // what Linux tells user space, on every architecture

/** Reads what the tree under `pid` uses; null where it is gone or cannot be read. */
export async function usageOf(pid: number): Promise<Usage | null> {
  try {
    if (process.platform === 'linux') return fromProc(pid);
    if (process.platform === 'win32') return null;
    return await fromPs(pid);
  } catch {
    return null;
  }
}

function fromProc(root: number): Usage {
  const total = { memory: 0, cpuMs: 0, tasks: 0 };
  const queue = [root];
  for (const pid of queue) {
    try {
      // After the name in parentheses: state is field 3, so index = field − 3.
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      const ticks =
        Number(fields[11]) + Number(fields[12]) + Number(fields[13]) + Number(fields[14]);
      total.cpuMs += (ticks * 1000) / TICKS_PER_SECOND;
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      total.tasks += Number(fields[17]);
      total.memory += Number(/^VmRSS:\s*(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
      queue.push(...childrenOf(pid));
    } catch (error) {
      if (pid === root) throw error; // others come and go
    }
  }
  return total;
}

function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8')
      .split(' ')
      .filter(Boolean)
      .map(Number),
  );
}

async function fromPs(root: number): Promise<Usage> {
  const columns = 'pid=,ppid=,rss=,time=';
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', columns]);
  const rows = stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  const tree = new Set([root]);
  for (const pid of tree) {
    for (const row of rows) if (Number(row[1]) === pid) tree.add(Number(row[0]));
  }
  const total = { memory: 0, cpuMs: 0, tasks: 0 };
  for (const [pid, , rss, time] of rows) {
    if (!tree.has(Number(pid))) continue;
    total.memory += Number(rss) * 1024;
    total.cpuMs += clockToMs(time!);
    total.tasks += 1;
  }
  return total;
}

/** `[hours:]minutes:seconds[.hundredths]` */
function clockToMs(clock: string): number {
  return clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0) * 1000;
}
