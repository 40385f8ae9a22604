/** Keeps user code from ending the kernel by ending the process. */

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

export function forbidExit(): void {
  const refuse = (call: string) => {
    throw new ExitError(
      `${call} would end the kernel and lose all variables, so a cell may not call it. ` +
        'To stop a cell early, throw an error; to start afresh, restart the kernel.',
    );
  };
  process.exit = (code) => refuse(`process.exit(${code ?? ''})`) as never;
  process.abort = () => refuse('process.abort()') as never;
  // An undocumented way that some packages take.
  Reflect.set(process, 'reallyExit', () => refuse('process.reallyExit()'));
  const kill = process.kill.bind(process);
  process.kill = (pid, signal) =>
    pid === process.pid && signal !== 0
      ? (refuse('process.kill(process.pid)') as never)
      : kill(pid, signal);
}
