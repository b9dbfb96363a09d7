/** Filters bound to the attributes of a resource, ready to be asked of many resources. */

import { parseInstant } from '../../values/instant.js';
import type { Json, JsonObject } from '../record.js';
import {
  type Attribute,
  attributeNamed,
  type ResourceShape,
  type Target,
  targetOf,
} from './attribute.js';
import { refuse, type ScimOutcome } from './code.js';
import type { Comparison, Filter, Literal } from './filter.js';

/** Whether a resource, or one value of a complex attribute, is meant. */
export type Matcher = (value: JsonObject) => boolean;

/**
 * Binds a filter to resources of a shape. A name that the shape does not have has no value: it is never present,
 * equals null, and differs from everything else.
 * @returns code `invalidFilter` where an order is asked of booleans or binary values.
 * @see RFC 7644 §3.4.2.2
 */
export function bindFilter(shape: ResourceShape, filter: Filter): ScimOutcome<Matcher> {
  return bind(filter, (path) => targetOf(shape, path));
}

/** Binds a filter to single values of a complex attribute: what stands in the brackets of a path. */
export function bindValueFilter(attribute: Attribute, filter: Filter): ScimOutcome<Matcher> {
  const subs = attribute.subAttributes ?? [];
  return bind(filter, (path) => {
    const sub = attributeNamed(subs, path);
    return sub && { home: undefined, attribute: sub, sub: undefined };
  });
}

/** A string attribute's value as compared: letter case counts only where the attribute says so. */
export function foldText(attribute: Attribute, text: string): string {
  return attribute.caseExact ? text : text.toLowerCase();
}

type Resolve = (path: string) => Target | undefined;

function bind(filter: Filter, resolve: Resolve): ScimOutcome<Matcher> {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return bindParts(filter.kind, filter.parts, resolve);
    case 'not': {
      const part = bind(filter.part, resolve);
      return part.ok ? { ok: true, value: (value) => !part.value(value) } : part;
    }
    case 'present':
      return bindPresent(resolve(filter.path));
    case 'compare':
      return bindCompare(resolve(filter.path), filter.operator, filter.value);
    case 'within':
      return bindWithin(resolve(filter.path), filter.part);
    default: {
      const never: never = filter;
      return never;
    }
  }
}

function bindParts(
  kind: 'and' | 'or',
  parts: readonly Filter[],
  resolve: Resolve,
): ScimOutcome<Matcher> {
  const matchers: Matcher[] = [];
  for (const part of parts) {
    const bound = bind(part, resolve);
    if (!bound.ok) return bound;
    matchers.push(bound.value);
  }
  const all: Matcher = (value) => matchers.every((each) => each(value));
  const some: Matcher = (value) => matchers.some((each) => each(value));
  return { ok: true, value: kind === 'and' ? all : some };
}

function bindPresent(target: Target | undefined): ScimOutcome<Matcher> {
  if (target === undefined) return { ok: true, value: () => false };
  return { ok: true, value: (resource) => valuesAt(resource, target).some(isPresent) };
}

function bindCompare(
  written: Target | undefined,
  operator: Comparison,
  literal: Literal,
): ScimOutcome<Matcher> {
  const target = written && toLeaf(written);
  const leaf = target && (target.sub ?? target.attribute);
  if (target === undefined || leaf === undefined) {
    const answer = meansAbsent(operator, literal);
    return { ok: true, value: () => answer };
  }
  if (isOrder(operator) && (leaf.type === 'boolean' || leaf.type === 'binary')) {
    return refuse('invalidFilter', `there is no order of \`${leaf.name}\``);
  }
  if (operator === 'ne') {
    const equal = comparer(leaf, 'eq', literal);
    return { ok: true, value: (resource) => !matches(resource, target, equal, 'eq', literal) };
  }
  const compare = comparer(leaf, operator, literal);
  return { ok: true, value: (resource) => matches(resource, target, compare, operator, literal) };
}

function bindWithin(target: Target | undefined, part: Filter): ScimOutcome<Matcher> {
  const { attribute } = target ?? {};
  if (target === undefined || attribute === undefined) return { ok: true, value: () => false };
  if (attribute.type !== 'complex' || target.sub !== undefined) {
    return refuse('invalidFilter', `\`${attribute.name}\` has no sub-attributes to ask about`);
  }
  const inner = bindValueFilter(attribute, part);
  if (!inner.ok) return inner;
  const matcher = inner.value;
  return {
    ok: true,
    value: (resource) => valuesAt(resource, target).some((each) => isObject(each) && matcher(each)),
  };
}

/** A complex attribute without a sub-attribute is compared by its `value`. @see RFC 7644, figure 2 */
function toLeaf(target: Target): Target | undefined {
  const { attribute, sub } = target;
  if (attribute === undefined) return undefined;
  if (sub !== undefined || attribute.type !== 'complex') return target;
  const value = attributeNamed(attribute.subAttributes ?? [], 'value');
  return value && { ...target, sub: value };
}

type Compare = (value: Json) => boolean;

function matches(
  resource: JsonObject,
  target: Target,
  compare: Compare,
  operator: Comparison,
  literal: Literal,
): boolean {
  const values = valuesAt(resource, target);
  const present = values.filter(isPresent);
  return present.length === 0 ? meansAbsent(operator, literal) : present.some(compare);
}

/** `eq null` asks for nothing there; `ne` anything but null is true of nothing. */
function meansAbsent(operator: Comparison, literal: Literal): boolean {
  if (operator === 'eq') return literal.value === null;
  return operator === 'ne' && literal.value !== null;
}

/** Every value a path leads to: those of each element of a multi-valued attribute. */
export function valuesAt(resource: JsonObject, target: Target): readonly Json[] {
  const { home, attribute, sub } = target;
  const part = home === undefined ? resource : own(resource, home);
  if (attribute === undefined) return part === undefined ? [] : [part];
  const value = isObject(part) ? own(part, attribute.name) : undefined;
  if (value === undefined) return [];
  const values: readonly Json[] = Array.isArray(value) ? value : [value as Json];
  if (sub === undefined) return values;
  return values.flatMap((each) => {
    const inner = isObject(each) ? own(each, sub.name) : undefined;
    return inner === undefined ? [] : [inner];
  });
}

function own(object: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** Whether JSON is an object, neither null nor a list. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isPresent(value: Json): boolean {
  if (value === null || value === '') return false;
  if (Array.isArray(value)) return value.length > 0;
  return typeof value !== 'object' || Object.keys(value).length > 0;
}

function isOrder(operator: Comparison): operator is 'gt' | 'ge' | 'lt' | 'le' {
  return operator === 'gt' || operator === 'ge' || operator === 'lt' || operator === 'le';
}

function comparer(leaf: Attribute, operator: Comparison, literal: Literal): Compare {
  if (literal.value === null) return () => false;
  switch (leaf.type) {
    case 'boolean': {
      const wanted = literal.text.toLowerCase();
      return (value) => operator === 'eq' && String(value) === wanted;
    }
    case 'decimal':
    case 'integer': {
      const { value: wanted } = literal;
      if (typeof wanted !== 'number') return () => false;
      return (value) => typeof value === 'number' && compareOrder(operator, value - wanted);
    }
    case 'dateTime':
      return instantComparer(leaf, operator, literal);
    default:
      return textComparer(leaf, operator, literal.text);
  }
}

function textComparer(leaf: Attribute, operator: Comparison, text: string): Compare {
  const wanted = foldText(leaf, text);
  return (value) => {
    if (typeof value !== 'string') return false;
    const actual = foldText(leaf, value);
    if (operator === 'co') return actual.includes(wanted);
    if (operator === 'sw') return actual.startsWith(wanted);
    if (operator === 'ew') return actual.endsWith(wanted);
    return compareOrder(operator, actual < wanted ? -1 : actual > wanted ? 1 : 0);
  };
}

/** Instants where both are, else the texts: a client may ask for a day or a month. */
function instantComparer(leaf: Attribute, operator: Comparison, literal: Literal): Compare {
  const wanted = parseInstant(literal.text);
  const asText = textComparer(leaf, operator, literal.text);
  if (Number.isNaN(wanted) || operator === 'co' || operator === 'sw' || operator === 'ew') {
    return asText;
  }
  return (value) => {
    const actual = typeof value === 'string' ? parseInstant(value) : Number.NaN;
    return Number.isNaN(actual) ? asText(value) : compareOrder(operator, actual - wanted);
  };
}

function compareOrder(operator: Comparison, difference: number): boolean {
  switch (operator) {
    case 'eq':
      return difference === 0;
    case 'gt':
      return difference > 0;
    case 'ge':
      return difference >= 0;
    case 'lt':
      return difference < 0;
    case 'le':
      return difference <= 0;
    default:
      return false;
  }
}
