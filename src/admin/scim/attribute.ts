/** What a SCIM attribute is, and finding one by a name in any letter case. */

/** @see RFC 7643 §2.3 */
export type AttributeType =
  | 'string'
  | 'boolean'
  | 'decimal'
  | 'integer'
  | 'dateTime'
  | 'binary'
  | 'reference'
  | 'complex';

/** The definition of one attribute. @see RFC 7643 §7 */
export interface Attribute {
  readonly name: string;
  readonly type: AttributeType;
  readonly description: string;
  readonly multiValued: boolean;
  readonly required: boolean;
  readonly caseExact: boolean;
  readonly mutability: 'readOnly' | 'readWrite' | 'immutable' | 'writeOnly';
  readonly returned: 'always' | 'default' | 'request' | 'never';
  readonly uniqueness: 'none' | 'server';
  readonly canonicalValues?: readonly string[];
  readonly referenceTypes?: readonly string[];
  readonly subAttributes?: readonly Attribute[];
}

/** A set of attributes under a URN. */
export interface Schema {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly attributes: readonly Attribute[];
}

/** What resources of one type consist of. */
export interface ResourceShape {
  readonly core: Schema;
  readonly extensions: readonly Schema[];
  /** Attributes of every resource, which no schema lists. @see RFC 7643 §3.1 */
  readonly common: readonly Attribute[];
}

/** Where a path leads. */
export interface Target {
  /** URN of the extension the attribute belongs to; undefined for core and common ones. */
  readonly home: string | undefined;
  /** Undefined: the extension as a whole. */
  readonly attribute: Attribute | undefined;
  readonly sub: Attribute | undefined;
}

/** An attribute with all that RFC 7643 lets default (§7, §2.2). */
export function attribute(
  name: string,
  description: string,
  parts: Partial<Omit<Attribute, 'name' | 'description'>> = {},
): Attribute {
  return {
    name,
    type: 'string',
    description,
    multiValued: false,
    required: false,
    caseExact: false,
    mutability: 'readWrite',
    returned: 'default',
    uniqueness: 'none',
    ...parts,
  };
}

/** The attribute of a list by its name in any letter case. */
export function attributeNamed(
  attributes: readonly Attribute[],
  name: string,
): Attribute | undefined {
  let byName = INDEX.get(attributes);
  if (byName === undefined) {
    byName = new Map(attributes.map((each) => [foldName(each.name), each]));
    INDEX.set(attributes, byName);
  }
  return byName.get(foldName(name));
}

/** A memo of lists that never change. */
const INDEX = new WeakMap<readonly Attribute[], ReadonlyMap<string, Attribute>>();

/** The form in which names that differ in letter case only are equal. */
export function foldName(name: string): string {
  return name.toLowerCase();
}

/**
 * Where a written path leads: `userName`, `name.givenName`, either after the URN of a schema and a colon, or the
 * URN of an extension alone. Letter case does not matter. Undefined where no such attribute is known.
 */
export function targetOf(shape: ResourceShape, path: string): Target | undefined {
  const folded = foldName(path);
  for (const extension of shape.extensions) {
    const urn = foldName(extension.id);
    if (folded === urn) return { home: extension.id, attribute: undefined, sub: undefined };
    if (!folded.startsWith(`${urn}:`)) continue;
    return within(extension.attributes, extension.id, path.slice(urn.length + 1));
  }
  const urn = `${foldName(shape.core.id)}:`;
  const rest = folded.startsWith(urn) ? path.slice(urn.length) : path;
  return within(shape.core.attributes, undefined, rest) ?? within(shape.common, undefined, rest);
}

function within(
  attributes: readonly Attribute[],
  home: string | undefined,
  path: string,
): Target | undefined {
  const dot = path.indexOf('.');
  const found = attributeNamed(attributes, dot < 0 ? path : path.slice(0, dot));
  if (found === undefined || dot < 0) return found && { home, attribute: found, sub: undefined };
  const sub = attributeNamed(found.subAttributes ?? [], path.slice(dot + 1));
  return sub && { home, attribute: found, sub };
}
