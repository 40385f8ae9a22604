import type { Sequence } from './sequence.ts';

/** A way to declare the name `x`, and an expression that reads what it was given. */
interface Kind {
  declare: (value: 1 | 2) => string;
  read: string;
  /** Whether `x` is something when the program runs. */
  isValue: boolean;
}

const kinds: Record<string, Kind> = {
  const: { declare: (v) => `const x = ${v};`, read: 'x', isValue: true },
  let: { declare: (v) => `let x = ${v};`, read: 'x', isValue: true },
  var: { declare: (v) => `var x = ${v};`, read: 'x', isValue: true },
  pattern: { declare: (v) => `const { x } = { x: ${v} };`, read: 'x', isValue: true },
  using: {
    declare: (v) => `using x = { v: ${v}, [Symbol.dispose]() {} };`,
    read: 'x.v',
    isValue: true,
  },
  function: { declare: (v) => `function x() { return ${v}; }`, read: 'x()', isValue: true },
  class: { declare: (v) => `class x { static v = ${v}; }`, read: 'x.v', isValue: true },
  enum: { declare: (v) => `enum x { V = ${v} }`, read: 'Number(x.V)', isValue: true },
  namespace: {
    declare: (v) => `namespace x { export const v = ${v}; }`,
    read: 'x.v',
    isValue: true,
  },
  import: {
    declare: (v) => `import { ${v === 1 ? 'sep' : 'delimiter'} as x } from 'node:path';`,
    read: "'./:'.indexOf(x)",
    isValue: true,
  },
  interface: {
    declare: (v) => `interface x { v: ${v} }`,
    read: "((v: x['v']) => v)(2)",
    isValue: false,
  },
  type: {
    declare: (v) => `type x = ${v};`,
    read: '((v: x) => v)(2)',
    isValue: false,
  },
};

/** Every way to declare a name, after every other; closures of the first cell follow. */
export const redeclarations: Sequence[] = Object.entries(kinds).flatMap(([before, former]) =>
  Object.entries(kinds).map(([after, latter]): Sequence => {
    const title = `${before} becomes ${after}`;
    const module = `${latter.declare(2)}\n${latter.read}`;
    const both = former.isValue && latter.isValue;
    if (!both) return { title, cells: [former.declare(1), module], module };
    const seen = `${former.declare(1)}\nconst seen = (): unknown => x;`;
    const follows = `${latter.declare(2)}\n[${latter.read}, seen() === (x as unknown)].join()`;
    return {
      title,
      cells: [seen, follows],
      module: `${latter.declare(2)}\n\`\${${latter.read}},true\``,
    };
  }),
);
