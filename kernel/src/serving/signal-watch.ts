/**
 * A thread that does nothing but notice SIGINT, which Node tells only to a main thread that has
 * time to listen. V8 breaks off a waiting script at that signal, whichever thread runs it; the
 * outer script keeps Node's handler in place while the inner one begins anew.
 */
import vm from 'node:vm';
import { workerData } from 'node:worker_threads';

/** Signals so far; a place where nothing ever happens. */
const cells = workerData as Int32Array;

const wait = new vm.Script('Atomics.wait(cells, 1, 0)');

function watch(): never {
  for (;;) {
    try {
      wait.runInThisContext({ breakOnSigint: true });
    } catch {
      Atomics.add(cells, 0, 1);
      Atomics.notify(cells, 0);
    }
  }
}

Object.assign(globalThis, { cells, watch });
new vm.Script('watch()').runInThisContext({ breakOnSigint: true });
