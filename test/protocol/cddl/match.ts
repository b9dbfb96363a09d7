/** Whether CBOR of the profile is what a rule of a grammar says. Rules that lie outside a grammar are errors. */
import { BUNDLE_CAPS } from '../../../protocol/objects/bundle.js';
import { type CborMap, type CborValue, decodeCbor } from '../../../protocol/wire/cbor.js';
import { textBytes } from '../../../protocol/wire/text.js';
import type { Entry, Grammar, Group, Type } from './grammar.js';

/** Whether all of `bytes` are one item of this rule. */
export function matchesRule(grammar: Grammar, rule: string, bytes: Uint8Array): boolean {
  const decoded = decodeCbor(bytes, BUNDLE_CAPS);
  return decoded.ok && matches(grammar, { kind: 'name', name: rule }, decoded.value);
}

/** Names that rules use and nobody defines. */
export function undefinedNames({ types, groups }: Grammar): string[] {
  const inType = (type: Type): string[] => {
    if (type.kind === 'choice') return type.of.flatMap(inType);
    if (type.kind === 'name') return [type.name];
    if (type.kind === 'array' || type.kind === 'map') return inGroup(type.group);
    if (type.kind === 'size') return [...inType(type.of), ...inType(type.size)];
    return type.kind === 'cbor' ? [...inType(type.of), ...inType(type.inside)] : [];
  };
  const inGroup = (group: Group): string[] =>
    group.flatMap(({ key, type }) => [...(key === undefined ? [] : inType(key)), ...inType(type)]);
  const used = [...[...types.values()].flatMap(inType), ...[...groups.values()].flatMap(inGroup)];
  return used.filter(
    (name) => !types.has(name) && !groups.has(name) && PRELUDE[name] === undefined,
  );
}

/** What RFC 8610 appendix D defines, as far as the profile has it. */
const PRELUDE: Readonly<Record<string, (value: CborValue) => boolean>> = {
  any: () => true,
  uint: (value) => typeof value === 'number' && value >= 0,
  int: (value) => typeof value === 'number',
  bstr: (value) => value instanceof Uint8Array,
  tstr: (value) => typeof value === 'string',
  bool: (value) => typeof value === 'boolean',
  null: (value) => value === null,
};

function matches(grammar: Grammar, type: Type, value: CborValue): boolean {
  switch (type.kind) {
    case 'choice':
      return type.of.some((one) => matches(grammar, one, value));
    case 'literal':
      return value === type.value;
    case 'range':
      return typeof value === 'number' && value >= type.least && value <= type.most;
    case 'name':
      return matchesName(grammar, type.name, value);
    case 'array':
      return Array.isArray(value) && matchesArray(grammar, flat(grammar, type.group), value, 0);
    case 'map':
      return value instanceof Map && matchesMap(grammar, flat(grammar, type.group), value);
    case 'size':
      return matches(grammar, type.of, value) && matches(grammar, type.size, sizeOf(value));
    case 'cbor':
      return (
        value instanceof Uint8Array &&
        matches(grammar, type.of, value) &&
        matchesInside(grammar, type.inside, value)
      );
  }
}

function matchesName(grammar: Grammar, name: string, value: CborValue): boolean {
  const rule = grammar.types.get(name);
  if (rule !== undefined) return matches(grammar, rule, value);
  const builtIn = PRELUDE[name];
  if (builtIn === undefined) throw new Error(`no rule ${name}`);
  return builtIn(value);
}

function matchesInside(grammar: Grammar, type: Type, bytes: Uint8Array): boolean {
  const decoded = decodeCbor(bytes, BUNDLE_CAPS);
  return decoded.ok && matches(grammar, type, decoded.value);
}

function sizeOf(value: CborValue): number {
  if (value instanceof Uint8Array) return value.length;
  if (typeof value === 'string') return textBytes(value).length;
  throw new Error('.size of what is neither bytes nor text');
}

/** A group with the groups it names put in their place; one that repeats stays a unit. */
function flat(grammar: Grammar, group: Group): Group {
  return group.flatMap((entry) => {
    const inner = innerGroup(grammar, entry);
    return inner !== undefined && entry.least === 1 && entry.most === 1
      ? flat(grammar, inner)
      : [entry];
  });
}

function innerGroup(grammar: Grammar, { key, type }: Entry): Group | undefined {
  return key === undefined && type.kind === 'name' ? grammar.groups.get(type.name) : undefined;
}

/** Members from `at` on, by trying each number of repetitions of the first entry. */
function matchesArray(
  grammar: Grammar,
  group: Group,
  list: readonly CborValue[],
  at: number,
): boolean {
  const [entry, ...rest] = group;
  if (entry === undefined) return at === list.length;
  const unit = innerGroup(grammar, entry) ?? [{ ...entry, least: 1, most: 1 }];
  let from = at;
  for (let times = 0; times <= entry.most; times++) {
    if (times >= entry.least && matchesArray(grammar, rest, list, from)) return true;
    const members = list.slice(from, from + unit.length);
    const fits =
      members.length === unit.length &&
      unit.every(({ type }, index) => matches(grammar, type, members[index] as CborValue));
    if (!fits) return false;
    from += unit.length;
  }
  return false;
}

/** Every member belongs to an entry, and every entry that must be there is. */
function matchesMap(grammar: Grammar, group: Group, map: CborMap): boolean {
  const rest = new Map(map);
  for (const { least, key, type } of group) {
    if (key === undefined) throw new Error('a member of a map without a key');
    if (key.kind !== 'literal') continue;
    const member = rest.get(key.value);
    if (member === undefined && least > 0) return false;
    if (member !== undefined && !matches(grammar, type, member)) return false;
    rest.delete(key.value);
  }
  const open = group.filter(({ key }) => key?.kind !== 'literal');
  return [...rest].every(([label, member]) =>
    open.some(
      ({ key, type }) => matches(grammar, key as Type, label) && matches(grammar, type, member),
    ),
  );
}
