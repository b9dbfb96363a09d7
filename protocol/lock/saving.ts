/**
 * What is stored is changed here and nowhere else, so that no state is ahead of the writes that make it
 * last.
 */
import type { LockPolicy } from './policy-store.js';
import {
  certificatesRecord,
  journalRecord,
  policyRecord,
  selfRecord,
  usesRecord,
} from './records.js';
import type { Journal, LockSelf, Turn } from './state.js';
import type { KnownCertificate } from './trust-store.js';
import { intervalNow, keepingOf } from './turn.js';
import type { UseCounter } from './use-counters.js';

/** Writes who the lock is. */
export function saveSelf(turn: Turn, self: LockSelf): void {
  turn.state.self = self;
  writeTwice(turn, selfRecord.name, selfRecord.encode(self));
}

/** As `commit`, for a change that must not be undone by a broken copy. */
export function commitTwice(turn: Turn, changes: Partial<Journal> = {}): void {
  commit(turn, changes);
  commit(turn);
}

/** Writes the journal with these changes, and the bounds of the clock as they are now. */
export function commit(turn: Turn, changes: Partial<Journal> = {}): void {
  const keeping = keepingOf(turn);
  const logSequence = keeping.log.head;
  const journal = { ...keeping.journal, committed: intervalNow(turn), logSequence, ...changes };
  turn.state.keeping = { ...keeping, journal };
  turn.state.committedMs = turn.moment.elapsedMs;
  write(turn, journalRecord.name, journalRecord.encode(journal));
}

/** Writes the policy. */
export function savePolicy(turn: Turn, policy: LockPolicy): void {
  turn.state.keeping = { ...keepingOf(turn), policy };
  writeTwice(turn, policyRecord.name, policyRecord.encode(policy));
}

/** Writes the certificates. */
export function saveCertificates(turn: Turn, certificates: readonly KnownCertificate[]): void {
  turn.state.keeping = { ...keepingOf(turn), certificates };
  const record = certificatesRecord(turn.crypto);
  write(turn, record.name, record.encode(certificates));
}

/** Writes the use counters. */
export function saveUses(turn: Turn, uses: readonly UseCounter[]): void {
  turn.state.keeping = { ...keepingOf(turn), uses };
  writeTwice(turn, usesRecord.name, usesRecord.encode(uses));
}

function write(turn: Turn, record: string, bytes: Uint8Array): void {
  turn.effects.push({ kind: 'write', record, bytes });
}

/**
 * For what must not be undone: after the second write both copies hold the new record, so that a broken
 * copy costs nothing, and no secret of the old one stays.
 */
function writeTwice(turn: Turn, record: string, bytes: Uint8Array): void {
  write(turn, record, bytes);
  write(turn, record, bytes);
}
