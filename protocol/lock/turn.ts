/**
 * One step in the making: what is stored is changed here and nowhere else, so that no state is ahead of
 * the writes that make it last.
 */
import { hkdfSha256 } from '../crypto/crypto.js';
import type { ClockInterval } from '../objects/receipt.js';
import { joinBytes, numberBytes } from '../wire/bytes.js';
import { textBytes } from '../wire/text.js';
import { intervalAt } from './clock.js';
import type { LockPolicy } from './policy-store.js';
import {
  certificatesRecord,
  journalRecord,
  policyRecord,
  selfRecord,
  usesRecord,
} from './records.js';
import type { Journal, Keeping, LockSelf, Turn } from './state.js';
import type { KnownCertificate } from './trust-store.js';
import type { UseCounter } from './use-counters.js';

/** What an owned lock keeps. @throws TypeError when nobody owns it: the caller must have looked. */
export function keepingOf(turn: Turn): Keeping {
  const { keeping } = turn.state;
  if (keeping === null) throw new TypeError('nobody owns this lock');
  return keeping;
}

/** Who the lock is. @throws TypeError when its memory is not whole: the caller must have looked. */
export function selfOf(turn: Turn): LockSelf {
  const { self } = turn.state;
  if (self === null) throw new TypeError('the memory of this lock is not whole');
  return self;
}

/** The bounds of the clock now. */
export function intervalNow(turn: Turn): ClockInterval {
  return intervalAt(turn.state.clock, turn.moment.elapsedMs);
}

/**
 * 32 bytes for one purpose. Salted with the device's secret, numbered with boot and draw: random bytes
 * that come twice give different bytes here (offline.md §3.4).
 */
export function drawBytes(turn: Turn, purpose: string, salt?: Uint8Array): Uint8Array {
  const { crypto, moment, state } = turn;
  turn.state = { ...state, draws: state.draws + 1 };
  const number = joinBytes(numberBytes(state.boots, 4), numberBytes(state.draws, 6));
  const info = joinBytes(textBytes(`DKP/1 ${purpose}`), number);
  return hkdfSha256(crypto, moment.random, salt ?? selfOf(turn).secrets.reveal().device, info, 32);
}

/** Writes who the lock is. */
export function saveSelf(turn: Turn, self: LockSelf): void {
  turn.state = { ...turn.state, self };
  writeTwice(turn, selfRecord.name, selfRecord.encode(self));
}

/** As `commit`, for a change that must not be undone by a broken copy. */
export function commitTwice(turn: Turn, changes: Partial<Journal>): void {
  commit(turn, changes);
  commit(turn);
}

/** Writes the journal with these changes, and the bounds of the clock as they are now. */
export function commit(turn: Turn, changes: Partial<Journal> = {}): void {
  const keeping = keepingOf(turn);
  const now = { committed: intervalNow(turn), logSequence: keeping.log.head };
  const journal = { ...keeping.journal, ...now, ...changes };
  turn.state = {
    ...turn.state,
    keeping: { ...keeping, journal },
    committedMs: turn.moment.elapsedMs,
  };
  write(turn, journalRecord.name, journalRecord.encode(journal));
}

/** Writes the policy. */
export function savePolicy(turn: Turn, policy: LockPolicy): void {
  turn.state = { ...turn.state, keeping: { ...keepingOf(turn), policy } };
  writeTwice(turn, policyRecord.name, policyRecord.encode(policy));
}

/** Writes the certificates. */
export function saveCertificates(turn: Turn, certificates: readonly KnownCertificate[]): void {
  turn.state = { ...turn.state, keeping: { ...keepingOf(turn), certificates } };
  const record = certificatesRecord(turn.crypto);
  write(turn, record.name, record.encode(certificates));
}

/** Writes the use counters. */
export function saveUses(turn: Turn, uses: readonly UseCounter[]): void {
  turn.state = { ...turn.state, keeping: { ...keepingOf(turn), uses } };
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
