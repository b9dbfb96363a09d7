/** What a site remembers of what happened: access events, audit events and notices, each in a log of its own. */
import type { Entity } from '../../engine/request.js';
import type { JsonObject } from '../record.js';

/**
 * `access`: what happened at doors. `audit`: who changed what. `notice`: what people are to be told, read by
 * whatever sends mail. Each log of an organisation is one hash chain.
 */
export const EVENT_LOGS = ['access', 'audit', 'notice'] as const;

/** The name of a log. */
export type EventLog = (typeof EVENT_LOGS)[number];

/** An entity by type and id. */
export type EntityName = Pick<Entity, 'type' | 'id'>;

/**
 * What may become of something. `permitted`, `refused`: a rule said so. `done`: it happened, nobody asked.
 * `failed`: it was allowed and did not work.
 */
export const EVENT_OUTCOMES = ['permitted', 'refused', 'done', 'failed'] as const;

/** What became of it. */
export type EventOutcome = (typeof EVENT_OUTCOMES)[number];

/** An event before it is written: the store numbers it and links it into the chain of its log. */
export interface EventDraft {
  readonly log: EventLog;
  /** Unique: a UUID. The CloudEvents `id`, and the idempotency key of webhooks. */
  readonly id: string;
  /** Reverse-DNS-like, past tense: `doorwright.door.opened`, `doorwright.policy.changed`. */
  readonly type: string;
  /** RFC 3339. Stored in UTC with milliseconds, so that the order of texts is the order of times. */
  readonly time: string;
  /** What it is about: a door, an assignment, a place. */
  readonly object: EntityName;
  /** The place it belongs to, where there is one. */
  readonly place?: string;
  readonly outcome: EventOutcome;
  /** A reason code, where one decided. */
  readonly reason?: string;
  /** The rest that names nobody: decision, revision, counts. */
  readonly data: JsonObject;
  /**
   * All that tells of a person, kept apart so that it can be erased while the chain still verifies. Absent
   * when the log mode forbids it.
   */
  readonly personal?: PersonalPart;
}

/** What of an event tells of a person. */
export interface PersonalPart {
  /** Who did it: a user, link, API key, or `{ type: 'system' }`. */
  readonly actor?: EntityName;
  /** Whom it concerns: the person at the door, the holder of the right. */
  readonly subject?: EntityName;
  readonly data?: JsonObject;
}

/** An event as it stands in its log. */
export interface StoredEvent {
  readonly log: EventLog;
  /** 1, 2, 3, … without a gap within the log of one organisation. */
  readonly seq: number;
  readonly id: string;
  readonly type: string;
  readonly time: string;
  readonly outcome: EventOutcome;
  /**
   * Canonical JSON of `object`, `place`, `reason`, `data` and a random `salt`, exactly as hashed; null after its
   * retention. The salt goes with it: nobody can then find the content by trying.
   */
  readonly content: string | null;
  /** Canonical JSON of the personal part, exactly as hashed; null when there was none or it was erased. */
  readonly personal: string | null;
  /** 16 random bytes in hex, hashed with the personal part; null with it. */
  readonly salt: string | null;
  /** SHA-256 of the content, hex: stays when the content goes. */
  readonly contentHash: string;
  /** SHA-256 of salt and personal part, hex: stays when they go. All zeros when there never was one. */
  readonly commitment: string;
  /** SHA-256 over the hash before it and all of the above, hex. */
  readonly hash: string;
}

/** Which events of one log. All members given must match. */
export interface EventFilter {
  readonly types?: readonly string[];
  readonly object?: EntityName;
  readonly subject?: EntityName;
  readonly actor?: EntityName;
  readonly place?: string;
  readonly outcome?: EventOutcome;
  readonly reason?: string;
  /** RFC 3339, half-open as all spans. */
  readonly from?: string;
  readonly until?: string;
}

/** One page of a log. */
export interface EventQuery {
  readonly filter?: EventFilter;
  /** By `seq`. Default `newest`. */
  readonly order?: 'newest' | 'oldest';
  /** Only events beyond this number, in the direction of `order`. */
  readonly after?: number;
  /** 1 to 10 000; default 100. */
  readonly limit?: number;
}
