/** One way to write a policy, of the many that say the same. Source: docs/tooling.md, "Canonical order". */
import { formatInstant, INSTANT_END, INSTANT_MIN, parseInstant } from '../values/instant.js';
import { canonicalJson } from './canonical-json.js';
import { branchOf, documentOrder, type Order } from './canonical-order.js';
import type { Policy } from './document.js';
import { quote } from './pointer.js';

/**
 * The same policy in canonical order: members as the definition names them, collections by id, all other sets sorted
 * and each of their elements once. Values stay as they are written; nothing left out is filled in, nothing
 * written out is left out. Canonical of a canonical policy is the same; the value is a frozen copy.
 * @throws TypeError for a value that is not of the shape of a policy (`parsePolicy` would refuse it).
 */
export function canonicalPolicy(policy: Policy): Policy {
  return arrange(policy, documentOrder(), false) as Policy;
}

/**
 * What a policy says, apart from how it is said: {@link canonicalPolicy} without `$schema` and `revision`, without
 * optional lists that are empty, and with instants in UTC. Policies that differ in nothing else have the same content;
 * a default that is written out is content. This is what `contentHash` hashes.
 * @throws TypeError as {@link canonicalPolicy} does.
 */
export function policyContent(policy: Policy): Readonly<Record<string, unknown>> {
  const { $schema: _, revision: __, ...said } = policy;
  return arrange(said, documentOrder(), true) as Readonly<Record<string, unknown>>;
}

/** Part of a policy in canonical order, by what order means there. @throws TypeError as {@link canonicalPolicy} does. */
export function inCanonicalOrder(value: unknown, order: Order): unknown {
  return arrange(value, order, false);
}

function arrange(value: unknown, order: Order, content: boolean): unknown {
  if (typeof value !== 'object' || value === null) {
    const isInstant = content && order.kind === 'instant' && typeof value === 'string';
    return isInstant ? sameInstant(value) : value;
  }
  const own = branchOf(order, Array.isArray(value));
  if (Array.isArray(value)) {
    if (own.kind !== 'list') throw new TypeError('a list where a policy has none');
    const elements = value.map((element) => arrange(element, own.element, content));
    return Object.freeze(sorted(elements, own));
  }
  const members = value as Readonly<Record<string, unknown>>;
  if (own.kind === 'members') return arrangeMembers(members, own, content);
  if (own.kind !== 'record') throw new TypeError('an object where a policy has none');
  const entries = Object.keys(members).sort();
  return Object.freeze(
    Object.fromEntries(entries.map((name) => [name, arrange(members[name], own.value, content)])),
  );
}

function arrangeMembers(
  value: Readonly<Record<string, unknown>>,
  { members }: Order & { readonly kind: 'members' },
  content: boolean,
): object {
  const arranged: Record<string, unknown> = {};
  for (const name of Object.keys(value)) {
    // Left out silently, a member would not be in the hash.
    if (!members.has(name)) throw new TypeError(`unknown member ${quote(name)}`);
  }
  for (const [name, { order, optional }] of members) {
    const member = Object.hasOwn(value, name) ? value[name] : undefined;
    if (member === undefined) continue;
    if (content && optional && Array.isArray(member) && member.length === 0) continue;
    arranged[name] = arrange(member, order, content);
  }
  return Object.freeze(arranged);
}

function sorted(
  elements: readonly unknown[],
  order: Order & { readonly kind: 'list' },
): readonly unknown[] {
  switch (order.by) {
    case 'kept':
      return elements;
    case 'id':
      return byKey(elements, (element) => String((element as { readonly id?: unknown }).id));
    case 'choice':
      return [...new Set(elements)].sort(
        (one, other) => order.choices.indexOf(one) - order.choices.indexOf(other),
      );
    case 'text':
      return [...new Set(elements)].sort();
    case 'json': {
      const byText = new Map(elements.map((element) => [canonicalJson(element), element]));
      return byKey([...byText], ([text]) => text).map(([, element]) => element);
    }
    default:
      return order.by satisfies never;
  }
}

/** Sorted by code units; what has the same key stays as it stood. */
function byKey<T>(elements: readonly T[], keyOf: (element: T) => string): T[] {
  const keyed = elements.map((element) => ({ element, key: keyOf(element) }));
  keyed.sort((one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : 0));
  return keyed.map(({ element }) => element);
}

function sameInstant(text: string): string {
  const ms = parseInstant(text);
  // What a parsed policy does not hold stays as it is written.
  return ms >= INSTANT_MIN && ms < INSTANT_END ? formatInstant(ms) : text;
}
