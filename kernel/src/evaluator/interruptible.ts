import { types } from 'node:util';
import vm from 'node:vm';

const INTERRUPTED = 'ERR_SCRIPT_EXECUTION_INTERRUPTED';

/** A function of the main context that calls its argument; the frame it adds is not shown. */
const holder = Symbol.for('lectern.action');
const call = new vm.Script("globalThis[Symbol.for('lectern.action')]()", {
  filename: 'lectern:call',
});

/**
 * Runs user code so that a signal SIGINT ends it, even in a loop that never lets go. (Only a
 * script's own run can be ended so, hence the detour. What runs after an `await` is not covered:
 * interrupt requests, which are not signals, reach that too.)
 *
 * @throws an error for which `isSignalled` holds
 */
export function interruptibly<Result>(action: () => Result): Result {
  Object.defineProperty(globalThis, holder, { value: action, configurable: true });
  return call.runInThisContext({ breakOnSigint: true });
}

export function isSignalled(error: unknown): boolean {
  if (!types.isNativeError(error)) return false;
  // Not `error.code`: of user code's errors that may be a getter.
  return Object.getOwnPropertyDescriptor(error, 'code')?.value === INTERRUPTED;
}
