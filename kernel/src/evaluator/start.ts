import path from 'node:path';
import type { MessagePort } from 'node:worker_threads';
import type { TextRing } from '../text-ring.ts';
import type { FromMain, ToMain } from '../threads.ts';
import { redirectChildren } from './children.ts';
import { Comms } from './comms.ts';
import { redirectConsole } from './console.ts';
import { engine } from './engine.ts';
import { Evaluator } from './evaluator.ts';
import { installStackPreparation } from './frames.ts';
import { offerCollection } from './garbage.ts';
import { define, installGlobals } from './globals.ts';
import { installIntrospection } from './introspection.ts';
import { ModuleTranslator } from './module-translator.ts';
import { Modules } from './modules.ts';
import { Output } from './output.ts';
import { exitProcess, forbidExit } from './process-guard.ts';
import { createPrompt, type InputLink } from './prompt.ts';

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
  const evaluator = new Evaluator(engine, modules, output, post);
  const comms = new Comms(output);

  installStackPreparation();
  installGlobals(output, comms, evaluator);
  installIntrospection(evaluator.scope);
  define({
    prompt: createPrompt(post, links.input),
    require: modules.require,
    __dirname: directory,
    __filename: path.join(directory, 'notebook.ts'),
  });
  redirectConsole(output);
  forbidExit();
  offerCollection();
  process.on('uncaughtException', (error) => evaluator.reportLate(error));
  process.on('unhandledRejection', (reason) => evaluator.reportLate(reason, UNAWAITED));
  const signals = (signal: NodeJS.Signals) => post({ type: 'signal', signal });
  listenTo(signals);

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
          post({ type: 'interrupted', running: evaluator.interrupt() });
          Atomics.store(links.interruptsRead, 0, message.sequence);
          Atomics.notify(links.interruptsRead, 0);
          listenTo(signals);
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

/** A termination can leave the process without its listeners, so this is done again after one. */
function listenTo(listener: (signal: NodeJS.Signals) => void): void {
  for (const signal of ['SIGINT', 'SIGTERM']) {
    if (!process.listeners(signal as 'SIGINT').includes(listener)) process.on(signal, listener);
  }
}
