/** A policy's text in canonical order, with as little else changed as can be. Source: docs/tooling.md, "Formatting". */
import { inCanonicalOrder } from '../policy/canonical.js';
import { canonicalJson } from '../policy/canonical-json.js';
import { branchOf, documentOrder, type Order } from '../policy/canonical-order.js';
import { type Branch, type Part, readWritten, type Written } from './fmt-tree.js';

/** Longest line on which a collection stays that its author wrote on one line. */
export const LINE_CHARACTERS_MAX = 100;

/**
 * The text of a policy, formatted: members in the definition's order, two spaces for each level, one line end at the
 * end. Line breaks, free lines, the way numbers and texts are written, and the order of elements stay.
 * Formatted again it is the same.
 * @param text - of a valid policy.
 * @param sort - whether elements are put in canonical order too, and names in records.
 */
export function formattedPolicy(text: string, sort: boolean): string {
  const newline = /\r?\n/u.exec(text)?.[0] ?? '\n';
  const lines = write(readWritten(text), documentOrder(), { indent: 0, level: 0, sort });
  return `${newline === '\n' ? lines : lines.replaceAll('\n', newline)}${newline}`;
}

/** Where a value is written. */
interface Place {
  /** Levels of indentation. */
  readonly indent: number;
  /** Depth in the document: 0 the root, 1 its members. */
  readonly level: number;
  readonly sort: boolean;
}

function write(value: Written, order: Order, place: Place): string {
  if (value.kind === 'leaf') return value.text;
  const own = branchOf(order, value.kind === 'list');
  const parts = arranged(value, own, place.sort);
  const isMoved = parts.some((part, index) => part !== value.parts[index]);
  if (parts.length === 0) return value.kind === 'list' ? '[]' : '{}';
  const isBroken = value.endBreaks || value.parts.some(({ breaks }) => breaks > 0);
  if (isBroken) return broken(parts, value.kind, own, place, isMoved);
  const line = onOneLine(parts, value.kind, own, place);
  const mayStay = place.level > 1 || place.indent * 2 + line.length <= LINE_CHARACTERS_MAX;
  return mayStay ? line : broken(parts, value.kind, own, place, true);
}

function onOneLine(parts: readonly Part[], kind: Branch['kind'], own: Order, place: Place): string {
  const inside = parts
    .map((part) => writePart(part, own, { ...place, level: place.level + 1 }))
    .join(', ');
  return kind === 'list' ? `[${inside}]` : `{ ${inside} }`;
}

/** Over several lines: where the author broke them, or each part on its own when the parts were moved. */
function broken(
  parts: readonly Part[],
  kind: Branch['kind'],
  own: Order,
  place: Place,
  isMoved: boolean,
): string {
  const inner = { ...place, indent: place.indent + 1, level: place.level + 1 };
  const margin = `\n${'  '.repeat(inner.indent)}`;
  let text = kind === 'list' ? '[' : '{';
  for (const [index, part] of parts.entries()) {
    if (index > 0) text += ',';
    if (index === 0 || isMoved) text += margin;
    else text += part.breaks === 0 ? ' ' : part.breaks === 1 ? margin : `\n${margin}`;
    text += writePart(part, own, inner);
  }
  return `${text}\n${'  '.repeat(place.indent)}${kind === 'list' ? ']' : '}'}`;
}

function writePart(part: Part, own: Order, place: Place): string {
  const value = write(part.value, orderOfPart(part, own), place);
  return part.nameText === '' ? value : `${part.nameText}: ${value}`;
}

function orderOfPart({ name }: Part, own: Order): Order {
  if (own.kind === 'members') return own.members.get(name)?.order ?? own;
  if (own.kind === 'list') return own.element;
  return own.kind === 'record' ? own.value : own;
}

function arranged({ parts }: Branch, own: Order, sort: boolean): readonly Part[] {
  if (own.kind === 'members') {
    const names = [...own.members.keys()];
    return byKey(parts, ({ name }) => names.indexOf(name));
  }
  if (!sort) return parts;
  if (own.kind === 'record') return byKey(parts, ({ name }) => name);
  if (own.kind !== 'list' || own.by === 'kept') return parts;
  const { by, choices, element } = own;
  if (by === 'id') return byKey(parts, ({ value }) => idOf(value));
  if (by === 'choice') return byKey(parts, ({ value }) => choices.indexOf(said(value)));
  if (by === 'text') return byKey(parts, ({ value }) => String(said(value)));
  // By what each says in canonical order, so that sorting inside of it changes nothing here.
  return byKey(parts, ({ value }) => canonicalJson(inCanonicalOrder(said(value), element)));
}

function idOf(element: Written): string {
  const parts = element.kind === 'leaf' ? [] : element.parts;
  const id = parts.find(({ name }) => name === 'id')?.value;
  return id?.kind === 'leaf' ? String(said(id)) : '';
}

/** Sorted by number or code units; what has the same key stays as it stood. */
function byKey<K extends string | number>(
  parts: readonly Part[],
  keyOf: (part: Part) => K,
): readonly Part[] {
  const keyed = parts.map((part) => ({ part, key: keyOf(part) }));
  keyed.sort((one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : 0));
  return keyed.map(({ part }) => part);
}

function said(value: Written): unknown {
  if (value.kind === 'leaf') return JSON.parse(value.text);
  if (value.kind === 'list') return value.parts.map((part) => said(part.value));
  return Object.fromEntries(value.parts.map((part) => [part.name, said(part.value)]));
}
