/** Payloads that must be refused although whoever signed them may: each field missing, malformed or unknown. */
import type { ObjectKind } from '../../objects/envelope.js';
import { grantClaims } from '../../objects/grant.js';
import { policyUpdateClaims } from '../../objects/policy-update.js';
import { joinBytes } from '../../wire/bytes.js';
import { type CborMap, type CborValue, encodeCbor } from '../../wire/cbor.js';
import { publicKey } from './actors.js';
import { decoded, withClaim, withPrivate } from './edits.js';
import { fixedBytes, LOCK_ID } from './fixed.js';
import type { Writable } from './notation.js';
import { CASES } from './object-cases.js';
import { certificateOf, grantOf, policyUpdateOf, receiptPayload } from './samples.js';

interface RefusedPayload {
  readonly id: string;
  readonly line: string;
  readonly kind: ObjectKind;
  readonly payload: Uint8Array;
  readonly code: string;
}

/** Labels that an object may lack; private ones are counted from 0 as well, so each kind says its own. */
const OPTIONAL: Partial<Record<ObjectKind, readonly number[]>> = {
  grant: [4, 8],
  'policy-update': [20],
  'time-token': [30],
  'admin-update': [61, 25],
  receipt: [45, 50],
  bundle: [86],
};

/** The one private claim. */
const PRIVATE = -70_000;

/** Every refused payload. */
export function refusedPayloads(): Writable[] {
  // The fullest object of each kind: the last one, but for those made to be odd.
  const whole = CASES.filter(({ id }) => id !== 'grant-es256' && id !== 'grant-ignorable');
  const kinds = new Map(whole.map(({ kind, payload }) => [kind, payload]));
  const systematic = [...kinds].flatMap(([kind, payload]) => eachLabel(kind, payload));
  return [...systematic, ...windowLists(), ...grants(), ...others()] as unknown as Writable[];
}

/** Without this label, with a map where something else stands, and with a label nobody knows. */
function eachLabel(kind: ObjectKind, payload: Uint8Array): RefusedPayload[] {
  const outer = decoded(payload) as CborMap;
  const inner = outer.get(PRIVATE) as CborMap;
  const shaped = (id: string, changed: Uint8Array, code: string): RefusedPayload => ({
    id: `${kind}-${id}`,
    line: 'C14',
    kind,
    payload: changed,
    code,
  });
  const wrong = new Map([[1, 'wrong']]);
  const list: RefusedPayload[] = [
    shaped('unknown-label', withClaim(payload, 40, 0), 'claims_unknown'),
    shaped('unknown-private-label', withPrivate(payload, 999, 0), 'claims_unknown'),
    shaped(
      'text-label',
      encodeCbor(new Map<number | string, CborValue>([...outer, ['3', 0]])),
      'claims_unknown',
    ),
    shaped('private-is-no-map', withClaim(payload, PRIVATE, 0), 'claims_shape'),
    shaped('array-instead', encodeCbor([payload]), 'claims_shape'),
    {
      ...shaped('trailing-byte', joinBytes(payload, Uint8Array.of(0)), 'cbor_trailing'),
      line: 'B6',
    },
  ];
  for (const label of outer.keys()) {
    if (label === PRIVATE) continue;
    list.push(
      shaped(`without-${label}`, withClaim(payload, Number(label), undefined), 'claims_missing'),
    );
    list.push(
      shaped(`malformed-${label}`, withClaim(payload, Number(label), wrong), 'claims_value'),
    );
  }
  for (const label of inner.keys()) {
    const rest = new Map(inner);
    rest.delete(label);
    const isOptional = OPTIONAL[kind]?.includes(Number(label)) === true;
    if (!isOptional)
      list.push(
        shaped(`without-private-${label}`, withClaim(payload, PRIVATE, rest), 'claims_missing'),
      );
    list.push(
      shaped(
        `malformed-private-${label}`,
        withPrivate(payload, Number(label), wrong),
        'claims_value',
      ),
    );
  }
  return list;
}

const plain = grantClaims.encode(grantOf());

const one = (
  id: string,
  payload: Uint8Array,
  code = 'claims_value',
  line = 'C14',
): RefusedPayload => ({
  id: `grant-${id}`,
  line,
  kind: 'grant',
  payload,
  code,
});
/** C4: windows that are none. */
function windowLists(): RefusedPayload[] {
  const windows = (id: string, edges: readonly CborValue[]) =>
    one(`windows-${id}`, withPrivate(plain, 4, edges), 'claims_value', 'C4');
  const edges = (count: number) => Array.from({ length: count }, (_, index) => 10 * index);
  return [
    windows('none', []),
    windows('odd', [0, 10, 20]),
    windows('empty-one', [0, 0]),
    windows('backwards', [10, 0]),
    windows('touching', [0, 10, 10, 20]),
    windows('overlapping', [0, 20, 10, 30]),
    windows('unsorted', [20, 30, 0, 10]),
    windows('33-pairs', edges(66)),
    windows('negative', [-1, 10]),
    windows('nested', [[0, 10]]),
  ];
}

/** The bounds of every claim of a grant. */
function grants(): RefusedPayload[] {
  const key = publicKey('device').x;
  const cnf = (...pairs: readonly (readonly [number, CborValue])[]) =>
    withClaim(plain, 8, new Map([[1, new Map(pairs)]]));
  const tags = grantOf().tags;
  return [
    one('scope-0', withClaim(plain, 9, Uint8Array.of(0))),
    one('scope-16', withClaim(plain, 9, Uint8Array.of(16))),
    one('scope-number', withClaim(plain, 9, 1)),
    one('scope-two-bytes', withClaim(plain, 9, Uint8Array.of(1, 0))),
    one('version-2', withPrivate(plain, 1, 2)),
    one('time-policy-3', withPrivate(plain, 5, 3)),
    one('requirements-32', withPrivate(plain, 6, 32)),
    one('requirements-negative', withPrivate(plain, 6, -1)),
    one('one-tag', withPrivate(plain, 3, [tags[0] as Uint8Array])),
    one('three-tags', withPrivate(plain, 3, [...tags, tags[0] as Uint8Array])),
    one(
      'tag-of-7-bytes',
      withPrivate(plain, 3, [tags[0] as Uint8Array, fixedBytes('short').slice(0, 7)]),
    ),
    one('uses-0', withPrivate(plain, 8, [tags[0] as Uint8Array, 0])),
    one('uses-65536', withPrivate(plain, 8, [tags[0] as Uint8Array, 65_536])),
    one('uses-null', withPrivate(plain, 8, null)),
    one('lock-id-of-7-bytes', withClaim(plain, 3, LOCK_ID.slice(1))),
    one('lock-id-list', withClaim(plain, 3, [LOCK_ID]), 'claims_value', 'C1'),
    one('exp-negative', withClaim(plain, 4, -1)),
    one('exp-null', withClaim(plain, 4, null)),
    one('key-x-of-31-bytes', cnf([1, 1], [-1, 6], [-2, key.slice(1)])),
    one('key-x25519', cnf([1, 1], [-1, 4], [-2, key])),
    one('key-with-secret', cnf([1, 1], [-1, 6], [-2, key], [-4, key])),
    one('key-with-key-id', cnf([1, 1], [2, LOCK_ID], [-1, 6], [-2, key])),
    one('key-p256-without-y', cnf([1, 2], [-1, 1], [-2, key])),
    one('key-p256-y-sign', cnf([1, 2], [-1, 1], [-2, key], [-3, true])),
    one('key-by-id', withClaim(plain, 8, new Map([[3, LOCK_ID]]))),
  ];
}

/** Bounds of the other objects. */
function others(): RefusedPayload[] {
  const of = (kind: ObjectKind, id: string, payload: Uint8Array, line = 'C14'): RefusedPayload => ({
    id: `${kind}-${id}`,
    line,
    kind,
    payload,
    code: 'claims_value',
  });
  const update = policyUpdateClaims.encode(policyUpdateOf());
  const mark = (index: number): CborValue => [fixedBytes(`mark ${index}`).slice(0, 8), 1, 1, 1];
  const marks = (count: number) => Array.from({ length: count }, (_, index) => mark(index));
  return [
    of('certificate', 'role-0', withPrivate(certificateOf('grant'), 10, 0)),
    of('certificate', 'role-32', withPrivate(certificateOf('grant'), 10, 32)),
    of('certificate', 'grant-and-policy', withPrivate(certificateOf('grant'), 10, 3), 'A14'),
    of('certificate', 'all-roles', withPrivate(certificateOf('grant'), 10, 31), 'A14'),
    of('certificate', 'life-0', withPrivate(certificateOf('grant'), 11, 0)),
    of(
      'certificate',
      'life-above-30-days',
      withPrivate(certificateOf('grant'), 11, 2_592_001),
      'A14',
    ),
    of('policy-update', '113-marks', withPrivate(update, 24, marks(113)), 'F6'),
    of(
      'policy-update',
      'mark-of-three',
      withPrivate(update, 24, [(mark(0) as CborValue[]).slice(0, 3)]),
    ),
    of(
      'policy-update',
      'mark-of-five',
      withPrivate(update, 24, [[...(mark(0) as CborValue[]), 1]]),
    ),
    of(
      'policy-update',
      '9-blocked',
      withPrivate(
        update,
        26,
        Array.from({ length: 9 }, () => LOCK_ID),
      ),
    ),
    of('policy-update', 'version-0', withPrivate(update, 21, 0)),
    of('policy-update', 'floor-of-one', withPrivate(update, 23, [0])),
    of('policy-update', 'post-of-15-bytes', withPrivate(update, 22, LOCK_ID)),
    of('receipt', 'status-256', withPrivate(receiptPayload(), 44, 256)),
    of('receipt', 'battery-101', withPrivate(receiptPayload(), 48, 101)),
    of('receipt', 'hi-below-lo', withPrivate(receiptPayload(), 42, [10, 9]), 'E7'),
    of('receipt', 'sequence-0', withPrivate(receiptPayload(), 40, 0)),
    of('receipt', 'firmware-of-33', withPrivate(receiptPayload(), 47, 'x'.repeat(33))),
  ];
}
