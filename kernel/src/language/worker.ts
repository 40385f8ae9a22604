/** The language thread: everything that needs TypeScript. */
import { workerData } from 'node:worker_threads';
import { CellSyntaxError, transpile } from '../compiler/index.ts';
import type {
  LanguageAnswer,
  LanguageCall,
  LanguageData,
  LanguageMethods,
  TranspileAnswer,
  TranspileCall,
} from '../threads.ts';
import { Language } from './language.ts';

const { serving, modules, modulesAnswered, directory, root } = workerData as LanguageData;
const language = new Language(directory, root);

type Methods = {
  [Name in keyof LanguageMethods]: (
    params: LanguageMethods[Name]['params'],
  ) => LanguageMethods[Name]['result'];
};

const methods: Methods = {
  compile: ({ source, label }) => language.compile(source, label),
  complete: ({ source, offset }) => language.complete(source, offset),
  inspect: ({ source, offset }) => language.inspect(source, offset),
  isComplete: ({ source }) => language.isComplete(source),
  diagnostics: ({ cells }) => language.diagnostics(cells),
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
    answer = { id, result: transpile(source, { fileName }) };
  } catch (error) {
    const offset = error instanceof CellSyntaxError ? error.offset : 0;
    answer = { id, error: { message: (error as Error).message, offset } };
  }
  modules.postMessage(answer);
  Atomics.add(modulesAnswered, 0, 1);
  Atomics.notify(modulesAnswered, 0);
});
