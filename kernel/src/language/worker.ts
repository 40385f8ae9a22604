/** The language thread: everything that needs TypeScript. */
import { setImmediate as turn } from 'node:timers/promises';
import { workerData } from 'node:worker_threads';
import { CellSyntaxError } from '../compiler/index.ts';
import type {
  LanguageAnswer,
  LanguageCall,
  LanguageData,
  LanguageMethods,
  LanguageNotice,
  TranspileAnswer,
  TranspileCall,
} from '../threads.ts';
import type { RpcMessage } from './editor/messages.ts';
import { Language } from './language.ts';

const { serving, modules, modulesAnswered, directory, root } = workerData as LanguageData;
const notify = (client: string, message: RpcMessage) =>
  serving.postMessage({ client, message } satisfies LanguageNotice);
const language = new Language(directory, root, notify);

type Methods = {
  [Name in keyof LanguageMethods]: (
    params: LanguageMethods[Name]['params'],
  ) => LanguageMethods[Name]['result'];
};

const methods: Methods = {
  compile: ({ source, label }) => language.compile(source, label),
  complete: ({ source, offset }) => language.complete(source, offset),
  inspect: ({ source, offset, detail }) => language.inspect(source, offset, detail),
  isComplete: ({ source }) => language.isComplete(source),
  expression: ({ source, locals }) => language.expression(source, locals),
  mapOfModule: ({ file }) => language.mapOfModule(file),
  editor: ({ client, message }) => language.editor(client, message),
};

serving.on('message', ({ id, method, params }: LanguageCall) => {
  let answer: LanguageAnswer;
  try {
    answer = { id, result: methods[method](params as never) };
  } catch (error) {
    answer = { id, failure: String((error as Error).stack) };
  }
  serving.postMessage(answer);
});

modules.on('message', ({ id, source, fileName }: TranspileCall) => {
  let answer: TranspileAnswer;
  try {
    answer = { id, result: language.transpile(source, fileName) };
  } catch (error) {
    const offset = error instanceof CellSyntaxError ? error.offset : 0;
    answer = { id, error: { message: (error as Error).message, offset } };
  }
  modules.postMessage(answer);
  Atomics.add(modulesAnswered, 0, 1);
  Atomics.notify(modulesAnswered, 0);
});

await turn();
language.warm('');
await turn();
language.warm("import {} from '@lectern/lib';");

await turn();
language.warmExports();
