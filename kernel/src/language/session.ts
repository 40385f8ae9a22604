import type ts from 'typescript';
import type {
  LanguageAnswer,
  LanguageCall,
  LanguageMethods,
  LanguageNotice,
  LanguageOpening,
} from '../threads.ts';
import { Language } from './language.ts';

type Methods = {
  [Name in keyof LanguageMethods]: (
    params: LanguageMethods[Name]['params'],
  ) => LanguageMethods[Name]['result'];
};

/** What the language service does for one kernel. */
export class Session {
  readonly #language: Language;
  readonly #methods: Methods;

  /**
   * @param registry what has been read from files, which all sessions share
   * @param notify sends something unasked
   */
  constructor(
    opening: LanguageOpening,
    registry: ts.DocumentRegistry,
    notify: (notice: LanguageNotice) => void,
  ) {
    const language = new Language(opening, registry, (client, message) =>
      notify({ client, message }),
    );
    this.#language = language;
    this.#methods = {
      compile: ({ source, label }) => language.compile(source, label),
      complete: ({ source, offset }) => language.complete(source, offset),
      inspect: ({ source, offset, detail }) => language.inspect(source, offset, detail),
      isComplete: ({ source }) => language.isComplete(source),
      expression: ({ source, locals }) => language.expression(source, locals),
      mapOfModule: ({ file }) => language.mapOfModule(file),
      editor: ({ client, message }) => language.editor(client, message),
      transpile: ({ source, fileName }) => language.transpile(source, fileName),
    };
  }

  answer({ id, method, params }: LanguageCall): LanguageAnswer {
    try {
      return { id, result: this.#methods[method](params as never) };
    } catch (error) {
      return { id, failure: String((error as Error).stack) };
    }
  }

  close(): void {
    this.#language.close();
  }
}
