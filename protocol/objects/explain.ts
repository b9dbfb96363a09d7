/** What labels and numbers of every object mean, for people who look at bytes. It judges nothing. */
import { formatInstant } from '../../src/values/instant.js';
import { statusOf } from '../status.js';
import { type CborValue, decodeCbor } from '../wire/cbor.js';
import type { Annotation } from '../wire/diagnostic.js';
import { deviceAckClaims, logAckClaims } from './acknowledgements.js';
import { adminUpdateClaims } from './admin-update.js';
import { BUNDLE_CAPS, bundleClaims } from './bundle.js';
import { certificateClaims, ROLE_BITS } from './certificate.js';
import { type ClaimsShape, PRIVATE_LABEL } from './claims.js';
import { OBJECT_TYPES, type ObjectKind } from './envelope.js';
import { grantClaims, OPERATION_BITS, REQUIREMENT_BITS, TIME_POLICIES } from './grant.js';
import { lockIdentityClaims } from './lock-identity.js';
import { policyUpdateClaims } from './policy-update.js';
import { receiptClaims } from './receipt.js';
import { timeTokenClaims } from './time-token.js';
import { trustUpdateClaims } from './trust-update.js';

/** What an envelope of this kind says, member by member, and its payload's members by name. */
export function envelopeAnnotation(kind: ObjectKind): Annotation {
  const header = { 1: { name: 'algorithm', say: algorithmName }, 4: { name: 'key id' }, 16: TYPE };
  const payload = { ...claimsAnnotation(SHAPES[kind]), name: 'payload', inside };
  return {
    name: `COSE_Sign1, ${kind}`,
    members: {
      0: { name: 'protected header', inside, members: header },
      1: { name: 'unprotected header' },
      2: kind === 'proof' ? { name: 'payload, detached' } : payload,
      3: { name: 'signature' },
    },
  };
}

/** A trust update: the same payload signed by the old root and by the new one. */
export function trustUpdateAnnotation(): Annotation {
  const envelope = { ...envelopeAnnotation('trust-update'), inside };
  return {
    name: 'trust update',
    members: {
      0: { ...envelope, name: 'by the old root' },
      1: { ...envelope, name: 'by the new root' },
    },
  };
}

/** A public key by itself. */
export function keyAnnotation(): Annotation {
  return COSE_KEY;
}

/** The members of each kind's payload. A proof's payload stays with its session. */
export const SHAPES: Readonly<Record<ObjectKind, ClaimsShape | undefined>> = {
  certificate: certificateClaims,
  grant: grantClaims,
  'policy-update': policyUpdateClaims,
  'time-token': timeTokenClaims,
  proof: undefined,
  receipt: receiptClaims,
  bundle: bundleClaims,
  'trust-update': trustUpdateClaims,
  'log-ack': logAckClaims,
  'device-ack': deviceAckClaims,
  'admin-update': adminUpdateClaims,
  'lock-identity': lockIdentityClaims,
};

type Say = NonNullable<Annotation['say']>;

const inside = (bytes: Uint8Array): CborValue | undefined => {
  const decoded = decodeCbor(bytes, BUNDLE_CAPS);
  return decoded.ok ? decoded.value : undefined;
};

const algorithmName: Say = (value) => (value === -8 ? 'EdDSA' : value === -7 ? 'ES256' : undefined);

const TYPE: Annotation = {
  name: 'type',
  say: (value) => Object.entries(OBJECT_TYPES).find(([, number]) => number === value)?.[0],
};

/** A time as RFC 3339 text; nothing for a number that is no year it can write. */
const instant: Say = (value) =>
  typeof value === 'number' && value >= 0 && value < 253_402_300_800
    ? formatInstant(value * 1000)
    : undefined;

const time = (name: string): Annotation => ({ name, say: instant });

const seconds: Say = (value) => (typeof value === 'number' ? `${value} s` : undefined);

/** The names of the bits of a number, or of a single byte. */
function bitNames(names: Readonly<Record<string, number>>): Say {
  return (value) => {
    const number = value instanceof Uint8Array ? value[0] : value;
    if (typeof number !== 'number') return undefined;
    const set = Object.entries(names).filter(([, bit]) => (number & bit) !== 0);
    return set.length === 0 ? 'nothing' : set.map(([name]) => name).join(', ');
  };
}

const COSE_KEY: Annotation = {
  name: 'COSE_Key',
  members: {
    1: {
      name: 'key type',
      say: (value) => (value === 1 ? 'OKP' : value === 2 ? 'EC2' : undefined),
    },
    '-1': {
      name: 'curve',
      say: (value) => (value === 6 ? 'Ed25519' : value === 1 ? 'P-256' : undefined),
    },
    '-2': { name: 'x' },
    '-3': { name: 'y' },
  },
};

const MARK: Annotation = {
  members: {
    0: { name: 'tag' },
    1: time('issued until'),
    2: { name: 'version' },
    3: time('until'),
  },
};

const OBJECT = (kind: ObjectKind): Annotation => ({ ...envelopeAnnotation(kind), inside });

/** What is known of a member by the name it has in its object, besides the name itself. */
const MEMBERS: Readonly<Record<string, () => Annotation>> = {
  iat: () => time('issued at'),
  nbf: () => time('not before'),
  exp: () => time('expires'),
  clock: () => ({
    name: 'clock set back',
    members: { 0: time('new lower bound'), 1: time('only from this lower bound on') },
  }),
  refreshAfter: () => time('refresh after'),
  id: () => ({ name: 'grant id' }),
  key: () => ({ name: 'confirmed key', members: { 1: COSE_KEY } }),
  root: () => ({ ...COSE_KEY, name: 'new root' }),
  scope: () => ({ name: 'scope', say: bitNames(OPERATION_BITS) }),
  requirements: () => ({ name: 'requirements', say: bitNames(REQUIREMENT_BITS) }),
  timePolicy: () => ({
    name: 'while time is uncertain',
    say: (value) => Object.entries(TIME_POLICIES).find(([, number]) => number === value)?.[0],
  }),
  windows: () => ({ name: 'windows, minutes after the minute of "not before"' }),
  policyVersion: () => ({ name: 'policy version' }),
  uses: () => ({ name: 'uses', members: { 0: { name: 'use id' }, 1: { name: 'count' } } }),
  roles: () => ({ name: 'may sign', say: bitNames(ROLE_BITS) }),
  lifeMax: () => ({ name: 'longest grant', say: seconds }),
  radius: () => ({ name: 'radius', say: seconds }),
  floor: () => ({ name: 'floor', members: { 0: time('issued until'), 1: { name: 'version' } } }),
  marks: () => ({ name: 'marks', each: MARK }),
  committed: () => ({
    name: 'clock as committed',
    members: { 0: time('lower bound'), 1: time('upper bound') },
  }),
  status: () => ({
    name: 'status',
    say: (value) => (typeof value === 'number' ? statusOf(value) : undefined),
  }),
  config: () => ({
    name: 'configuration',
    members: {
      1: { name: 'version' },
      2: { name: 'bolt stays open', say: seconds },
      3: { name: 'log carries tags' },
    },
  }),
  doors: () => ({ name: 'doors', each: DOOR }),
  trust: () => ({ name: 'trust updates', each: { ...trustUpdateAnnotation(), inside } }),
  chain: () => ({ name: 'certificates', each: OBJECT('certificate') }),
  time: () => OBJECT('time-token'),
  logAcks: () => ({ name: 'log acknowledgements', each: OBJECT('log-ack') }),
};

/** A door of a bundle (`objects/bundle.ts`). */
const DOOR: Annotation = {
  members: {
    1: { name: 'lock id' },
    2: { name: 'X25519 keys of the lock' },
    3: { name: 'identity key of the lock' },
    4: { name: 'advert key', isSecret: true },
    5: { name: 'label' },
    6: { name: 'grants', each: OBJECT('grant') },
    7: { ...OBJECT('policy-update'), name: 'snapshot' },
    8: { ...OBJECT('policy-update'), name: 'delta' },
    9: { name: 'admin updates', each: OBJECT('admin-update') },
  },
};

function claimsAnnotation(shape: ClaimsShape | undefined): Annotation {
  if (shape === undefined) return {};
  const hidden = { name: 'private claims', members: fieldsAnnotation(shape.hidden) };
  return { members: { ...fieldsAnnotation(shape.open), [PRIVATE_LABEL]: hidden } };
}

function fieldsAnnotation(fields: ClaimsShape['open']): Record<number, Annotation> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, { label }]) => [
      label,
      Object.hasOwn(MEMBERS, name) ? (MEMBERS[name]?.() ?? {}) : { name: words(name) },
    ]),
  );
}

/** `logHead` as `log head`. */
function words(name: string): string {
  return name.replace(/[A-Z]/gu, (letter) => ` ${letter.toLowerCase()}`);
}
