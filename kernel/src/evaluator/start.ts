import { EventEmitter } from 'node:events';
import path from 'node:path';
import type { MessagePort } from 'node:worker_threads';
import type { TextRing } from '../text-ring.ts';
import type { FromMain, ToMain } from '../threads.ts';
import { redirectChildren } from './children.ts';
import { Comms } from './comms.ts';
import { redirectConsole } from './console.ts';
import { engine } from './engine.ts';
import { Evaluator, KeyboardInterrupt } from './evaluator.ts';
import { installStackPreparation } from './frames.ts';
import { offerCollection } from './garbage.ts';
import { define, installGlobals } from './globals.ts';
import { keepIntrinsics, repairIntrinsics } from './intrinsics.ts';
import { installIntrospection } from './introspection.ts';
import { ModuleTranslator } from './module-translator.ts';
import { Modules } from './modules.ts';
import { type Origin, Output } from './output.ts';
import { exitProcess, forbidExit } from './process-guard.ts';
import { Programs } from './programs.ts';
import { createPrompts, type InputLink } from './prompt.ts';
import { Timers } from './timers.ts';

/** What the main thread gets from the others. */
export interface EvaluatorLinks {
  post: (message: FromMain) => void;
  receive: (handle: (message: ToMain) => void) => void;
  ring: TextRing;
  interruptsRead: Int32Array;
  input: InputLink;
  modules: MessagePort;
  modulesAnswered: Int32Array;
  directory: string;
  root: string;
}

const UNAWAITED =
  '  (It rejected a promise that nothing waits for: put await before the call, or use .catch.)';

/** Makes this thread the one that runs user code. */
export function startEvaluator(links: EvaluatorLinks): void {
  const { post, directory, root } = links;
  const output = new Output(post, links.ring);
  const translator = new ModuleTranslator(links.modules, links.modulesAnswered);
  const modules = new Modules(directory, root, (source, file) =>
    translator.translate(source, file),
  );
  const letGo = () => {
    const repaired = repairIntrinsics();
    keepListening();
    if (repaired.length > 0) output.write('stderr', explainRepair(repaired));
  };
  const programs = new Programs(output, (pids) => post({ type: 'children', pids }));
  const evaluator = new Evaluator(engine, modules, output, post, {
    letGo,
    interrupted: (cell) => programs.interrupt(cell),
  });
  output.beforeEnd = (action) => evaluator.beforeEnd(action);
  const told = new WeakSet<Origin>();
  const timers = new Timers({
    wasInterrupted: () => evaluator.wasInterrupted(),
    interruption: () => new KeyboardInterrupt(),
    stopped: () => {
      const cell = output.origin.getStore();
      if (!cell || told.has(cell)) return;
      told.add(cell);
      output.write('stderr', 'Interrupted: timers that this cell had left running were stopped.\n');
    },
  });
  const comms = new Comms(output);

  installStackPreparation();
  installGlobals(output, comms, evaluator);
  installIntrospection(evaluator.scope);
  define({
    ...createPrompts(post, links.input),
    require: modules.require,
    __dirname: directory,
    __filename: path.join(directory, 'notebook.ts'),
  });
  redirectConsole(output);
  timers.install();
  forbidExit();
  offerCollection();
  // A cell, or the termination of one, can leave the process without its listeners.
  const keepListening = listenersOf({
    uncaughtException: (error) => evaluator.reportLate(error),
    unhandledRejection: (reason) => evaluator.reportLate(reason, UNAWAITED),
    // User code that emits these by itself gives no name, and means its own listeners.
    SIGINT: (signal) => signal && post({ type: 'signal', signal: 'SIGINT' }),
    SIGTERM: (signal) => signal && post({ type: 'signal', signal: 'SIGTERM' }),
  });
  keepListening();
  keepIntrinsics();

  links.receive((message) => {
    switch (message.type) {
      case 'ready':
        // Loads the module for it, which has time while nobody waits.
        redirectChildren(output);
        break;
      case 'run':
        evaluator.run(message);
        break;
      case 'interrupt':
        // Sent again until it is known to be read, which therefore comes last here.
        if (message.sequence > Atomics.load(links.interruptsRead, 0)) {
          timers.endTerminated();
          if (message.stopTimers) timers.stopAll();
          post({ type: 'interrupted', running: evaluator.interrupt() });
          Atomics.store(links.interruptsRead, 0, message.sequence);
          Atomics.notify(links.interruptsRead, 0);
          keepListening();
        }
        break;
      case 'comm':
        output.attribute(message.id, () => {
          try {
            comms.receive(message.message);
          } catch (error) {
            evaluator.reportLate(error);
          }
        });
        post({ type: 'comm-done', id: message.id });
        break;
      case 'exit':
        exitProcess(0);
    }
  });
}

/** A function that gives the process those of these listeners that it lacks. */
function listenersOf(listeners: Record<string, (argument: unknown) => void>): () => void {
  const { on, listeners: present } = EventEmitter.prototype;
  return () => {
    for (const event in listeners) {
      const listener = listeners[event]!;
      if (!present.call(process, event).includes(listener)) on.call(process, event, listener);
    }
  };
}

function explainRepair(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ') + (names.length > 5 ? ' and more' : '');
  return `This cell changed ${shown}, without which the kernel cannot work. The original is back in its place.\n`;
}
