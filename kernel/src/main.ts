/** The kernel's main thread: starts the two others, then runs user code and nothing else. */

import { writeSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { exitProcess } from './evaluator/process-guard.ts';
import { startEvaluator } from './evaluator/start.ts';
import { TextRing } from './text-ring.ts';
import type { FromMain, FromMainEnvelope, LanguageData, ServingData, ToMain } from './threads.ts';

const connectionFile = process.argv[2];
if (!connectionFile) {
  process.stderr.write('Lectern kernel: give the path of a connection file as the argument.\n');
  process.exit(2);
}

// User code shall not pass our cache of compiled code on to the programs it starts.
delete process.env.NODE_COMPILE_CACHE;

const directory = process.cwd();
const root = process.env.LECTERN_ROOT ?? path.resolve(fileURLToPath(import.meta.url), '../../..');
const shared = () => new Int32Array(new SharedArrayBuffer(4));
const ring = new TextRing();
const interruptsRead = shared();
const modulesAnswered = shared();
const languageToServing = new MessageChannel();
const languageToMain = new MessageChannel();
const inputToMain = new MessageChannel();
const inputAnswered = shared();

const { port1: language } = languageToServing;
const { port2: input } = inputToMain;
const serving = start(
  './serving/worker.ts',
  { connectionFile, language, input, inputAnswered, printed: ring.buffer, interruptsRead },
  [language, input],
);
startEvaluator({
  post: (message: FromMain) => {
    serving.postMessage({ printed: ring.position, message } satisfies FromMainEnvelope);
  },
  receive: (handle: (message: ToMain) => void) => serving.on('message', handle),
  ring,
  interruptsRead,
  input: { port: inputToMain.port1, answered: inputAnswered },
  modules: languageToMain.port1,
  modulesAnswered,
  directory,
  root,
});

// The language thread reads the whole of TypeScript, so it begins when the kernel already answers.
serving.once('message', () => {
  const { port2: modules } = languageToMain;
  const { port2: toServing } = languageToServing;
  const data = { serving: toServing, modules, modulesAnswered, directory, root };
  start('./language/worker.ts', data, [toServing, modules]).unref();
});

function start(file: string, workerData: ServingData | LanguageData, ports: MessagePort[]): Worker {
  const worker = new Worker(new URL(file, import.meta.url), {
    workerData,
    transferList: ports,
    // One thread may close what another has opened (`serving/child-output.ts`).
    trackUnmanagedFds: false,
  });
  worker.on('error', (error) => {
    writeSync(2, `Lectern kernel: ${error.stack}\n`);
    exitProcess(1);
  });
  return worker;
}
