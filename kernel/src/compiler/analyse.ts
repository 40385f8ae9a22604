import type { AnyNode, Class } from 'acorn';
import ts from 'typescript';
import { parseJavaScript } from './parse-javascript.ts';
import { patternNames, resolveScopes } from './scope.ts';
import { isWritten, parseCell, syntaxError, transpile } from './transpile.ts';

export type StatementKind =
  | 'import'
  | 'function'
  | 'class'
  | 'const'
  | 'let'
  | 'var'
  | 'interface'
  | 'type'
  | 'enum'
  | 'namespace'
  | 'export'
  | 'expression'
  | 'other';

/** One top-level statement of a cell. */
export interface StatementInfo {
  kind: StatementKind;
  /** Names it declares, types included. */
  declared: string[];
  /** Free names it refers to, as values or types, globals included, its own left out. */
  uses: string[];
  /** UTF-16 offsets in the source: from the first keyword (after comments) to the end. */
  start: number;
  end: number;
  /**
   * Whether it only declares: functions, classes without code that runs at once, types, imports,
   * and variables whose values are made of literals, functions and other names.
   */
  pure: boolean;
}

export interface Analysis {
  statements: StatementInfo[];
}

/**
 * The top-level statements of a cell: what each declares, what it needs, whether it only declares.
 * Nothing is executed and no types are checked.
 *
 * @throws CellSyntaxError
 */
export function analyse(source: string): Analysis {
  const file = parseCell(source);
  const error = syntaxError(file);
  if (error) throw error;
  const statements = file.statements
    .filter((statement) => !ts.isEmptyStatement(statement))
    .map((statement) => describe(statement, file));
  return { statements };
}

function describe(statement: ts.Statement, file: ts.SourceFile): StatementInfo {
  const kind = kindOf(statement);
  const start = statement.getStart(file);
  const values = kind === 'import' ? NOTHING : valuesOf(statement.getText(file), start);
  const declared = new Set([...declaredNames(statement), ...values.hoisted]);
  const uses = new Set([...values.uses, ...typeNames(statement)]);
  return {
    kind,
    declared: [...declared],
    uses: [...uses].filter((name) => !declared.has(name)),
    start,
    end: statement.getEnd(),
    pure: isType(kind) || (kind === 'enum' ? !runsCode(statement) : values.pure),
  };
}

function isType(kind: StatementKind): boolean {
  return kind === 'import' || kind === 'interface' || kind === 'type';
}

function runsCode(node: ts.Node): boolean {
  if (ts.isCallExpression(node) || ts.isNewExpression(node)) return true;
  if (ts.isTaggedTemplateExpression(node) || ts.isAwaitExpression(node)) return true;
  return ts.forEachChild(node, (child) => runsCode(child) || undefined) ?? false;
}

function kindOf(node: ts.Statement): StatementKind {
  if (ts.isImportDeclaration(node) || ts.isImportEqualsDeclaration(node)) return 'import';
  if (ts.isFunctionDeclaration(node)) return 'function';
  if (ts.isClassDeclaration(node)) return 'class';
  if (ts.isInterfaceDeclaration(node)) return 'interface';
  if (ts.isTypeAliasDeclaration(node)) return 'type';
  if (ts.isEnumDeclaration(node)) return 'enum';
  if (ts.isModuleDeclaration(node)) return 'namespace';
  if (ts.isExportDeclaration(node) || ts.isExportAssignment(node)) return 'export';
  if (ts.isExpressionStatement(node)) return 'expression';
  if (!ts.isVariableStatement(node)) return 'other';
  const { flags } = node.declarationList;
  if (flags & ts.NodeFlags.Const) return 'const';
  return flags & ts.NodeFlags.Let ? 'let' : 'var';
}

function declaredNames(node: ts.Statement): string[] {
  if (ts.isVariableStatement(node)) {
    return node.declarationList.declarations.flatMap(({ name }) => boundNames(name));
  }
  if (ts.isImportDeclaration(node)) {
    const names: string[] = [];
    if (node.importClause?.name) names.push(node.importClause.name.text);
    const bindings = node.importClause?.namedBindings;
    if (bindings && ts.isNamespaceImport(bindings)) names.push(bindings.name.text);
    else if (bindings) names.push(...bindings.elements.map((element) => element.name.text));
    return names;
  }
  const { name } = node as { name?: ts.Node };
  return name && ts.isIdentifier(name) ? [name.text] : [];
}

function boundNames(name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) =>
    ts.isOmittedExpression(element) ? [] : boundNames(element.name),
  );
}

/** Names in type positions, except those of type parameters around them. */
function typeNames(statement: ts.Statement): Set<string> {
  const names = new Set<string>();
  const visit = (node: ts.Node, bound: ReadonlySet<string>): void => {
    const inner = new Set([...bound, ...typeParameters(node)]);
    let entity: ts.Node | undefined;
    if (ts.isTypeReferenceNode(node)) entity = node.typeName;
    else if (ts.isTypeQueryNode(node)) entity = node.exprName;
    else if (ts.isExpressionWithTypeArguments(node)) entity = node.expression;
    while (entity && ts.isQualifiedName(entity)) entity = entity.left;
    if (entity && ts.isIdentifier(entity) && !inner.has(entity.text)) names.add(entity.text);
    ts.forEachChild(node, (child) => visit(child, inner));
  };
  visit(statement, new Set());
  return names;
}

function typeParameters(node: ts.Node): string[] {
  if (ts.isMappedTypeNode(node)) return [node.typeParameter.name.text];
  if (ts.isConditionalTypeNode(node)) return inferredNames(node.extendsType);
  const { typeParameters: list } = node as { typeParameters?: ts.NodeArray<ts.Node> };
  return (list ?? []).flatMap((parameter) =>
    ts.isTypeParameterDeclaration(parameter) ? [parameter.name.text] : [],
  );
}

function inferredNames(node: ts.Node): string[] {
  const names: string[] = [];
  const visit = (child: ts.Node): void => {
    if (ts.isInferTypeNode(child)) names.push(child.typeParameter.name.text);
    ts.forEachChild(child, visit);
  };
  visit(node);
  return names;
}

interface Values {
  uses: string[];
  /** `var` names from inside blocks. */
  hoisted: string[];
  pure: boolean;
}

const NOTHING: Values = { uses: [], hoisted: [], pure: true };

/** What remains of a statement once its types are gone. */
function valuesOf(source: string, start: number): Values {
  const file = parseCell(source);
  const program = parseJavaScript(transpile(file, { keepImports: true }), source, { start });
  const scope = resolveScopes(program, (name) => isWritten(name, file));
  return {
    uses: scope.references.map(({ name }) => name),
    hoisted: [...scope.declared.keys()],
    pure: program.body.every(onlyDeclares),
  };
}

function onlyDeclares(node: AnyNode): boolean {
  switch (node.type) {
    case 'ExportNamedDeclaration':
      return !node.source && (!node.declaration || onlyDeclares(node.declaration));
    case 'ExportDefaultDeclaration':
      return onlyDeclares(node.declaration) || isPure(node.declaration);
    case 'FunctionDeclaration':
    case 'EmptyStatement':
      return true;
    case 'ClassDeclaration':
      return isPureClass(node);
    case 'VariableDeclaration':
      return node.declarations.every(
        ({ id, init }) => patternNames(id).length > 0 && (!init || isPure(init)),
      );
    default:
      return false;
  }
}

/** Whether evaluating an expression runs nobody's code: literals, functions, names, arithmetic. */
function isPure(node: AnyNode | null): boolean {
  switch (node?.type) {
    case undefined:
    case 'Literal':
    case 'Identifier':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      return true;
    case 'ClassExpression':
      return isPureClass(node);
    case 'TemplateLiteral':
      return node.expressions.every(isPure);
    case 'UnaryExpression':
      return node.operator !== 'delete' && isPure(node.argument);
    case 'BinaryExpression':
    case 'LogicalExpression':
      return isPure(node.left) && isPure(node.right);
    case 'ConditionalExpression':
      return isPure(node.test) && isPure(node.consequent) && isPure(node.alternate);
    case 'ArrayExpression':
      return node.elements.every((element) => element?.type !== 'SpreadElement' && isPure(element));
    case 'ObjectExpression':
      return node.properties.every(
        (property) =>
          property.type === 'Property' &&
          (!property.computed || isPure(property.key)) &&
          isPure(property.value),
      );
    default:
      return false;
  }
}

function isPureClass(node: Class): boolean {
  return (
    (!node.superClass || node.superClass.type === 'Identifier') &&
    node.body.body.every((member) => {
      if (member.type === 'StaticBlock') return false;
      if (member.computed && !isPure(member.key)) return false;
      return member.type !== 'PropertyDefinition' || !member.static || isPure(member.value ?? null);
    })
  );
}
