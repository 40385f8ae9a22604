import type {
  AnyNode,
  CatchClause,
  Class,
  Expression,
  ForInStatement,
  ForOfStatement,
  ForStatement,
  Function as FunctionNode,
  Identifier,
  Pattern,
  Program,
  Property,
  Statement,
  SwitchStatement,
  VariableDeclaration,
} from 'acorn';
import type { NameKind, Reference } from './names.ts';

/** What the scopes of one parsed cell say. */
export interface CellScope {
  /** Notebook-level names the cell declares, imports left out. */
  declared: Map<string, NameKind>;
  /** References to names not bound inside the cell's inner scopes, in no particular order. */
  references: Reference[];
  /** `var` declarations and top-level `let`/`const`: they declare notebook-level names. */
  declarations: Set<VariableDeclaration>;
  /** Functions and classes without a name that get it from the name they are first assigned to. */
  named: { name: string; value: Expression }[];
  /** `import(…)` and `import.meta`: start of each. */
  dynamicImports: number[];
  metas: { start: number; end: number }[];
  /** `await …` expressions and bodies of `for await` loops, at any depth. */
  awaits: AnyNode[];
  awaitedBodies: AnyNode[];
  /** Whether the top level awaits. */
  isAsync: boolean;
}

/** Names bound by a pattern. */
export function patternNames(pattern: Pattern | null, names: string[] = []): string[] {
  switch (pattern?.type) {
    case 'Identifier':
      names.push(pattern.name);
      break;
    case 'ObjectPattern':
      for (const property of pattern.properties) {
        patternNames(property.type === 'RestElement' ? property.argument : property.value, names);
      }
      break;
    case 'ArrayPattern':
      for (const element of pattern.elements) patternNames(element, names);
      break;
    case 'AssignmentPattern':
      patternNames(pattern.left, names);
      break;
    case 'RestElement':
      patternNames(pattern.argument, names);
      break;
  }
  return names;
}

/**
 * Resolves every identifier of a cell. The cell's own top level is the notebook's level.
 *
 * @param isWritten tells names that the user wrote from those that the translation needed and that
 *   stay the cell's own
 */
export function resolveScopes(
  program: Program,
  isWritten: (name: string) => boolean = () => true,
): CellScope {
  return new ScopeWalker(isWritten).run(program);
}

const isFunction = (node: AnyNode) =>
  node.type === 'FunctionDeclaration' ||
  node.type === 'FunctionExpression' ||
  node.type === 'ArrowFunctionExpression';

function isAnonymousFunction(node: Expression): boolean {
  if (node.type === 'ArrowFunctionExpression') return true;
  return (node.type === 'FunctionExpression' || node.type === 'ClassExpression') && !node.id;
}

/** A declaration, also one behind `export`. */
export function declarationOf(node: AnyNode): AnyNode {
  if (node.type === 'ExportNamedDeclaration' && node.declaration) return node.declaration;
  if (node.type === 'ExportDefaultDeclaration') return node.declaration;
  return node;
}

/** `using` and `await using`: the cell disposes of these, so they stay its locals. */
export function isUsing(node: VariableDeclaration): boolean {
  return node.kind === 'using' || node.kind === 'await using';
}

/** Child nodes in source order. */
function* children(node: AnyNode): Iterable<AnyNode> {
  for (const value of Object.values(node)) {
    if (Array.isArray(value)) {
      for (const item of value) if (typeof item?.type === 'string') yield item as AnyNode;
    } else if (value && typeof (value as { type?: unknown }).type === 'string') {
      yield value as AnyNode;
    }
  }
}

/** `var` names hoisted out of blocks, but not out of functions and classes. */
function hoistedNames(node: AnyNode, names: string[] = []): string[] {
  if (node.type === 'VariableDeclaration' && node.kind === 'var') {
    for (const declarator of node.declarations) patternNames(declarator.id, names);
  }
  for (const child of children(node)) {
    const closed = isFunction(child) || /^(Class|StaticBlock)/.test(child.type);
    if (!closed) hoistedNames(child, names);
  }
  return names;
}

/** Names that a list of statements declares in its own block. */
function blockNames(body: readonly AnyNode[]): string[] {
  const names: string[] = [];
  for (const node of body) {
    if (node.type === 'VariableDeclaration' && node.kind !== 'var') {
      for (const declarator of node.declarations) patternNames(declarator.id, names);
    } else if (
      (node.type === 'FunctionDeclaration' || node.type === 'ClassDeclaration') &&
      node.id
    ) {
      names.push(node.id.name);
    }
  }
  return names;
}

type Visitors = { [T in AnyNode['type']]?: (node: Extract<AnyNode, { type: T }>) => void };
type PatternMode = 'bind' | 'write' | 'init';

class ScopeWalker {
  readonly #scopes: Set<string>[] = [];
  #functionDepth = 0;
  readonly #isWritten: (name: string) => boolean;
  readonly #top = new Set<AnyNode>();
  readonly #found: CellScope = {
    declared: new Map(),
    references: [],
    declarations: new Set(),
    named: [],
    dynamicImports: [],
    metas: [],
    awaits: [],
    awaitedBodies: [],
    isAsync: false,
  };

  constructor(isWritten: (name: string) => boolean) {
    this.#isWritten = isWritten;
  }

  run(program: Program): CellScope {
    const { declared } = this.#found;
    for (const statement of program.body) {
      const node = declarationOf(statement);
      this.#top.add(node);
      if (node.type === 'VariableDeclaration') {
        for (const declarator of node.declarations) {
          for (const name of patternNames(declarator.id)) {
            declared.set(name, isUsing(node) ? 'const' : (node.kind as NameKind));
          }
        }
      } else if (node.type === 'FunctionDeclaration' && node.id) {
        declared.set(node.id.name, 'function');
      } else if (node.type === 'ClassDeclaration' && node.id) {
        declared.set(node.id.name, 'class');
      }
    }
    for (const name of hoistedNames(program)) if (!declared.has(name)) declared.set(name, 'var');
    const made = [...declared.keys()].filter((name) => !this.#isWritten(name));
    for (const name of made) declared.delete(name);
    this.#within(made, () => this.#walkAll(program.body));
    return this.#found;
  }

  #refer(node: Identifier, role: Reference['role'], shorthand = false): void {
    if (this.#scopes.some((scope) => scope.has(node.name))) return;
    const { name, start, end } = node;
    this.#found.references.push({ name, start, end, role, shorthand });
  }

  #within(names: Iterable<string>, visit: () => void): void {
    this.#scopes.push(new Set(names));
    visit();
    this.#scopes.pop();
  }

  #walkAll(nodes: Iterable<AnyNode | null | undefined>): void {
    for (const node of nodes) if (node) this.#walk(node);
  }

  #walk(node: AnyNode | null | undefined): void {
    if (!node) return;
    const visit = this.#visitors[node.type] as ((node: AnyNode) => void) | undefined;
    if (visit) visit(node);
    else this.#walkAll(children(node));
  }

  /** Node types that bind, refer or open a scope; all others are just walked through. */
  readonly #visitors: Visitors = {
    ImportDeclaration: () => {},
    ExportAllDeclaration: () => {},
    BreakStatement: () => {},
    ContinueStatement: () => {},
    ExportNamedDeclaration: (node) => this.#walk(node.declaration),
    LabeledStatement: (node) => this.#walk(node.body),
    Identifier: (node) => this.#refer(node, 'read'),
    MemberExpression: (node) => this.#walkAll([node.object, node.computed ? node.property : null]),
    Property: (node) => this.#property(node as Property),
    PropertyDefinition: (node) => this.#walkAll([node.computed ? node.key : null, node.value]),
    MethodDefinition: (node) => this.#walkAll([node.computed ? node.key : null, node.value]),
    MetaProperty: (node) => {
      if (node.meta.name === 'import') this.#found.metas.push(node);
    },
    ImportExpression: (node) => {
      this.#found.dynamicImports.push(node.start);
      this.#walkAll(children(node));
    },
    AwaitExpression: (node) => {
      if (this.#functionDepth === 0) this.#found.isAsync = true;
      this.#found.awaits.push(node);
      this.#walk(node.argument);
    },
    UnaryExpression: ({ operator, argument }) => this.#operand(argument, operator === 'typeof'),
    UpdateExpression: ({ argument }) => this.#pattern(argument as Pattern, 'write'),
    AssignmentExpression: (node) => {
      // `(f) = …` names nothing, nor does `f += …`.
      const isPlain = node.start === node.left.start && /^(&&|\|\||\?\?)?=$/.test(node.operator);
      if (isPlain) this.#name(node.left, node.right);
      this.#pattern(node.left, 'write');
      this.#walk(node.right);
    },
    CallExpression: (node) => {
      this.#callee(node.callee);
      this.#walkAll(node.arguments);
    },
    TaggedTemplateExpression: (node) => {
      this.#callee(node.tag);
      this.#walk(node.quasi);
    },
    VariableDeclaration: (node) => this.#variables(node),
    ClassDeclaration: (node) => this.#class(node),
    ClassExpression: (node) => this.#class(node),
    FunctionDeclaration: (node) => this.#function(node),
    FunctionExpression: (node) => this.#function(node),
    ArrowFunctionExpression: (node) => this.#function(node),
    BlockStatement: (node) => this.#within(blockNames(node.body), () => this.#walkAll(node.body)),
    StaticBlock: (node) => this.#staticBlock(node.body),
    SwitchStatement: (node) => this.#switch(node),
    ForStatement: (node) => this.#for(node),
    ForInStatement: (node) => this.#for(node),
    ForOfStatement: (node) => this.#for(node),
    CatchClause: (node) => this.#catch(node),
  };

  #operand(node: AnyNode, isTypeof: boolean): void {
    if (isTypeof && node.type === 'Identifier') this.#refer(node, 'typeof');
    else this.#walk(node);
  }

  #callee(node: AnyNode): void {
    if (node.type === 'Identifier') this.#refer(node, 'call');
    else this.#walk(node);
  }

  #property(node: Property): void {
    if (node.computed) this.#walk(node.key);
    if (node.shorthand && node.value.type === 'Identifier') this.#refer(node.value, 'read', true);
    else this.#walk(node.value);
  }

  #pattern(node: Pattern, mode: PatternMode, shorthand = false): void {
    switch (node.type) {
      case 'Identifier':
        if (mode !== 'bind') this.#refer(node, mode, shorthand);
        break;
      case 'ObjectPattern':
        for (const property of node.properties) {
          if (property.type === 'RestElement') this.#pattern(property.argument, mode);
          else {
            if (property.computed) this.#walk(property.key);
            this.#pattern(property.value, mode, property.shorthand);
          }
        }
        break;
      case 'ArrayPattern':
        for (const element of node.elements) if (element) this.#pattern(element, mode);
        break;
      case 'AssignmentPattern':
        if (mode !== 'bind') this.#name(node.left, node.right);
        this.#pattern(node.left, mode, shorthand);
        this.#walk(node.right);
        break;
      case 'RestElement':
        this.#pattern(node.argument, mode);
        break;
      default:
        this.#walk(node);
    }
  }

  #name(target: Pattern, value: Expression): void {
    if (target.type === 'Identifier' && isAnonymousFunction(value)) {
      this.#found.named.push({ name: target.name, value });
    }
  }

  #variables(node: VariableDeclaration): void {
    if (node.kind === 'await using' && this.#functionDepth === 0) this.#found.isAsync = true;
    const hoisted = node.kind === 'var' && this.#functionDepth === 0;
    const names = node.declarations.flatMap(({ id }) => patternNames(id));
    const isMade = names.length > 0 && !names.some(this.#isWritten);
    const notebookLevel = !isMade && (hoisted || this.#top.has(node));
    if (notebookLevel) this.#found.declarations.add(node);
    const mode = !notebookLevel || isUsing(node) ? 'bind' : node.kind === 'var' ? 'write' : 'init';
    for (const { id, init } of node.declarations) {
      if (init && mode !== 'bind') this.#name(id, init);
      this.#pattern(id, mode);
      this.#walk(init);
    }
  }

  #class(node: Class): void {
    // Inside its own body a class is bound to itself, whatever the notebook does with the name.
    this.#within(node.id ? [node.id.name] : [], () => {
      this.#walk(node.superClass);
      this.#walk(node.body);
    });
  }

  #function(node: FunctionNode): void {
    const names = node.params.flatMap((parameter) => patternNames(parameter));
    if (node.type !== 'ArrowFunctionExpression') names.push('arguments');
    if (node.type === 'FunctionExpression' && node.id) names.push(node.id.name);
    const { body } = node;
    this.#functionDepth++;
    this.#within(names, () => {
      for (const parameter of node.params) this.#pattern(parameter, 'bind');
      // Defaults of parameters do not see what the body declares.
      if (body.type !== 'BlockStatement') this.#walk(body);
      else this.#within(hoistedNames(body), () => this.#walk(body));
    });
    this.#functionDepth--;
  }

  #staticBlock(body: Statement[]): void {
    const names = [...blockNames(body), ...body.flatMap((statement) => hoistedNames(statement))];
    this.#functionDepth++;
    this.#within(names, () => this.#walkAll(body));
    this.#functionDepth--;
  }

  #switch(node: SwitchStatement): void {
    this.#walk(node.discriminant);
    this.#within(blockNames(node.cases.flatMap((branch) => branch.consequent)), () => {
      for (const branch of node.cases) {
        this.#walk(branch.test);
        this.#walkAll(branch.consequent);
      }
    });
  }

  #for(node: ForStatement | ForInStatement | ForOfStatement): void {
    if (node.type === 'ForOfStatement' && node.await) {
      if (this.#functionDepth === 0) this.#found.isAsync = true;
      this.#found.awaitedBodies.push(node.body);
    }
    const head = node.type === 'ForStatement' ? node.init : node.left;
    this.#within(head?.type === 'VariableDeclaration' ? blockNames([head]) : [], () => {
      if (node.type === 'ForStatement') {
        this.#walkAll([node.init, node.test, node.update]);
      } else {
        if (node.left.type === 'VariableDeclaration') this.#walk(node.left);
        else this.#pattern(node.left, 'write');
        this.#walk(node.right);
      }
      this.#walk(node.body);
    });
  }

  #catch(node: CatchClause): void {
    this.#within(patternNames(node.param ?? null), () => {
      if (node.param) this.#pattern(node.param, 'bind');
      this.#walk(node.body);
    });
  }
}
