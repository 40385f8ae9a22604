import ts from 'typescript';
import { parseCell } from '../compiler/index.ts';
import { type Directives, directivesOf } from './settings.ts';

/** How a later cell gets at a name: a variable it may assign, or a binding it may not. */
export type Binding = 'variable' | 'alias';

/** What a name is, in TypeScript's words for kinds of symbol. */
export type DeclarationKind =
  | 'const'
  | 'let'
  | 'var'
  | 'function'
  | 'class'
  | 'interface'
  | 'type'
  | 'enum'
  | 'module'
  | 'alias';

/** What a declaration gives its name: something to compute with, a type, or both. */
export type Meaning = 'value' | 'type' | 'both';

/** Where a cell declares a name. */
export interface Declaration {
  binding: Binding;
  kind: DeclarationKind;
  meaning: Meaning;
  /** Offset of the name in the cell. */
  start: number;
}

/** A module that declares a name, as another cell's file can import it. */
export interface Origin {
  module: string;
  binding: Binding;
  kind: DeclarationKind;
  /** What the name is there. */
  meaning: Meaning;
  /** The module that declares the name as a type, where that is another: `module` has the value. */
  types?: string;
}

/**
 * Takes in a declaration. One that gives a name only a value leaves it the type that it may have
 * from elsewhere, and the other way round.
 */
export function declare(
  names: Map<string, Origin>,
  name: string,
  { binding, kind, meaning }: Declaration,
  module: string,
): void {
  const former = names.get(name);
  if (meaning === 'type' && former && former.meaning !== 'type') {
    names.set(name, { ...former, types: module });
    return;
  }
  const types = former?.types ?? (former?.meaning === 'value' ? undefined : former?.module);
  const keepsTypes = meaning === 'value' && types !== undefined;
  names.set(name, { module, binding, kind, meaning, ...(keepsTypes && { types }) });
}

/** What a cell's text alone says of its names; the same for every place that the cell may have. */
export class CellOutline {
  readonly source: string;
  /** Names that the cell declares at the notebook's level, as values or types. */
  readonly declared: ReadonlyMap<string, Declaration>;
  /** Those that the cell exports by itself. */
  readonly exported: ReadonlySet<string>;
  /** Every word of the text, whether it is a name or not. */
  readonly words: ReadonlySet<string>;
  /** What the cell adds to global declarations: `declare global { interface Array… }`. */
  readonly augmented: readonly string[];
  /** Whether the cell is TSX. */
  readonly isJsx: boolean;
  /** What the cell says of checking, for itself and those below it. */
  readonly directives: Directives;

  constructor(source: string) {
    const file = parseCell(source);
    const { declared, exported } = topLevelNames(file);
    this.source = source;
    this.augmented = file.statements.flatMap(augmentedNames);
    this.isJsx = file.fileName.endsWith('x');
    this.directives = directivesOf(source);
    this.declared = declared;
    this.exported = exported;
    this.words = new Set(source.match(WORD));
  }
}

/**
 * A cell as the type checker sees it: one line that declares the names of other cells, the cell's
 * own text unchanged, and an export of everything it declares.
 */
export class CellText {
  readonly source: string;
  readonly text: string;
  /** Where the cell's own text starts in `text`. */
  readonly offset: number;
  readonly declared: ReadonlyMap<string, Declaration>;
  /** What the cell may borrow from others. */
  readonly names: ReadonlyMap<string, Origin>;
  /** Where in `text` the names of other cells are declared. */
  readonly borrowed: ReadonlyMap<string, number>;
  /** Whether it is TSX. */
  readonly isJsx: boolean;

  /** @param names names of other cells; with `all`, also those that the cell does not mention */
  constructor(
    { source, declared, exported, words, isJsx }: CellOutline,
    names: ReadonlyMap<string, Origin>,
    { all = false } = {},
  ) {
    const borrowed = new Map<string, number>();
    let header = '';
    for (const [name, origin] of names) {
      if (!all && !words.has(name)) continue;
      for (const [before, after] of borrow(name, origin, declared.get(name)?.meaning)) {
        if (!borrowed.has(name)) borrowed.set(name, header.length + before.length);
        header += before + name + after;
      }
    }
    const toExport = [...declared.keys()].filter((name) => !exported.has(name));
    this.source = source;
    this.declared = declared;
    this.borrowed = borrowed;
    this.names = names;
    this.isJsx = isJsx;
    this.offset = header.length + 1;
    this.text = `${header}\n${source}\nexport { ${toExport.join(', ')} };\n`;
  }

  /** Whether a place of `text` is in the cell's own. */
  owns(start: number, length = 0): boolean {
    return start >= this.offset && start + length <= this.offset + this.source.length;
  }
}

/**
 * Declarations by which a cell gets at a name of others, each as what stands before and behind it.
 * Where the name gets its type by an import and its value in another way, the checker complains
 * that the two do not go together, outside of the cell's text, and does what is meant.
 *
 * @param own what the cell itself makes of the name
 */
function* borrow(
  name: string,
  { module, binding, meaning, types }: Origin,
  own: Meaning | undefined,
): Iterable<[before: string, after: string]> {
  const wantsValue = meaning !== 'type' && (own === undefined || own === 'type');
  const wantsType =
    (types !== undefined || meaning !== 'value') && (own === undefined || own === 'value');
  const byImport = binding === 'alias' && (types === undefined || !wantsType);
  if (wantsValue && !byImport) {
    const keyword = binding === 'variable' ? 'let' : 'const';
    yield [`declare ${keyword} `, `: typeof import("${module}").${name};`];
  }
  if ((wantsValue && byImport) || wantsType)
    yield ['import { ', ` } from "${types && wantsType ? types : module}";`];
}

const WORD = /[\p{ID_Start}$_][\p{ID_Continue}$]*/gu;

/** Names a cell declares; also of a cell with syntax errors. */
function topLevelNames(file: ts.SourceFile): {
  declared: Map<string, Declaration>;
  exported: Set<string>;
} {
  const declared = new Map<string, Declaration>();
  const exported = new Set<string>();
  for (const statement of file.statements) {
    const isExported =
      ts.canHaveModifiers(statement) &&
      ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
    for (const [name, kind] of namesOf(statement)) {
      if (name.text === '') continue;
      const binding = kind === 'let' || kind === 'var' ? 'variable' : 'alias';
      const declaration = {
        binding,
        kind,
        meaning: MEANINGS[kind],
        start: name.getStart(file),
      } as const;
      declared.set(name.text, merge(declared.get(name.text), declaration));
      if (isExported) exported.add(name.text);
    }
    if (ts.isExportDeclaration(statement) && statement.exportClause) {
      const { exportClause } = statement;
      if (ts.isNamedExports(exportClause)) {
        for (const { name } of exportClause.elements) exported.add(name.text);
      }
    }
  }
  return { declared, exported };
}

const MEANINGS: Record<DeclarationKind, Meaning> = {
  const: 'value',
  let: 'value',
  var: 'value',
  function: 'value',
  class: 'both',
  interface: 'type',
  type: 'type',
  enum: 'both',
  module: 'both',
  alias: 'both',
};

/** A name may be declared twice in a cell: as a value and as a type. */
function merge(former: Declaration | undefined, latter: Declaration): Declaration {
  if (!former || former.meaning === latter.meaning) return latter;
  return { ...(former.meaning === 'type' ? latter : former), meaning: 'both' };
}

function* namesOf(node: ts.Statement): Iterable<[ts.Identifier, DeclarationKind]> {
  if (ts.isImportDeclaration(node)) {
    const { importClause } = node;
    if (importClause?.name) yield [importClause.name, 'alias'];
    const bindings = importClause?.namedBindings;
    if (bindings && ts.isNamespaceImport(bindings)) yield [bindings.name, 'alias'];
    else for (const { name } of bindings?.elements ?? []) yield [name, 'alias'];
  } else if (ts.isImportEqualsDeclaration(node)) {
    yield [node.name, 'alias'];
  } else if (isNamed(node)) {
    const { name, kind } = node;
    if (name && ts.isIdentifier(name) && !isGlobal(node)) yield [name, KINDS[kind]];
  } else yield* variablesOf(node, true);
}

const KINDS = {
  [ts.SyntaxKind.FunctionDeclaration]: 'function',
  [ts.SyntaxKind.ClassDeclaration]: 'class',
  [ts.SyntaxKind.InterfaceDeclaration]: 'interface',
  [ts.SyntaxKind.TypeAliasDeclaration]: 'type',
  [ts.SyntaxKind.EnumDeclaration]: 'enum',
  [ts.SyntaxKind.ModuleDeclaration]: 'module',
} as const;

/** `declare global`. */
function isGlobal(node: ts.Node): node is ts.ModuleDeclaration {
  return (node.flags & ts.NodeFlags.GlobalAugmentation) !== 0;
}

/** Names and members (`Array.first`) that a statement adds to global declarations. */
function augmentedNames(node: ts.Statement): string[] {
  if (!isGlobal(node) || !node.body || !ts.isModuleBlock(node.body)) return [];
  return node.body.statements.flatMap((statement) => {
    if (!ts.isInterfaceDeclaration(statement)) {
      return Array.from(namesOf(statement), ([name]) => name.text);
    }
    const { members, name } = statement;
    return members.map((member) => `${name.text}.${member.name?.getText() ?? ''}`);
  });
}

type NamedStatement =
  | ts.FunctionDeclaration
  | ts.ClassDeclaration
  | ts.InterfaceDeclaration
  | ts.TypeAliasDeclaration
  | ts.EnumDeclaration
  | ts.ModuleDeclaration;

function isNamed(node: ts.Statement): node is NamedStatement {
  return node.kind in KINDS;
}

/** Variables that a statement declares at the notebook's level, `var`s inside its blocks too. */
function* variablesOf(node: ts.Node, top: boolean): Iterable<[ts.Identifier, DeclarationKind]> {
  if (ts.isFunctionLike(node) || ts.isClassLike(node)) return;
  if (ts.isVariableDeclarationList(node)) {
    const isConst = (node.flags & ts.NodeFlags.Const) !== 0;
    const isVar = (node.flags & ts.NodeFlags.BlockScoped) === 0;
    if (top || isVar) {
      for (const { name } of node.declarations) {
        for (const bound of boundNames(name))
          yield [bound, isConst ? 'const' : isVar ? 'var' : 'let'];
      }
    }
  }
  const children: ts.Node[] = [];
  ts.forEachChild(node, (child) => void children.push(child));
  for (const child of children) yield* variablesOf(child, top && ts.isVariableStatement(node));
}

function boundNames(name: ts.BindingName): ts.Identifier[] {
  if (ts.isIdentifier(name)) return [name];
  return name.elements.flatMap((element) =>
    ts.isOmittedExpression(element) ? [] : boundNames(element.name),
  );
}
