/** The language thread: everything that needs TypeScript. */
import { setImmediate as turn } from 'node:timers/promises';
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
import { Language, type TypeErrors } from './language.ts';

const { serving, modules, modulesAnswered, directory, root } = workerData as LanguageData;
const language = new Language(directory, root, typeErrors());

type Methods = {
  [Name in keyof LanguageMethods]: (
    params: LanguageMethods[Name]['params'],
  ) => LanguageMethods[Name]['result'] | Promise<LanguageMethods[Name]['result']>;
};

const methods: Methods = {
  compile: ({ source, label }) => language.compile(source, label),
  complete: ({ source, offset }) => language.complete(source, offset),
  inspect: ({ source, offset }) => language.inspect(source, offset),
  isComplete: ({ source }) => language.isComplete(source),
  diagnostics: ({ cells }) => check(cells),
};

serving.on('message', async ({ id, method, params }: LanguageCall) => {
  let answer: LanguageAnswer;
  try {
    answer = { id, result: await methods[method](params as never) };
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

await turn();
language.warm('');
await turn();
language.warm("import {} from '@lectern/lib';");

let checking = 0;

/**
 * Checks a notebook's cells with a turn of the event loop between them, so that a cell to be run
 * need not wait for all. A later request of the same kind makes an earlier one pointless; it still
 * gets its answer, an empty one.
 */
async function check(
  cells: LanguageMethods['diagnostics']['params']['cells'],
): Promise<LanguageMethods['diagnostics']['result']> {
  const mine = ++checking;
  await turn();
  if (mine !== checking) return {};
  const steps = language.diagnostics(cells);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    await turn();
    if (mine !== checking) return {};
  }
}

/** `LECTERN_TYPE_ERRORS=warn` runs cells in spite of type errors, `off` does not look for them. */
function typeErrors(): TypeErrors {
  const setting = process.env.LECTERN_TYPE_ERRORS;
  return setting === 'warn' || setting === 'off' ? setting : 'stop';
}
