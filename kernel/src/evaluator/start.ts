import { createRequire } from 'node:module';
import path from 'node:path';
import type { MessagePort } from 'node:worker_threads';
import type { FromMain, ToMain } from '../threads.ts';
import { Comms } from './comms.ts';
import { Evaluator } from './evaluator.ts';
import { installStackPreparation } from './frames.ts';
import { define, installGlobals } from './globals.ts';
import { ModuleTranslator } from './module-translator.ts';
import { Modules } from './modules.ts';
import { Output, redirectConsole } from './output.ts';
import { exitProcess, forbidExit } from './process-guard.ts';

/** What the main thread gets from the others. */
export interface EvaluatorLinks {
  post: (message: FromMain) => void;
  receive: (handle: (message: ToMain) => void) => void;
  outputBacklog: Int32Array;
  interruptsRead: Int32Array;
  modules: MessagePort;
  modulesAnswered: Int32Array;
  directory: string;
  root: string;
}

/** Makes this thread the one that runs user code. */
export function startEvaluator(links: EvaluatorLinks): void {
  const { post, directory, root } = links;
  const output = new Output(post, links.outputBacklog);
  const translator = new ModuleTranslator(links.modules, links.modulesAnswered);
  const modules = new Modules(directory, root, (source, file) =>
    translator.translate(source, file),
  );
  const evaluator = new Evaluator(modules, output, post);
  const comms = new Comms(output);

  installStackPreparation();
  installGlobals(output, comms, (work) => evaluator.track(work));
  define({
    require: createRequire(path.join(directory, 'notebook.ts')),
    __dirname: directory,
    __filename: path.join(directory, 'notebook.ts'),
  });
  redirectConsole(output);
  forbidExit();
  process.on('uncaughtException', (error) => evaluator.reportLate(error));
  process.on('unhandledRejection', (reason) => evaluator.reportLate(reason));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => post({ type: 'signal', signal }));
  }

  links.receive((message) => {
    switch (message.type) {
      case 'run':
        evaluator.run(message);
        break;
      case 'interrupt':
        // Sent again until it is known to be read, which therefore comes last here.
        if (message.sequence > Atomics.load(links.interruptsRead, 0)) {
          post({ type: 'interrupted', running: evaluator.interrupt() });
          Atomics.store(links.interruptsRead, 0, message.sequence);
          Atomics.notify(links.interruptsRead, 0);
        }
        break;
      case 'comm':
        output.attribute(message.message.header, () => {
          try {
            comms.receive(message.message);
          } catch (error) {
            evaluator.reportLate(error);
          }
          output.flush();
        });
        post({ type: 'comm-done', id: message.id });
        break;
      case 'exit':
        exitProcess(0);
    }
  });
}
