/**
 * The shape of a payload, said once and used both ways: a list of labelled fields that reads a decoded
 * map and writes one. Private fields stand together in the map under -70000 (offline.md §2, §3.2).
 */
import type { Outcome } from '../../src/values/outcome.js';
import { type CborMap, type CborValue, decodeCbor, encodeCbor } from '../wire/cbor.js';
import type { CborCaps, CborCode } from '../wire/cbor-read.js';

/** The label of the one private claim. */
export const PRIVATE_LABEL = -70_000;

/** Private labels from here on may be skipped by who does not know them; unknown ones below refuse. */
const IGNORABLE_FROM = 1000;

/** Why a payload is not the object it should be. */
export type ClaimsCode =
  | CborCode
  | 'claims_shape'
  | 'claims_missing'
  | 'claims_unknown'
  | 'claims_value';

/** How one value stands on the wire. */
export interface Form<T> {
  /** The value; undefined for one that may not stand here. */
  read(value: CborValue): T | undefined;
  /** What stands on the wire for the value. */
  write(value: T): CborValue;
}

/** One labelled member of a payload. */
export interface Field<T, Required extends boolean = boolean> {
  readonly label: number;
  readonly form: Form<T>;
  readonly required: Required;
}

type Fields = Readonly<Record<string, Field<unknown>>>;
type RequiredNames<F> = { [K in keyof F]: F[K] extends Field<unknown, true> ? K : never }[keyof F];
type ValueOf<F> = F extends Field<infer T> ? T : never;

/** What a list of fields describes. */
export type Claims<F> = { readonly [K in RequiredNames<F>]: ValueOf<F[K]> } & {
  readonly [K in Exclude<keyof F, RequiredNames<F>>]?: ValueOf<F[K]>;
};

/** A payload that must have this member. */
export function required<T>(label: number, form: Form<T>): Field<T, true> {
  return { label, form: form as Form<T>, required: true };
}

/** A payload that may have this member. */
export function optional<T>(label: number, form: Form<T>): Field<T, false> {
  return { label, form: form as Form<T>, required: false };
}

/**
 * A payload with `open` members beside `hidden` ones in the private map.
 * Reading refuses what is not deterministic CBOR, an unknown label, a missing or a malformed member.
 */
export function claimsOf<O extends Fields, P extends Fields>(open: O, hidden: P) {
  const outside = membersOf(open, PRIVATE_LABEL);
  const inside = membersOf(hidden);
  const encode = (value: Claims<O> & Claims<P>): Uint8Array => {
    const map = writeFields(outside, value);
    if (inside.list.length > 0) map.set(PRIVATE_LABEL, writeFields(inside, value));
    return encodeCbor(map);
  };
  const parse = (
    payload: Uint8Array,
    caps?: CborCaps,
  ): Outcome<Claims<O> & Claims<P>, ClaimsCode> => {
    const decoded = decodeCbor(payload, caps);
    if (!decoded.ok) return decoded;
    if (!(decoded.value instanceof Map)) return refused('claims_shape', 'payload is no map');
    const outer = decoded.value as CborMap;
    const inner = outer.get(PRIVATE_LABEL) ?? NO_MEMBERS;
    if (!(inner instanceof Map)) return refused('claims_shape', 'private claim is no map');
    const value: Record<string, unknown> = {};
    const wrong =
      readFields(outside, outer, Number.POSITIVE_INFINITY, value) ??
      readFields(inside, inner, IGNORABLE_FROM, value);
    return wrong ?? { ok: true, value: value as Claims<O> & Claims<P> };
  };
  return { encode, parse, open, hidden };
}

const NO_MEMBERS: CborMap = new Map();

/** One kind of payload: how it is written and read, and its members by name. */
export interface ClaimsShape {
  readonly open: Fields;
  readonly hidden: Fields;
  parse(payload: Uint8Array, caps?: CborCaps): Outcome<object, ClaimsCode>;
}

/** Fields as reading and writing go through them. */
interface Members {
  readonly list: readonly (readonly [name: string, field: Field<unknown>])[];
  /** Labels that may stand in the map. */
  readonly labels: ReadonlySet<number | string>;
}

function membersOf(fields: Fields, ...further: readonly number[]): Members {
  const list = Object.entries(fields);
  return { list, labels: new Set([...list.map(([, { label }]) => label), ...further]) };
}

function writeFields({ list }: Members, value: object): Map<number, CborValue> {
  const map = new Map<number, CborValue>();
  for (const [name, { label, form, required: needed }] of list) {
    const member = (value as Record<string, unknown>)[name];
    if (member === undefined) {
      if (needed) throw new TypeError(`missing \`${name}\``);
      continue;
    }
    const written = form.write(member);
    if (form.read(written) === undefined) throw new RangeError(`\`${name}\` is out of its range`);
    map.set(label, written);
  }
  return map;
}

/** Puts what the map holds into `value`; answers what is wrong with it. */
function readFields(
  { list, labels }: Members,
  map: CborMap,
  ignorableFrom: number,
  value: Record<string, unknown>,
): Outcome<never, ClaimsCode> | undefined {
  let found = 0;
  for (const [name, { label, form, required: needed }] of list) {
    const member = map.get(label);
    if (member === undefined) {
      if (needed) return refused('claims_missing', `label ${label} (${name}) is missing`);
      continue;
    }
    found += 1;
    const read = form.read(member);
    if (read === undefined) return refused('claims_value', `label ${label} (${name}) is malformed`);
    value[name] = read;
  }
  // Nothing stands there but what was read.
  if (found === map.size) return undefined;
  for (const label of map.keys()) {
    if (labels.has(label) || (typeof label === 'number' && label >= ignorableFrom)) continue;
    return refused('claims_unknown', `unknown label \`${label}\``);
  }
  return undefined;
}

function refused(code: ClaimsCode, detail: string): Outcome<never, ClaimsCode> {
  return { ok: false, code, detail };
}
