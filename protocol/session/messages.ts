/** What phone and lock say to each other inside a session, after the frames are put together (offline.md §3.4). */
import type { Outcome } from '../../src/values/outcome.js';
import { CERTIFICATES_MAX, MESSAGE_BYTES_MAX } from '../limits.js';
import { bytes, integer, listOf, orNull, sizedBytes } from '../objects/forms.js';
import { type ClockInterval, intervalForm } from '../objects/receipt.js';
import { type CborValue, decodeCbor, encodeCbor } from '../wire/cbor.js';

/** What the lock tells whoever it shook hands with: the payload of M2. */
export interface LockHello {
  /** Boot u32 and session u32, 8 bytes: it appears in the proof. */
  readonly counter: Uint8Array;
  readonly policyVersion: number;
  readonly trustEpoch: number;
  readonly committed: ClockInterval;
  /** 16 bytes; a time token that names it may lower the clock during this session. */
  readonly nonce: Uint8Array;
  /** Ids of the certified keys the lock has already verified. */
  readonly knownKeys: readonly Uint8Array[];
  readonly receiptSequence: number;
}

/** What a phone says in a session. */
export type PhoneMessage =
  | { readonly kind: 'carry'; readonly object: CarriedKind; readonly bytes: Uint8Array }
  | {
      readonly kind: 'request';
      readonly grant: Uint8Array;
      /** One bit of `OPERATION_BITS`. */
      readonly operation: number;
      /** Sum of asserted `REQUIREMENT_BITS`. */
      readonly asserted: number;
      /** The detached envelope of the proof. */
      readonly proof: Uint8Array;
      /** Counts the requests of the session from 1. */
      readonly request: number;
    }
  /** Asks for sealed log records from `from` on; after a permitted `read-log` request of this session. */
  | { readonly kind: 'read-log'; readonly from: number }
  | { readonly kind: 'close' };

/** What a lock answers, one message for each of the phone's. */
export type LockMessage =
  | { readonly kind: 'carried'; readonly status: number }
  /** M4. The receipt is null where none is due. */
  | { readonly kind: 'answer'; readonly status: number; readonly receipt: Uint8Array | null }
  /** One sealed segment (Noise X), null when there is none from there on or none may be read. */
  | { readonly kind: 'segment'; readonly sealed: Uint8Array | null }
  | { readonly kind: 'closed' };

/** The objects a phone may carry to a lock, by the last digits of their types. */
export const CARRIED_KINDS = {
  certificate: 1,
  'policy-update': 3,
  'time-token': 4,
  'trust-update': 8,
  'log-ack': 9,
  'admin-update': 11,
} as const;

/** An object a phone may carry to a lock. */
export type CarriedKind = keyof typeof CARRIED_KINDS;

/** Why decrypted bytes are no message of this side. */
export type MessageCode = 'message_malformed';

/** First members of the arrays. */
const CARRY = 1;
const REQUEST = 2;
const READ_LOG = 3;
const CLOSE = 4;

const object = sizedBytes(1, MESSAGE_BYTES_MAX);
const objectOrNull = orNull(object);
const byte = integer(0, 255);
const whole = integer();
const counterForm = bytes(8);
const nonceForm = bytes(16);
const keyIds = listOf(bytes(8), CERTIFICATES_MAX);
const requestNumber = integer(1, 0xffff);
const recordNumber = integer(1, 0xffff_ffff);

/** The payload of M2. */
export function encodeHello(hello: LockHello): Uint8Array {
  const { counter, policyVersion, trustEpoch, committed, nonce, knownKeys } = hello;
  const clock = intervalForm.write(committed);
  const rest = [nonce, knownKeys, hello.receiptSequence];
  return encodeCbor([1, counter, policyVersion, trustEpoch, clock, ...rest]);
}

/** Reads the payload of M2. */
export function parseHello(payload: Uint8Array): Outcome<LockHello, MessageCode> {
  const parts = arrayIn(payload, 8);
  if (parts === undefined || parts[0] !== 1) return malformed('no M2 of version 1');
  const counter = counterForm.read(parts[1] as CborValue);
  const policyVersion = whole.read(parts[2] as CborValue);
  const trustEpoch = whole.read(parts[3] as CborValue);
  const committed = intervalForm.read(parts[4] as CborValue);
  const nonce = nonceForm.read(parts[5] as CborValue);
  const knownKeys = keyIds.read(parts[6] as CborValue);
  const receiptSequence = whole.read(parts[7] as CborValue);
  if (
    counter === undefined ||
    policyVersion === undefined ||
    trustEpoch === undefined ||
    committed === undefined ||
    nonce === undefined ||
    knownKeys === undefined ||
    receiptSequence === undefined
  ) {
    return malformed('a member of M2 is malformed');
  }
  const value = {
    counter,
    policyVersion,
    trustEpoch,
    committed,
    nonce,
    knownKeys,
    receiptSequence,
  };
  return { ok: true, value };
}

/** The plaintext of one message to the lock. */
export function encodePhoneMessage(message: PhoneMessage): Uint8Array {
  switch (message.kind) {
    case 'carry':
      return encodeCbor([CARRY, CARRIED_KINDS[message.object], message.bytes]);
    case 'request': {
      const { grant, operation, asserted, proof, request } = message;
      return encodeCbor([REQUEST, grant, operation, asserted, proof, request]);
    }
    case 'read-log':
      return encodeCbor([READ_LOG, message.from]);
    case 'close':
      return encodeCbor([CLOSE]);
  }
}

/** Reads one message of a phone. */
export function parsePhoneMessage(plain: Uint8Array): Outcome<PhoneMessage, MessageCode> {
  const parts = arrayIn(plain) ?? [];
  const read = readerOf(PHONE_READERS, parts)?.(parts);
  return read === undefined ? malformed('no message of a phone') : { ok: true, value: read };
}

/** The plaintext of one message to the phone. */
export function encodeLockMessage(message: LockMessage): Uint8Array {
  switch (message.kind) {
    case 'carried':
      return encodeCbor([CARRY, message.status]);
    case 'answer':
      return encodeCbor([REQUEST, message.status, message.receipt]);
    case 'segment':
      return encodeCbor([READ_LOG, message.sealed]);
    case 'closed':
      return encodeCbor([CLOSE]);
  }
}

/** Reads one message of a lock. */
export function parseLockMessage(plain: Uint8Array): Outcome<LockMessage, MessageCode> {
  const parts = arrayIn(plain) ?? [];
  const read = readerOf(LOCK_READERS, parts)?.(parts);
  return read === undefined ? malformed('no message of a lock') : { ok: true, value: read };
}

type Parts = readonly CborValue[];

const KINDS = Object.entries(CARRIED_KINDS) as readonly (readonly [CarriedKind, number])[];

const PHONE_READERS: Readonly<Record<number, (parts: Parts) => PhoneMessage | undefined>> = {
  [CARRY]: (parts) => {
    const kind = KINDS.find(([, number]) => number === parts[1])?.[0];
    const carried = object.read(parts[2] ?? null);
    if (parts.length !== 3 || kind === undefined || carried === undefined) return undefined;
    return { kind: 'carry', object: kind, bytes: carried };
  },
  [REQUEST]: (parts) => {
    const grant = object.read(parts[1] ?? null);
    const operation = byte.read(parts[2] ?? null);
    const asserted = byte.read(parts[3] ?? null);
    const proof = object.read(parts[4] ?? null);
    const request = requestNumber.read(parts[5] ?? null);
    const isWhole = parts.length === 6 && grant !== undefined && proof !== undefined;
    if (!isWhole || operation === undefined || asserted === undefined || request === undefined) {
      return undefined;
    }
    return { kind: 'request', grant, operation, asserted, proof, request };
  },
  [READ_LOG]: (parts) => {
    const from = recordNumber.read(parts[1] ?? null);
    return parts.length === 2 && from !== undefined ? { kind: 'read-log', from } : undefined;
  },
  [CLOSE]: (parts) => (parts.length === 1 ? { kind: 'close' } : undefined),
};

const LOCK_READERS: Readonly<Record<number, (parts: Parts) => LockMessage | undefined>> = {
  [CARRY]: (parts) => {
    const status = byte.read(parts[1] ?? null);
    return parts.length === 2 && status !== undefined ? { kind: 'carried', status } : undefined;
  },
  [REQUEST]: (parts) => {
    const status = byte.read(parts[1] ?? null);
    const receipt = parts.length === 3 ? objectOrNull.read(parts[2] as CborValue) : undefined;
    if (status === undefined || receipt === undefined) return undefined;
    return { kind: 'answer', status, receipt };
  },
  [READ_LOG]: (parts) => {
    const sealed = parts.length === 2 ? objectOrNull.read(parts[1] as CborValue) : undefined;
    return sealed === undefined ? undefined : { kind: 'segment', sealed };
  },
  [CLOSE]: (parts) => (parts.length === 1 ? { kind: 'closed' } : undefined),
};

/** A text is no kind, and must never look up what every object inherits. */
function readerOf<Reader>(
  readers: Readonly<Record<number, Reader>>,
  parts: Parts,
): Reader | undefined {
  return typeof parts[0] === 'number' ? readers[parts[0]] : undefined;
}

function arrayIn(plain: Uint8Array, length?: number): Parts | undefined {
  const decoded = decodeCbor(plain);
  if (!decoded.ok || !Array.isArray(decoded.value)) return undefined;
  const parts = decoded.value as Parts;
  return length === undefined || parts.length === length ? parts : undefined;
}

function malformed(detail: string): Outcome<never, MessageCode> {
  return { ok: false, code: 'message_malformed', detail };
}
