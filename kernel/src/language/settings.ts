import path from 'node:path';
import ts from 'typescript';

/** What is done about type errors of a cell that is to run. */
export type TypeErrors = 'stop' | 'warn' | 'off';

/** How cells are checked. */
export interface Settings {
  typeErrors: TypeErrors;
  /** Of the options of TypeScript those that a course or a notebook may choose. */
  options: ts.CompilerOptions;
}

/** What a cell says of checking in the comments at its top: `// @strict: false`. */
export type Directives = Partial<Settings>;

/** TypeScript's options for type checking, by the names that they have in a tsconfig.json. */
const STRICTNESS = [
  'strict',
  'allowUnreachableCode',
  'allowUnusedLabels',
  'exactOptionalPropertyTypes',
  'noFallthroughCasesInSwitch',
  'noImplicitAny',
  'noImplicitOverride',
  'noImplicitReturns',
  'noImplicitThis',
  'noPropertyAccessFromIndexSignature',
  'noUncheckedIndexedAccess',
  'strictBindCallApply',
  'strictBuiltinIteratorReturn',
  'strictFunctionTypes',
  'strictNullChecks',
  'strictPropertyInitialization',
  'useUnknownInCatchVariables',
] as const;

const TYPE_ERRORS: readonly string[] = ['stop', 'warn', 'off'] satisfies TypeErrors[];

const isTypeErrors = (value: unknown): value is TypeErrors => TYPE_ERRORS.includes(String(value));

/**
 * What the course says: the nearest `tsconfig.json` above the notebook, else the one of `root`. It
 * may have, beside TypeScript's own, the setting `"lectern": { "typeErrors": "warn" }`. A file that cannot be read says nothing.
 *
 * @param override what is done about type errors, if it is one of the known words
 */
export function courseSettings(directory: string, root: string, override?: string): Settings {
  const settings: Settings = { typeErrors: 'stop', options: { strict: true } };
  const file =
    ts.findConfigFile(directory, ts.sys.fileExists) ??
    ts.findConfigFile(root, ts.sys.fileExists) ??
    null;
  if (file) {
    const { config } = ts.readConfigFile(file, ts.sys.readFile);
    // The course's files are not asked for: looking for them would take long.
    const host: ts.ParseConfigHost = { ...ts.sys, readDirectory: () => [] };
    const { options } = ts.parseJsonConfigFileContent(config ?? {}, host, path.dirname(file));
    for (const name of [...STRICTNESS, 'jsxImportSource']) {
      if (options[name] !== undefined) settings.options[name] = options[name];
    }
    const typeErrors = config?.lectern?.typeErrors;
    if (isTypeErrors(typeErrors)) settings.typeErrors = typeErrors;
  }
  if (isTypeErrors(override)) settings.typeErrors = override;
  return settings;
}

/** `// @strict: false`, or in a comment of the other kind, as TypeScript has it for JSX. */
const DIRECTIVE = /^(?:\/\/\/?|\/\*\*?)\s*@(\w+):?\s*([@\w/.-]+)\s*(?:\*\/)?$/;

/** Reads the directives of a cell; what is none of them is a comment. */
export function directivesOf(source: string): Directives {
  if (!source.includes('@')) return {};
  const directives: Directives = {};
  for (const { pos, end } of ts.getLeadingCommentRanges(source, 0) ?? []) {
    const [, name, value] = DIRECTIVE.exec(source.slice(pos, end)) ?? [];
    if (name === 'typeErrors' && isTypeErrors(value)) directives.typeErrors = value;
    if (name === 'jsxImportSource' && value) {
      directives.options = { ...directives.options, jsxImportSource: value };
    }
    const option = STRICTNESS.find((one) => one === name);
    if (option && (value === 'true' || value === 'false')) {
      directives.options = { ...directives.options, [option]: value === 'true' };
    }
  }
  return directives;
}

/** Directives hold for their cell and for all that come after it. */
export function withDirectives(settings: Settings, directives: Directives): Settings {
  if (directives.typeErrors === undefined && !directives.options) return settings;
  return {
    typeErrors: directives.typeErrors ?? settings.typeErrors,
    options: { ...settings.options, ...directives.options },
  };
}

export function sameSettings(one: Settings, other: Settings): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}
