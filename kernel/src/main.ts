/** The kernel's main thread: starts the protocol thread, then runs user code and nothing else. */

import { writeSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { MessageChannel, Worker } from 'node:worker_threads';
import { exitProcess } from './evaluator/process-guard.ts';
import { startEvaluator } from './evaluator/start.ts';
import { TextRing } from './text-ring.ts';
import type { FromMain, FromMainEnvelope, ServingData, ToMain } from './threads.ts';

const connectionFile = process.argv[2];
if (!connectionFile) {
  process.stderr.write('Lectern kernel: give the path of a connection file as the argument.\n');
  process.exit(2);
}

// User code shall not pass our cache of compiled code on to the programs it starts.
const environment = { ...process.env };
delete process.env.NODE_COMPILE_CACHE;

const directory = process.cwd();
const root = process.env.LECTERN_ROOT ?? path.resolve(fileURLToPath(import.meta.url), '../../..');
const shared = () => new Int32Array(new SharedArrayBuffer(4));
const ring = new TextRing();
const interruptsRead = shared();
const modulesAnswered = shared();
const modulesToMain = new MessageChannel();
const inputToMain = new MessageChannel();
const inputAnswered = shared();

const { port2: modules } = modulesToMain;
const { port2: input } = inputToMain;
const serving = new Worker(new URL('./serving/worker.ts', import.meta.url), {
  workerData: {
    connectionFile,
    directory,
    root,
    modules,
    modulesAnswered,
    input,
    inputAnswered,
    printed: ring.buffer,
    interruptsRead,
  } satisfies ServingData,
  transferList: [modules, input],
  env: environment,
  // One thread may close what another has opened (`serving/child-output.ts`).
  trackUnmanagedFds: false,
});
serving.on('error', (error) => {
  writeSync(2, `Lectern kernel: ${error.stack}\n`);
  exitProcess(1);
});
startEvaluator({
  post: (message: FromMain) => {
    serving.postMessage({ printed: ring.position, message } satisfies FromMainEnvelope);
  },
  receive: (handle: (message: ToMain) => void) => serving.on('message', handle),
  ring,
  interruptsRead,
  input: { port: inputToMain.port1, answered: inputAnswered },
  modules: modulesToMain.port1,
  modulesAnswered,
  directory,
  root,
});
