// @ts-check
/** Prints the type aliases of a source file in full, as declarations that need no other file. */
import ts from 'typescript';

/** Aliases whose texts stand under another name in the JSON Schema. */
const TEXT_NAMES = new Map([
  ['RoleDocument', 'role'],
  ['RoleModelDocument', 'roleModel'],
  ['ScheduleBody', 'schedule'],
]);

/**
 * @typedef {{ MEMBER_TEXTS: Record<string, Record<string, string>> }} Texts
 * @typedef {{ name: string, node: ts.TypeAliasDeclaration, type: ts.Type }} Alias
 */

/**
 * Every exported alias of the file: expanded where it has no type parameters, as written where it has.
 * An object that another alias prints alike is called by that alias's name.
 * @param {ts.TypeChecker} checker
 * @param {ts.SourceFile} file
 * @param {Texts} texts shown at the members
 */
export function printAliases(checker, file, { MEMBER_TEXTS }) {
  /** @type {Alias[]} */
  const aliases = file.statements
    .filter(ts.isTypeAliasDeclaration)
    .filter((node) => node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword))
    .map((node) => ({ name: node.name.text, node, type: checker.getTypeAtLocation(node.name) }));
  const closed = aliases.filter(({ node }) => node.typeParameters === undefined);

  /** Names by how the type prints without any names. @type {Map<string, string>} */
  const names = new Map();
  for (const { name, type } of closed) {
    if (isObject(type))
      names.set(
        print(type, () => undefined),
        name,
      );
  }
  const declarations = aliases.map(({ name, node, type }) => {
    const comment = file.text.slice(node.getFullStart(), node.getStart(file)).trim();
    if (node.typeParameters !== undefined) return `${comment}\n${node.getText(file)}`;
    const members = MEMBER_TEXTS[TEXT_NAMES.get(name) ?? lowerFirst(name)] ?? {};
    const text = print(type, (inner) => (inner === type ? undefined : named(inner)), members);
    return `${comment}\nexport type ${name} = ${text};`;
  });
  return `${declarations.join('\n')}\n`;

  /** @param {ts.Type} type */
  function named(type) {
    return isObject(type) ? names.get(print(type, () => undefined)) : undefined;
  }

  /**
   * @param {ts.Type} type
   * @param {(type: ts.Type) => string | undefined} nameOf
   * @param {Record<string, string>} [memberTexts]
   * @returns {string}
   */
  function print(type, nameOf, memberTexts = {}) {
    const name = nameOf(type);
    if (name !== undefined) return name;
    if (type.flags & ts.TypeFlags.Boolean) return 'boolean';
    if (type.isUnion()) return printUnion(type, nameOf);
    if (checker.isTupleType(type) || checker.isArrayType(type)) return printList(type, nameOf);
    if (!isObject(type)) return checker.typeToString(type);
    return printObject(type, nameOf, memberTexts);
  }

  /**
   * @param {ts.UnionType} type
   * @param {(type: ts.Type) => string | undefined} nameOf
   */
  function printUnion(type, nameOf) {
    const parts = type.types.map((part) => print(part, nameOf));
    // The compiler keeps `boolean` in a union as its two values, and `undefined` in front.
    const kept = parts.filter((part) => !['true', 'false', 'undefined'].includes(part));
    if (parts.includes('true') && parts.includes('false')) kept.push('boolean');
    else kept.push(...parts.filter((part) => part === 'true' || part === 'false'));
    if (parts.includes('undefined')) kept.push('undefined');
    return kept.join(' | ');
  }

  /**
   * @param {ts.Type} type
   * @param {(type: ts.Type) => string | undefined} nameOf
   */
  function printList(type, nameOf) {
    const reference = /** @type {ts.TypeReference} */ (type);
    const types = checker.getTypeArguments(reference);
    const elements = types.map((element) => print(element, nameOf));
    if (checker.isTupleType(type)) return `readonly [${elements.join(', ')}]`;
    const [element = 'unknown'] = elements;
    const isWord = /^\w+$/.test(element) || (element.startsWith('{') && !types[0]?.isUnion());
    return `readonly ${isWord ? element : `(${element})`}[]`;
  }

  /**
   * @param {ts.Type} type
   * @param {(type: ts.Type) => string | undefined} nameOf
   * @param {Record<string, string>} memberTexts
   */
  function printObject(type, nameOf, memberTexts) {
    const lines = checker.getIndexInfosOfType(type).map((info) => {
      const readonly = info.isReadonly ? 'readonly ' : '';
      return `  ${readonly}[key: string]: ${indent(print(info.type, nameOf))};`;
    });
    for (const property of checker.getPropertiesOfType(type)) {
      const text = memberTexts[property.name];
      if (text !== undefined) lines.push(`  /** ${text} */`);
      const optional = property.flags & ts.SymbolFlags.Optional ? '?' : '';
      const inner = print(checker.getTypeOfSymbol(property), nameOf);
      lines.push(`  readonly ${property.name}${optional}: ${indent(inner)};`);
    }
    return `{\n${lines.join('\n')}\n}`;
  }
}

/** @param {ts.Type} type */
function isObject(type) {
  return (type.flags & ts.TypeFlags.Object) !== 0 && !type.isUnion();
}

/** @param {string} text */
function indent(text) {
  return text.replaceAll('\n', '\n  ');
}

/** @param {string} text */
function lowerFirst(text) {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}
