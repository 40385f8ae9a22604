import ts from 'typescript';
import { parse } from '../compiler/index.ts';

/** How a later cell gets at a name: a variable it may assign, or a binding it may not. */
export type Binding = 'variable' | 'alias';

/** A module that declares a name, as another cell's file can import it. */
export interface Origin {
  module: string;
  binding: Binding;
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
  readonly declared: ReadonlyMap<string, Binding>;

  /** @param names names of other cells; with `all`, also those that the cell does not mention */
  constructor(source: string, names: ReadonlyMap<string, Origin>, { all = false } = {}) {
    const file = parse(source);
    const { declared, exported } = topLevelNames(file);
    const mentioned = all ? null : wordsOf(source);
    let header = '';
    for (const [name, { module, binding }] of names) {
      if (declared.has(name) || (mentioned && !mentioned.has(name))) continue;
      header +=
        binding === 'variable'
          ? `declare let ${name}: typeof import("${module}").${name};`
          : `import { ${name} } from "${module}";`;
    }
    const toExport = [...declared.keys()].filter((name) => !exported.has(name));
    this.source = source;
    this.declared = declared;
    this.offset = header.length + 1;
    this.text = `${header}\n${source}\nexport { ${toExport.join(', ')} };\n`;
  }
}

const WORD = /[\p{ID_Start}$_][\p{ID_Continue}$]*/gu;

function wordsOf(source: string): Set<string> {
  return new Set(source.match(WORD));
}

/** Names a cell declares, as values or types; also of a cell with syntax errors. */
function topLevelNames(file: ts.SourceFile): {
  declared: Map<string, Binding>;
  exported: Set<string>;
} {
  const declared = new Map<string, Binding>();
  const exported = new Set<string>();
  for (const statement of file.statements) {
    const isExported =
      ts.canHaveModifiers(statement) &&
      ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
    for (const [name, binding] of namesOf(statement)) {
      declared.set(name, binding);
      if (isExported) exported.add(name);
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

function* namesOf(node: ts.Statement): Iterable<[string, Binding]> {
  if (ts.isImportDeclaration(node)) {
    const { importClause } = node;
    if (importClause?.name) yield [importClause.name.text, 'alias'];
    const bindings = importClause?.namedBindings;
    if (bindings && ts.isNamespaceImport(bindings)) yield [bindings.name.text, 'alias'];
    else for (const { name } of bindings?.elements ?? []) yield [name.text, 'alias'];
  } else if (
    ts.isFunctionDeclaration(node) ||
    ts.isClassDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isEnumDeclaration(node) ||
    ts.isModuleDeclaration(node)
  ) {
    if (node.name && ts.isIdentifier(node.name) && node.name.text) yield [node.name.text, 'alias'];
  } else yield* variablesOf(node, true);
}

/** Variables that a statement declares at the notebook's level, `var`s inside its blocks too. */
function* variablesOf(node: ts.Node, top: boolean): Iterable<[string, Binding]> {
  if (ts.isFunctionLike(node) || ts.isClassLike(node)) return;
  if (ts.isVariableDeclarationList(node)) {
    const isConst = (node.flags & ts.NodeFlags.Const) !== 0;
    const isVar = (node.flags & ts.NodeFlags.BlockScoped) === 0;
    if (top || isVar) {
      for (const { name } of node.declarations) {
        for (const bound of boundNames(name)) yield [bound, isConst ? 'alias' : 'variable'];
      }
    }
  }
  const children: ts.Node[] = [];
  ts.forEachChild(node, (child) => void children.push(child));
  for (const child of children) yield* variablesOf(child, top && ts.isVariableStatement(node));
}

function boundNames(name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return name.text ? [name.text] : [];
  return name.elements.flatMap((element) =>
    ts.isOmittedExpression(element) ? [] : boundNames(element.name),
  );
}
