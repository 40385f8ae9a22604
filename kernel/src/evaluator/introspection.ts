import type { Scope } from '../compiler/boxes.ts';
import { type Description, INTROSPECTION, type Introspection } from '../introspection.ts';
import { describe, partsOf } from './describe.ts';
import { translations } from './frames.ts';
import { define } from './globals.ts';

/** Lets the protocol thread look at this one. */
export function installIntrospection(scope: Scope): void {
  const introspection: Introspection = {
    variables: () =>
      [...scope.names()].map(({ name, value, isImport }) => {
        const description = describe(name, value);
        return { ...description, kind: isImport ? 'import' : kindOf(description) };
      }),
    values: () => {
      const values: Record<string, unknown> = Object.create(null);
      for (const { name, value } of scope.names()) values[name] = value;
      return values;
    },
    box: (name) => scope.box(name),
    describe,
    partsOf,
    describeParts: (parts) =>
      Object.keys(parts).map((name) => describe(name, Reflect.get(parts, name))),
    cells: () =>
      [...translations()].flatMap(([url, { source, isCell }]) => (isCell ? [[url, source]] : [])),
    translation: (url) => translations().get(url) ?? null,
  };
  define({ [Symbol.for(INTROSPECTION)]: introspection });
}

function kindOf({ type }: Description): 'variable' | 'function' | 'class' {
  return type === 'function' || type === 'class' ? type : 'variable';
}
