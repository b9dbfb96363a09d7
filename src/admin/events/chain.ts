/**
 * The hash chain of a log: each event is sealed to all events before it, so that changing, taking out, adding
 * or moving one is found. What an event tells, and whom it tells of, are sealed by hashes of their own, so that
 * both can be erased later without breaking the chain. docs/events.md, "The chain", writes the bytes down.
 */
import { toHex } from '../../values/hex.js';
import { parseInstant } from '../../values/instant.js';
import { textBytes } from '../../values/utf8.js';
import type { Json, JsonObject } from '../record.js';
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

/** What sealing needs of its host. */
export interface SealHost {
  readonly sha256: Sha256;
  /** So many fresh random bytes. */
  readonly random: (length: number) => Uint8Array;
  /** SHA-256 of the UTF-8 of a text, hex: for hosts that have it faster than by way of bytes. */
  readonly sha256Text?: TextHash;
}

/** SHA-256 of the UTF-8 of a text, hex. */
export type TextHash = (text: string) => string;

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
  const hash = digest(textHash(sha256), 'start', canonicalJson([organization, log]));
  return { log, seq: 0, hash };
}

/**
 * The drafts as they are to be stored after `head`, numbered and linked in this order, and the new head.
 * @throws RangeError for a draft of another log, or larger than 262 144 characters.
 * @throws TypeError for a draft whose type, id or time is malformed, or that holds no JSON.
 */
export function sealEvents(
  head: ChainHead,
  drafts: readonly EventDraft[],
  host: SealHost,
): { readonly events: readonly StoredEvent[]; readonly head: ChainHead } {
  let last = head;
  const hash = host.sha256Text ?? textHash(host.sha256);
  const events = drafts.map((draft) => {
    checkDraft(draft, head.log);
    const event = sealEvent(last, draft, host.random, hash);
    last = { log: head.log, seq: event.seq, hash: event.hash };
    return event;
  });
  return { events, head: last };
}

/** The hash of a content, hex. */
export function contentHashOf(content: string, sha256: Sha256): string {
  return contentHash(content, textHash(sha256));
}

/** The commitment to a personal part, hex. */
export function commitmentOf(salt: string, personal: string, sha256: Sha256): string {
  return commitment(salt, personal, textHash(sha256));
}

/** The hash that links an event to the one before it, hex. Whatever is stored of it is in there. */
export function linkHashOf(before: string, event: Linked, sha256: Sha256): string {
  return linkHash(before, event, textHash(sha256));
}

/** What a link seals. */
type Linked = Omit<StoredEvent, 'content' | 'personal' | 'salt' | 'hash'>;

function sealEvent(
  last: ChainHead,
  draft: EventDraft,
  random: (length: number) => Uint8Array,
  hash: TextHash,
): StoredEvent {
  const { log, id, type, outcome } = draft;
  const content = bounded(canonicalJson(contentOf(draft, freshSalt(random))));
  const personalPart = personalOf(draft.personal);
  const personal = personalPart === undefined ? null : bounded(canonicalJson(personalPart));
  const salt = personal === null ? null : freshSalt(random);
  const linked = {
    log,
    seq: last.seq + 1,
    id,
    type,
    time: storedTime(draft.time),
    outcome,
    contentHash: contentHash(content, hash),
    commitment:
      personal === null || salt === null ? NO_COMMITMENT : commitment(salt, personal, hash),
  };
  return {
    log,
    seq: linked.seq,
    id,
    type,
    time: linked.time,
    outcome,
    content,
    personal,
    salt,
    contentHash: linked.contentHash,
    commitment: linked.commitment,
    hash: linkHash(last.hash, linked, hash),
  };
}

function storedTime(time: string): string {
  const isStoredForm = time.length === 24 && time[10] === 'T' && time[23] === 'Z';
  return isStoredForm ? time : eventTime(parseInstant(time));
}

function contentHash(content: string, hash: TextHash): string {
  return digest(hash, 'content', content);
}

function commitment(salt: string, personal: string, hash: TextHash): string {
  return digest(hash, 'personal', `${salt}\n${personal}`);
}

function linkHash(before: string, event: Linked, hash: TextHash): string {
  const { log, seq, id, type, time, outcome } = event;
  const parts = [before, log, seq, id, type, time, outcome, event.contentHash, event.commitment];
  // A list of texts and one number is canonical as it is.
  return digest(hash, 'link', JSON.stringify(parts));
}

/** Members stand in canonical order, so that none has to be sorted: as many events are sealed as doors are used. */
function contentOf(draft: EventDraft, salt: string): JsonObject {
  const content: Record<string, Json> = { data: draft.data, object: nameOf(draft.object) };
  if (draft.place !== undefined) content['place'] = draft.place;
  if (draft.reason !== undefined) content['reason'] = draft.reason;
  content['salt'] = salt;
  return content;
}

function personalOf(personal: PersonalPart | undefined): JsonObject | undefined {
  if (personal === undefined) return undefined;
  const part: Record<string, Json> = {};
  if (personal.actor !== undefined) part['actor'] = nameOf(personal.actor);
  if (personal.data !== undefined) part['data'] = personal.data;
  if (personal.subject !== undefined) part['subject'] = nameOf(personal.subject);
  return part;
}

/** Type and id alone: an entity of a request may carry properties, which are nobody's business here. */
function nameOf({ type, id }: EntityName): JsonObject {
  return { id, type };
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
function digest(hash: TextHash, purpose: string, text: string): string {
  return hash(`doorwright.events/1 ${purpose}\n${text}`);
}

function textHash(sha256: Sha256): TextHash {
  return (text) => toHex(sha256(textBytes(text)));
}
