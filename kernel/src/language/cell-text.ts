import ts from 'typescript';
import { parse } from '../compiler/index.ts';

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

/** Where a cell declares a name. */
export interface Declaration {
  binding: Binding;
  kind: DeclarationKind;
  /** Offset of the name in the cell. */
  start: number;
}

/** A module that declares a name, as another cell's file can import it. */
export interface Origin {
  module: string;
  binding: Binding;
  kind: DeclarationKind;
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

  constructor(source: string) {
    const { declared, exported } = topLevelNames(parse(source));
    this.source = source;
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

  /** @param names names of other cells; with `all`, also those that the cell does not mention */
  constructor(
    { source, declared, exported, words }: CellOutline,
    names: ReadonlyMap<string, Origin>,
    { all = false } = {},
  ) {
    const borrowed = new Map<string, number>();
    let header = '';
    for (const [name, { module, binding }] of names) {
      if (declared.has(name) || !(all || words.has(name))) continue;
      const [before, after] =
        binding === 'variable'
          ? ['declare let ', `: typeof import("${module}").${name};`]
          : ['import { ', ` } from "${module}";`];
      borrowed.set(name, header.length + before.length);
      header += before + name + after;
    }
    const toExport = [...declared.keys()].filter((name) => !exported.has(name));
    this.source = source;
    this.declared = declared;
    this.borrowed = borrowed;
    this.names = names;
    this.offset = header.length + 1;
    this.text = `${header}\n${source}\nexport { ${toExport.join(', ')} };\n`;
  }

  /** Whether a place of `text` is in the cell's own. */
  owns(start: number, length = 0): boolean {
    return start >= this.offset && start + length <= this.offset + this.source.length;
  }
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
      declared.set(name.text, { binding, kind, start: name.getStart(file) });
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

function* namesOf(node: ts.Statement): Iterable<[ts.Identifier, DeclarationKind]> {
  if (ts.isImportDeclaration(node)) {
    const { importClause } = node;
    if (importClause?.name) yield [importClause.name, 'alias'];
    const bindings = importClause?.namedBindings;
    if (bindings && ts.isNamespaceImport(bindings)) yield [bindings.name, 'alias'];
    else for (const { name } of bindings?.elements ?? []) yield [name, 'alias'];
  } else if (isNamed(node)) {
    const { name, kind } = node;
    if (name && ts.isIdentifier(name)) yield [name, KINDS[kind]];
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
