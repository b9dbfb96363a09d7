/** Everything a lock knows, as plain data that never changes: each event makes a new state. */
import type { Crypto } from '../crypto/crypto.js';
import type { LockConfig } from '../objects/admin-update.js';
import type { Operation } from '../objects/grant.js';
import type { ClockInterval } from '../objects/receipt.js';
import type { Trust } from '../objects/trust-update.js';
import type { Reassembly } from '../session/frames.js';
import type { NoiseTransport } from '../session/noise-cipher.js';
import type { Status } from '../status.js';
import type { Clock } from './clock.js';
import type { LockEffect, Moment } from './event.js';
import type { LockLog } from './log.js';
import type { LockPolicy } from './policy-store.js';
import type { Secret } from './secret.js';
import type { KnownCertificate } from './trust-store.js';
import type { UseCounter } from './use-counters.js';

/** What a lock is built with; nothing of it is stored in its records. */
export interface LockSetup {
  /** 8 bytes. */
  readonly lockId: Uint8Array;
  /** X25519 secret of the label, 32 bytes: it serves commissioning alone. */
  readonly setupSecret: Uint8Array;
  /** 32 bytes from the label's secret (`labelPsk`). */
  readonly setupPsk: Uint8Array;
  /** At most 32 characters. */
  readonly firmware: string;
  /** How far the oscillator may be off, in parts per million; 100 when left out. */
  readonly driftPpm?: number;
  /** Three bytes: INFO, the end of the advert, part of the prologue. */
  readonly capabilities: Uint8Array;
}

/** The setup inside a state, its secrets out of sight. */
export interface FixedSetup extends Omit<LockSetup, 'setupSecret' | 'setupPsk' | 'driftPpm'> {
  readonly secrets: Secret<Pick<LockSetup, 'setupSecret' | 'setupPsk'>>;
  readonly driftPpm: number;
  readonly acceptsEs256: boolean;
}

/** Secrets that were born on the lock, 32 bytes each. */
export interface LockSecrets {
  /** Salts everything random, so that repeated random bytes repeat no key. */
  readonly device: Uint8Array;
  readonly static: Uint8Array;
  /** Ed25519 seed of the receipts. */
  readonly identity: Uint8Array;
  /** The X25519 secret before the present one, while phones may still have it pinned. */
  readonly formerStatic: Uint8Array | null;
}

/** A change of the X25519 key that is not over. */
export interface Rekeying {
  /** The log record of the change: a log ack from there on says that the server has the new key. */
  readonly logSequence: number;
  /** When the former key is forgotten, Unix seconds; null until the server's ack. */
  readonly until: number | null;
}

/** Whose the lock is. */
export interface Owner {
  readonly trust: Trust;
  readonly siteId: Uint8Array;
  readonly readerId: Uint8Array;
  /** The server's X25519 key. */
  readonly logKey: Uint8Array;
  readonly advertKey: Secret<Uint8Array>;
}

/** The record `self`: who the lock is and whose. */
export interface LockSelf {
  readonly secrets: Secret<LockSecrets>;
  readonly rekeying: Rekeying | null;
  readonly owner: Owner | null;
}

/** The record `journal`: what changes with every answer. */
export interface Journal {
  /** The bounds of the clock as last committed. */
  readonly committed: ClockInterval;
  readonly receiptSequence: number;
  readonly adminSequence: number;
  readonly config: LockConfig;
  /** The newest log record when this was written: a log that ends before it has lost something. */
  readonly logSequence: number;
  /** Up to here the server has the log. */
  readonly logReleased: number;
  /** What the server must be told, until it acknowledges the log record that says so. */
  readonly alarm: Alarm | null;
}

/** Something that must not happen did. */
export interface Alarm {
  readonly status: Extract<Status, 'clock_alarm' | 'fork'>;
  readonly logSequence: number;
}

/** What an owned lock keeps beside `self`, one record each. */
export interface Keeping {
  readonly journal: Journal;
  readonly policy: LockPolicy;
  readonly certificates: readonly KnownCertificate[];
  readonly uses: readonly UseCounter[];
  readonly log: LockLog;
}

/** One phone's connection. */
export interface Connection {
  readonly id: number;
  readonly mtu: number;
  readonly frames: Reassembly;
  /** Elapsed milliseconds at which something is due: M1, the first request, the end of the session. */
  readonly dueMs: number;
  /** When the next frame of a message is due; null between messages. */
  readonly frameDueMs: number | null;
  readonly session: Session | null;
  readonly near: boolean;
}

/** What is known after the handshake. */
export interface Session {
  readonly kind: 'door' | 'setup';
  readonly transport: Secret<NoiseTransport>;
  readonly counter: Uint8Array;
  readonly handshakeHash: Uint8Array;
  readonly nonce: Uint8Array;
  readonly startedMs: number;
  /** Messages of the phone so far. */
  readonly messages: number;
  /** Requests of the phone so far. */
  readonly requests: number;
  /** How far stamps of this session may raise the lower bound. */
  readonly raiseCeiling: number;
  /** A carry changed the lock's state, and no receipt has said so yet. */
  readonly hasChanged: boolean;
  readonly hasTimeToken: boolean;
  readonly mayReadLog: boolean;
  /** Certificates of ADMIN keys brought here that are over by this clock: they serve to set it back, if it is wrong. */
  readonly overAdmin: readonly KnownCertificate[];
}

/** A bolt that was told to move and has not answered. */
export interface BoltOrder {
  readonly order: number;
  readonly connection: number;
  /** The session's counter: a later session of the same connection number gets no answer. */
  readonly counter: Uint8Array;
  readonly operation: Exclude<Operation, 'read-log'>;
  readonly tag: Uint8Array;
  readonly grantHash: Uint8Array;
  readonly dueMs: number;
}

/** One time of advertising. */
export interface Advertising {
  readonly salt: Uint8Array;
  readonly untilMs: number;
}

/**
 * A lock between two events, to be handed to the next step and not read: what is in it changes with any version. What
 * lasts is in the records that the effects write.
 */
export interface LockState {
  readonly setup: FixedSetup;
  readonly elapsedMs: number;
  /** Power-ups of this lock, counted before anything else; 0 when its memory does not say. */
  readonly boots: number;
  /** Sessions of this boot. */
  readonly sessions: number;
  /** Draws of random bytes of this boot. */
  readonly draws: number;
  /** Null: the memory is not whole, so the lock does nothing but wait for its reset. */
  readonly self: LockSelf | null;
  /** Null in a lock without an owner. */
  readonly keeping: Keeping | null;
  readonly clock: Clock;
  /** When the journal was written last, elapsed milliseconds. */
  readonly committedMs: number;
  readonly connections: readonly Connection[];
  readonly orders: readonly BoltOrder[];
  readonly ordersGiven: number;
  /** The present time of advertising, and the one before while it lasts. */
  readonly advertising: readonly Advertising[];
  /** Handshakes that may still be made. */
  readonly tokens: number;
  /** Codes of M1 that were taken while these adverts lasted. */
  readonly codesTaken: readonly Uint8Array[];
  /** Until when the lock may be commissioned; 0 when it may not. */
  readonly setupUntilMs: number;
  /** The wake that the host was told last; null for none. */
  readonly wakeMs: number | null;
}

/** A state that one step is making: nobody else has it yet. */
type StateInTheMaking = { -readonly [K in keyof LockState]: LockState[K] };

/**
 * One step while it is made: the state so far and what is to be done. The state is the step's own copy, and only its
 * members are replaced, never what is inside them: that is shared with the state before.
 */
export interface Turn {
  readonly crypto: Crypto;
  readonly moment: Moment;
  readonly state: StateInTheMaking;
  readonly effects: LockEffect[];
}
