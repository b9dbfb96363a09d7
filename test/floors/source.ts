/** What the rules of the house look at in one source file, read from its syntax tree. */
import ts from 'typescript';

/** A place in a file, for a message that can be clicked. */
export interface Found {
  readonly what: string;
  readonly line: number;
}

/** One file, as far as the rules of the house care. */
export interface SourceFacts {
  /** From the root of the repository, with `/`. */
  readonly path: string;
  readonly lines: number;
  /** Specifiers of every import and re-export, of types and of values, static and dynamic. */
  readonly imports: readonly Found[];
  /** Names the file exports, and whether each is a type alone, of which nothing remains at run time. */
  readonly exports: readonly (Found & { readonly typeOnly: boolean })[];
  /** Every function longer than one line, with its length in lines. */
  readonly functions: readonly (Found & { readonly lines: number })[];
  /** Uses of the host: clocks, randomness, globals, `async`, the host's zone or language. */
  readonly hostUses: readonly Found[];
  /** Marks that something is unfinished. */
  readonly unfinished: readonly Found[];
}

/** Names that reach the host when they are not declared in the file. */
const HOST_NAMES = new Set([
  'Buffer',
  'Intl',
  'clearImmediate',
  'clearInterval',
  'clearTimeout',
  'console',
  'crypto',
  'document',
  'eval',
  'fetch',
  'global',
  'globalThis',
  'localStorage',
  'navigator',
  'performance',
  'process',
  'queueMicrotask',
  'require',
  'self',
  'setImmediate',
  'setInterval',
  'setTimeout',
  'window',
]);

/** Methods of dates, numbers and strings whose answer depends on the host's zone or language. */
const HOST_METHODS =
  /^(?:getTimezoneOffset|toLocale(?:Date|Time)?String|toLocale(?:Lower|Upper)Case|localeCompare|(?:get|set)(?:FullYear|Month|Date|Day|Hours|Minutes|Seconds|Milliseconds))$/u;

/** The facts of one file. `path` decides nothing here; it is only carried along. */
export function readSource(path: string, text: string): SourceFacts {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
  const lineAt = (position: number) => file.getLineAndCharacterOfPosition(position).line + 1;
  const imports: Found[] = [];
  const exports: (Found & { typeOnly: boolean })[] = [];
  const functions: (Found & { lines: number })[] = [];
  const hostUses: Found[] = [];
  const visit = (node: ts.Node): void => {
    const line = lineAt(node.getStart(file));
    for (const what of importsOf(node)) imports.push({ what, line });
    for (const what of exportsOf(node)) exports.push({ what, line, typeOnly: isTypeOnly(node) });
    const host = hostUseOf(node);
    if (host !== undefined) hostUses.push({ what: host, line });
    if (ts.isFunctionLike(node) && 'body' in node && node.body !== undefined) {
      functions.push({ what: nameOf(node), line, lines: lineAt(node.end) - line + 1 });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  const lines = text.replace(/\n$/u, '').split('\n');
  return {
    path,
    lines: lines.length,
    imports,
    exports,
    functions,
    hostUses,
    unfinished: unfinishedIn(lines),
  };
}

function importsOf(node: ts.Node): string[] {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) {
    const specifier = node.moduleSpecifier;
    return specifier !== undefined && ts.isStringLiteral(specifier) ? [specifier.text] : [];
  }
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    const specifier = node.arguments[0];
    // A computed specifier cannot be judged, so it is named as what it is and no rule admits it.
    return [
      specifier !== undefined && ts.isStringLiteral(specifier) ? specifier.text : '(computed)',
    ];
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    return ts.isStringLiteral(node.argument.literal) ? [node.argument.literal.text] : [];
  }
  return [];
}

function exportsOf(node: ts.Node): string[] {
  if (ts.isExportAssignment(node)) return ['default'];
  if (ts.isExportDeclaration(node)) {
    if (node.exportClause === undefined) return ['*'];
    if (ts.isNamespaceExport(node.exportClause)) return [node.exportClause.name.text];
    return node.exportClause.elements.map((element) => element.name.text);
  }
  const modifiers = ts.canHaveModifiers(node) ? (ts.getModifiers(node) ?? []) : [];
  if (!modifiers.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) return [];
  if (modifiers.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword)) return ['default'];
  if (ts.isVariableStatement(node)) {
    return node.declarationList.declarations.map(({ name }) => name.getText());
  }
  return [nameOf(node)];
}

function isTypeOnly(node: ts.Node): boolean {
  if (ts.isExportDeclaration(node)) return node.isTypeOnly;
  return ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node);
}

function hostUseOf(node: ts.Node): string | undefined {
  if (node.kind === ts.SyntaxKind.AsyncKeyword) return 'async';
  if (ts.isAwaitExpression(node)) return 'await';
  if (ts.isForOfStatement(node) && node.awaitModifier !== undefined) return 'for await';
  if (isNewOf(node, 'Date') && (node.arguments ?? []).length === 0) return 'new Date()';
  if (ts.isCallExpression(node) && isIdentifier(node.expression, 'Date')) return 'Date()';
  if (ts.isPropertyAccessExpression(node)) {
    const { name } = node;
    if (isIdentifier(node.expression, 'Date') && name.text === 'now') return 'Date.now';
    if (isIdentifier(node.expression, 'Math') && name.text === 'random') return 'Math.random';
    if (HOST_METHODS.test(name.text)) return `.${name.text}`;
  }
  if (ts.isIdentifier(node) && HOST_NAMES.has(node.text) && isFree(node)) return node.text;
  return undefined;
}

function isNewOf(node: ts.Node, name: string): node is ts.NewExpression {
  return ts.isNewExpression(node) && isIdentifier(node.expression, name);
}

function isIdentifier(node: ts.Node, name: string): boolean {
  return ts.isIdentifier(node) && node.text === name;
}

/** Whether the identifier stands for a value, and no function or file around it declares the name. */
function isFree(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) && parent.name === node) return false;
  if ('name' in parent && parent.name === node && !ts.isShorthandPropertyAssignment(parent)) {
    return false;
  }
  if (ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent) || ts.isBindingElement(parent)) {
    return false;
  }
  if (ts.isTypeReferenceNode(parent) || ts.isQualifiedName(parent)) return false;
  for (let scope: ts.Node = parent; ; scope = scope.parent) {
    if (declares(scope, node.text)) return false;
    if (scope.parent === undefined) return true;
  }
}

function declares(scope: ts.Node, name: string): boolean {
  const declared: (ts.BindingName | undefined)[] = [];
  if (ts.isFunctionLike(scope)) declared.push(...scope.parameters.map((each) => each.name));
  if (ts.isForOfStatement(scope) && ts.isVariableDeclarationList(scope.initializer)) {
    declared.push(...scope.initializer.declarations.map((each) => each.name));
  }
  if (ts.isBlock(scope) || ts.isSourceFile(scope)) {
    for (const statement of scope.statements) {
      if (ts.isVariableStatement(statement)) {
        declared.push(...statement.declarationList.declarations.map((each) => each.name));
      }
      if (ts.isFunctionDeclaration(statement)) declared.push(statement.name);
      if (ts.isImportDeclaration(statement)) declared.push(...importedNames(statement));
    }
  }
  return declared.some((each) => each !== undefined && bindsName(each, name));
}

function importedNames({ importClause }: ts.ImportDeclaration): ts.Identifier[] {
  const bindings = importClause?.namedBindings;
  if (bindings === undefined) return [];
  return ts.isNamedImports(bindings) ? bindings.elements.map(({ name }) => name) : [bindings.name];
}

function bindsName(binding: ts.BindingName, name: string): boolean {
  if (ts.isIdentifier(binding)) return binding.text === name;
  return binding.elements.some((each) => ts.isBindingElement(each) && bindsName(each.name, name));
}

function nameOf(node: ts.Node): string {
  if ('name' in node && node.name !== undefined) return (node.name as ts.Node).getText();
  const { parent } = node;
  return parent !== undefined && ts.isVariableDeclaration(parent)
    ? parent.name.getText()
    : '(function)';
}

function unfinishedIn(lines: readonly string[]): Found[] {
  return lines.flatMap((text, index) => {
    const mark = /\b(?:TODO|FIXME|XXX|HACK)\b/u.exec(text)?.[0];
    return mark === undefined ? [] : [{ what: mark, line: index + 1 }];
  });
}
