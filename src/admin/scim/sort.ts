/** The order of a list by an attribute. */
import { parseInstant } from '../../values/instant.js';
import type { Json, JsonObject } from '../record.js';
import { attributeNamed, type ResourceShape, type Target, targetOf } from './attribute.js';
import { foldText, isObject, valuesAt } from './filter-match.js';

/** What a resource is ordered by; undefined where it has nothing there. */
export type SortKey = string | number | undefined;

/**
 * How to get the key of a resource, or undefined for an attribute nobody knows: then the order is that of the
 * ids. Of a multi-valued attribute the primary value counts, else the first.
 * @see RFC 7644 §3.4.2.3
 */
export function sortKeys(
  shape: ResourceShape,
  sortBy: string,
): ((resource: JsonObject) => SortKey) | undefined {
  const target = targetOf(shape, sortBy);
  const { attribute } = target ?? {};
  if (target === undefined || attribute === undefined) return undefined;
  const isComplex = attribute.type === 'complex';
  const sub = isComplex
    ? (target.sub ?? attributeNamed(attribute.subAttributes ?? [], 'value'))
    : undefined;
  const leaf = sub ?? attribute;
  if (leaf.type === 'complex') return undefined;
  const whole: Target = { ...target, sub: undefined };
  return (resource) => {
    const values = valuesAt(resource, whole);
    const chosen =
      values.find((value) => isObject(value) && value['primary'] === true) ?? values[0];
    const value = sub !== undefined && isObject(chosen) ? chosen[sub.name] : chosen;
    if (typeof value === 'string' && leaf.type === 'dateTime') return parseInstant(value);
    return typeof value === 'string' ? foldText(leaf, value) : keyOf(value);
  };
}

/** Ascending; what has no key comes last. */
export function compareKeys(one: SortKey, other: SortKey): number {
  if (one === other) return 0;
  if (one === undefined) return 1;
  if (other === undefined) return -1;
  return one < other ? -1 : 1;
}

function keyOf(value: Json | undefined): SortKey {
  if (typeof value === 'number') return value;
  return typeof value === 'boolean' ? Number(value) : undefined;
}
