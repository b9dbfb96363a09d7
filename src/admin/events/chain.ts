/**
 * The hash chain of a log: each event is sealed to all events before it, so that changing, taking out, adding
 * or moving one is found. What an event tells, and whom it tells of, are sealed by hashes of their own, so that
 * both can be erased later without breaking the chain. docs/events.md, "The chain", writes the bytes down.
 */
import { toHex } from '../../values/hex.js';
import { parseInstant } from '../../values/instant.js';
import { textBytes } from '../../values/utf8.js';
import type { JsonObject } from '../record.js';
import { canonicalJson } from './canonical-json.js';
import {
  type EntityName,
  EVENT_OUTCOMES,
  type EventDraft,
  type EventLog,
  type PersonalPart,
  type StoredEvent,
} from './event.js';
import { eventTime } from './event-time.js';

/** SHA-256 of some bytes: 32 bytes. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array;

/** Where a chain ends, or did once: a checkpoint to keep elsewhere. */
export interface ChainHead {
  readonly log: EventLog;
  /** The number of the last event; 0 before the first. */
  readonly seq: number;
  /** Of the last event; before the first, of the log's own name. Hex. */
  readonly hash: string;
}

/** The commitment of an event that never had a personal part. */
export const NO_COMMITMENT = '0'.repeat(64);

/** Longest canonical text of a content or of a personal part: events tell what happened, they carry no files. */
export const EVENT_TEXT_MAX = 262_144;

/** Random bytes in the content and in front of the personal part: neither can be guessed from its hash. */
const SALT_BYTES = 16;

/** The head of a log in which nothing happened yet. The organisation's name is in it, and so in every hash. */
export function chainStart(organization: string, log: EventLog, sha256: Sha256): ChainHead {
  const hash = digest(sha256, 'start', canonicalJson([organization, log]));
  return { log, seq: 0, hash };
}

/**
 * The drafts as they are to be stored after `head`, numbered and linked in this order, and the new head.
 * @param host - `random` gives so many fresh random bytes.
 * @throws RangeError for a draft of another log, or larger than {@link EVENT_TEXT_MAX}.
 * @throws TypeError for a draft whose type, id or time is malformed, or that holds no JSON.
 */
export function sealEvents(
  head: ChainHead,
  drafts: readonly EventDraft[],
  host: { readonly sha256: Sha256; readonly random: (length: number) => Uint8Array },
): { readonly events: readonly StoredEvent[]; readonly head: ChainHead } {
  let last = head;
  const events = drafts.map((draft) => {
    checkDraft(draft, head.log);
    const event = sealEvent(last, draft, host.random, host.sha256);
    last = { log: head.log, seq: event.seq, hash: event.hash };
    return event;
  });
  return { events, head: last };
}

/** The hash of a content, hex. */
export function contentHashOf(content: string, sha256: Sha256): string {
  return digest(sha256, 'content', content);
}

/** The commitment to a personal part, hex. */
export function commitmentOf(salt: string, personal: string, sha256: Sha256): string {
  return digest(sha256, 'personal', `${salt}\n${personal}`);
}

/** The hash that links an event to the one before it, hex. Whatever is stored of it is in there. */
export function linkHashOf(
  before: string,
  event: Omit<StoredEvent, 'content' | 'personal' | 'salt' | 'hash'>,
  sha256: Sha256,
): string {
  const { log, seq, id, type, time, outcome, contentHash, commitment } = event;
  const parts = [before, log, seq, id, type, time, outcome, contentHash, commitment];
  return digest(sha256, 'link', canonicalJson(parts));
}

function sealEvent(
  last: ChainHead,
  draft: EventDraft,
  random: (length: number) => Uint8Array,
  sha256: Sha256,
): StoredEvent {
  const { log, id, type, outcome } = draft;
  const time = eventTime(parseInstant(draft.time));
  const content = bounded(canonicalJson(contentOf(draft, freshSalt(random))));
  const personal = personalOf(draft.personal);
  const text = personal === undefined ? null : bounded(canonicalJson(personal));
  const salt = text === null ? null : freshSalt(random);
  const contentHash = contentHashOf(content, sha256);
  const commitment =
    text === null || salt === null ? NO_COMMITMENT : commitmentOf(salt, text, sha256);
  const seq = last.seq + 1;
  const linked = { log, seq, id, type, time, outcome, contentHash, commitment };
  return { ...linked, content, personal: text, salt, hash: linkHashOf(last.hash, linked, sha256) };
}

function contentOf(draft: EventDraft, salt: string): JsonObject {
  const { object, place, reason, data } = draft;
  return {
    object: nameOf(object),
    ...(place === undefined ? {} : { place }),
    ...(reason === undefined ? {} : { reason }),
    data,
    salt,
  };
}

function personalOf(personal: PersonalPart | undefined): JsonObject | undefined {
  if (personal === undefined) return undefined;
  const { actor, subject, data } = personal;
  return {
    ...(actor === undefined ? {} : { actor: nameOf(actor) }),
    ...(subject === undefined ? {} : { subject: nameOf(subject) }),
    ...(data === undefined ? {} : { data }),
  };
}

/** Type and id alone: an entity of a request may carry properties, which are nobody's business here. */
function nameOf({ type, id }: EntityName): JsonObject {
  return { type, id };
}

function freshSalt(random: (length: number) => Uint8Array): string {
  const bytes = random(SALT_BYTES);
  if (bytes.length !== SALT_BYTES) throw new TypeError(`${SALT_BYTES} random bytes are needed`);
  return toHex(bytes);
}

function checkDraft({ log, id, type, time, outcome }: EventDraft, expected: EventLog): void {
  if (log !== expected) throw new RangeError(`an event of another log \`${log}\``);
  if (!/^[\x21-\x7e]{1,128}$/u.test(id)) throw new TypeError('an event needs a printable id');
  if (!/^[a-z0-9_]+(?:\.[a-z0-9_]+)+$/u.test(type) || type.length > 128)
    throw new TypeError(`no type of an event \`${type}\``);
  if (Number.isNaN(parseInstant(time))) throw new TypeError(`no RFC 3339 time \`${time}\``);
  if (!EVENT_OUTCOMES.includes(outcome)) throw new TypeError(`no outcome \`${outcome}\``);
}

function bounded(text: string): string {
  if (text.length > EVENT_TEXT_MAX)
    throw new RangeError(`an event of more than ${EVENT_TEXT_MAX} characters`);
  return text;
}

/** Every hash names its version and purpose first, so that no text hashed for one can stand for another. */
function digest(sha256: Sha256, purpose: string, text: string): string {
  return toHex(sha256(textBytes(`doorwright.events/1 ${purpose}\n${text}`)));
}
