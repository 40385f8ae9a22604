/** Keeps user code from ending the kernel by ending the process. */
import { syncBuiltinESMExports } from 'node:module';

const { exit } = process;
const reallyExit: unknown = Reflect.get(process, 'reallyExit');

/** Ends the process; the only way left once `forbidExit` has run. */
export function exitProcess(code: number): never {
  Reflect.set(process, 'reallyExit', reallyExit);
  return exit.call(process, code);
}

class ExitError extends Error {
  override name = 'ExitError';
}

function refuse(call: string): never {
  throw new ExitError(
    `${call} would end the kernel and lose all variables, so a cell may not call it. ` +
      'To stop a cell early, throw an error; to start afresh, restart the kernel.',
  );
}

export function forbidExit(): void {
  process.exit = (code) => refuse(`process.exit(${code ?? ''})`);
  process.abort = () => refuse('process.abort()');
  process.execve = (file) => refuse(`process.execve('${file}')`);
  // Undocumented ways that some packages take.
  Reflect.set(process, 'reallyExit', () => refuse('process.reallyExit()'));
  for (const name of ['kill', '_kill']) {
    const kill = (Reflect.get(process, name) as typeof process.kill).bind(process);
    Reflect.set(process, name, (pid: number, signal?: string | number) => {
      // A signal to nobody in particular reaches the kernel, or everything that it was started with.
      if (signal !== 0 && reachesUs(Number(pid))) refuse(`process.${name}(${pid})`);
      return kill(pid, signal);
    });
  }
  // For `import { exit } from 'node:process'`.
  syncBuiltinESMExports();
}

/** Also by way of groups: 0 is our own, a negative number the group of that name, -1 everybody. */
function reachesUs(pid: number): boolean {
  return Math.abs(pid) === process.pid || pid === 0 || pid === -1;
}
