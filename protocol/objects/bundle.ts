/** Bundles: everything one device carries, signed by a BUNDLE key; it never crosses the radio (offline.md §3.3). */
import {
  BUNDLE_BYTES_MAX,
  BUNDLE_ITEMS_MAX,
  CBOR_DEPTH_MAX,
  MESSAGE_BYTES_MAX,
} from '../limits.js';
import type { CborMap } from '../wire/cbor.js';
import type { CborCaps } from '../wire/cbor-read.js';
import { type Claims, claimsOf, type Form, optional, required } from './claims.js';
import { bytes, constant, integer, listOf, orNull, sizedBytes, text } from './forms.js';

/** What a phone accepts as a bundle. */
export const BUNDLE_CAPS: CborCaps = {
  bytes: BUNDLE_BYTES_MAX,
  depth: CBOR_DEPTH_MAX,
  items: BUNDLE_ITEMS_MAX,
};

/** Doors in one bundle: KIWI's 500 for one transponder, doubled. */
const DOORS_MAX = 1024;
/** Grants for one door: one for each distinct set of requirements. */
const GRANTS_MAX = 32;
/** Trust updates and certificates a bundle brings. */
const CHAIN_MAX = 64;

const object = sizedBytes(1, MESSAGE_BYTES_MAX);

/** One door of a bundle. The lock's keys are pinned by the bundle's signature. */
export interface BundleDoor {
  /** 8 bytes. */
  readonly lockId: Uint8Array;
  /** The lock's X25519 keys: the present one, and the old one while it changes. */
  readonly staticKeys: readonly Uint8Array[];
  /** The lock's Ed25519 key, 32 bytes. */
  readonly identityKey: Uint8Array;
  /** 32 bytes, shared by everybody who may open this door: it recognises the advert. */
  readonly advertKey: Uint8Array;
  /** The door's name for people. */
  readonly label: string;
  /** Grants as signed, the first that the phone can satisfy is offered. */
  readonly grants: readonly Uint8Array[];
  /** The newest policy snapshot as signed; null when the lock has none yet. */
  readonly snapshot: Uint8Array | null;
  /** A delta from what the lock last proved to hold; null when it is current or unknown. */
  readonly delta: Uint8Array | null;
  /** Admin updates that the lock has not proved to hold. */
  readonly admin: readonly Uint8Array[];
}

/** A door's members, label by label; all of them always there. */
const DOOR = {
  lockId: required(1, bytes(8)),
  staticKeys: required(2, listOf(bytes(32), 2, 1)),
  identityKey: required(3, bytes(32)),
  advertKey: required(4, bytes(32)),
  label: required(5, text(256)),
  grants: required(6, listOf(object, GRANTS_MAX)),
  snapshot: required(7, orNull(object)),
  delta: required(8, orNull(object)),
  admin: required(9, listOf(object, 8)),
} as const;

const DOOR_MEMBERS = Object.entries(DOOR);

const doorForm: Form<BundleDoor> = {
  read: (value) => {
    if (!(value instanceof Map) || value.size !== DOOR_MEMBERS.length) return undefined;
    const door: Record<string, unknown> = {};
    for (const [name, { label, form }] of DOOR_MEMBERS) {
      const member = (value as CborMap).get(label);
      const read = member === undefined ? undefined : form.read(member);
      if (read === undefined) return undefined;
      door[name] = read;
    }
    return door as unknown as BundleDoor;
  },
  write: (door) =>
    new Map(
      DOOR_MEMBERS.map(([name, { label, form }]) => [
        label,
        (form as Form<unknown>).write(door[name as keyof BundleDoor]),
      ]),
    ),
};

const FIELDS = [
  { iat: required(6, integer()) },
  {
    version: required(1, constant(1)),
    sequence: required(80, integer(1)),
    /** The key id of the device that this bundle is for. */
    deviceKeyId: required(81, bytes(8)),
    /** When the device should ask for the next bundle, Unix seconds. */
    refreshAfter: required(82, integer()),
    doors: required(83, listOf(doorForm, DOORS_MAX)),
    /** Trust updates, oldest first, as signed. */
    trust: required(84, listOf(object, CHAIN_MAX)),
    /** Certificates as signed. */
    chain: required(85, listOf(object, CHAIN_MAX)),
    /** A time token without nonce. */
    time: optional(86, object),
    /** Log acknowledgements for locks of this bundle. */
    logAcks: required(87, listOf(object, DOORS_MAX)),
  },
] as const;

/** A bundle's claims. */
export interface Bundle extends Claims<(typeof FIELDS)[0]>, Claims<(typeof FIELDS)[1]> {}

/** Reads (with `BUNDLE_CAPS`) and writes the payload of a bundle. */
export const bundleClaims = claimsOf(...FIELDS);
