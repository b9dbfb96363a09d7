/**
 * CBOR for people: diagnostic notation (RFC 8949 §8) with what labels and values mean beside it, as
 * comments of extended notation (RFC 8610 §G.6). It shows and judges nothing.
 */
import type { CborMap, CborValue } from './cbor.js';
import { toHex } from './hex.js';

/** What is known of the members of a map or array; all of it is optional. */
export interface Annotation {
  /** What this value is, in a few words. */
  readonly name?: string;
  /** What the value itself says, such as a time or the names of bits. */
  readonly say?: (value: CborValue) => string | undefined;
  /** Members of a map by label, or of an array by place. */
  readonly members?: Readonly<Record<number, Annotation>>;
  /** Every member of an array that has none of its own. */
  readonly each?: Annotation;
  /** Shown as `...`, with its length alone. */
  readonly isSecret?: boolean;
  /** What a byte string holds, where that is CBOR again; undefined when it is not. */
  readonly inside?: (bytes: Uint8Array) => CborValue | undefined;
}

/** One line per member, two spaces a level; values without known members stay on one line where they fit. */
export function diagnose(value: CborValue, annotation: Annotation = {}): string {
  const rendered = lines(value, annotation, '').map(({ code, note }) =>
    // A slash would end the comment.
    note === '' ? code : `${code} / ${note.replaceAll('/', '|')} /`,
  );
  return rendered.join('\n');
}

/** The value alone, on one line. */
export function diagnoseShort(value: CborValue): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'number') {
    return String(value);
  }
  if (typeof value === 'string') return quoted(value);
  if (value instanceof Uint8Array) return `h'${toHex(value)}'`;
  if (isList(value)) return `[${value.map(diagnoseShort).join(', ')}]`;
  const pairs = [...(value as CborMap)].map(
    ([key, member]) => `${diagnoseShort(key)}: ${diagnoseShort(member)}`,
  );
  return `{${pairs.join(', ')}}`;
}

/** Longest value that stays on one line, in characters. */
const LINE_MAX = 76;

/** One line: what is notation, and the comment after it. */
interface Line {
  readonly code: string;
  readonly note: string;
}

function lines(value: CborValue, annotation: Annotation, before: string): Line[] {
  const note = noteOf(annotation, value);
  if (annotation.isSecret === true) {
    const length = value instanceof Uint8Array ? `${value.length} bytes, ` : '';
    return [{ code: `${before}...`, note: `${note}: ${length}not shown` }];
  }
  const inside = value instanceof Uint8Array ? annotation.inside?.(value) : undefined;
  if (inside !== undefined) {
    // `<< … >>` is a byte string shown by what it encodes (RFC 8610 §G.3).
    const { members = {}, each = {} } = annotation;
    const inner = lines(inside, { members, each }, '');
    return [{ code: `${before}<<`, note }, ...indented(inner), { code: '>>', note: '' }];
  }
  const short = diagnoseShort(value);
  const isNested = isList(value) || value instanceof Map;
  const isEmpty = short === '[]' || short === '{}';
  const isKnown = annotation.members !== undefined || annotation.each !== undefined;
  if (!isNested || isEmpty || (!isKnown && before.length + short.length <= LINE_MAX)) {
    return [{ code: `${before}${short}`, note }];
  }
  const members = isList(value)
    ? value.map((member, at) => lines(member, memberOf(annotation, at), ''))
    : [...(value as CborMap)].map(([key, member]) =>
        lines(member, memberOf(annotation, key), `${diagnoseShort(key)}: `),
      );
  const all = members.flatMap((member, at) => separated(member, at === members.length - 1));
  const [open, close] = isList(value) ? ['[', ']'] : ['{', '}'];
  return [{ code: `${before}${open}`, note }, ...indented(all), { code: close, note: '' }];
}

function memberOf(annotation: Annotation, key: number | string): Annotation {
  const own = typeof key === 'number' ? annotation.members?.[key] : undefined;
  return own ?? annotation.each ?? {};
}

function separated(member: readonly Line[], isLast: boolean): readonly Line[] {
  const last = member.at(-1);
  if (isLast || last === undefined) return member;
  return [...member.slice(0, -1), { ...last, code: `${last.code},` }];
}

function noteOf({ name = '', say }: Annotation, value: CborValue): string {
  return [name, say?.(value) ?? ''].filter((part) => part !== '').join(': ');
}

function indented(inner: readonly Line[]): Line[] {
  return inner.map(({ code, note }) => ({ code: `  ${code}`, note }));
}

function isList(value: CborValue): value is readonly CborValue[] {
  return Array.isArray(value);
}

/** A JSON string; control characters and those that turn the direction of writing stand as escapes. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu,
    (character) => `\\u${(character.codePointAt(0) as number).toString(16).padStart(4, '0')}`,
  );
}
