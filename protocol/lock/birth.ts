/** Secrets are born on the lock and end there: at its first power-up, at its reset, and at a change of key. */

import { endAdverts } from './adverts.js';
import { clockAfterBoot } from './clock.js';
import { LOG_PAGES } from './log.js';
import { appendLog, hasLogRoom, NOBODY } from './log-keeping.js';
import { dropConnection } from './outgoing.js';
import { bootsRecord, journalRecord, pageName, policyRecord, usesRecord } from './records.js';
import { saveSelf } from './saving.js';
import { Secret } from './secret.js';
import type { LockSelf, Turn } from './state.js';
import { drawBytes, keepingOf, selfOf } from './turn.js';

/** The largest count of power-ups: at it a lock must not run, since its counters would repeat. */
export const BOOTS_MAX = 0xffff_ffff;

/** Every record that only an owned lock has. */
export const OWNED_RECORDS: readonly string[] = [
  journalRecord.name,
  policyRecord.name,
  'certificates',
  usesRecord.name,
  ...Array.from({ length: LOG_PAGES }, (_, page) => pageName(page)),
];

/** A lock that belongs to nobody, with secrets nobody had before. */
export function newborn(turn: Turn): LockSelf {
  // No device secret yet: the label's secret keeps two locks apart whose random bytes are the same.
  const salt = turn.state.setup.secrets.reveal().setupSecret;
  return {
    secrets: new Secret({
      device: drawBytes(turn, 'device', salt),
      static: drawBytes(turn, 'static', salt),
      identity: drawBytes(turn, 'identity', salt),
      formerStatic: null,
    }),
    rekeying: null,
    owner: null,
  };
}

/**
 * The physical reset. The new `self` ends the ownership in one write and replaces both copies of the old
 * secrets; what else there was is erased after it.
 */
export function takeReset(turn: Turn): void {
  if (turn.state.boots >= BOOTS_MAX) return;
  for (const { id } of turn.state.connections) dropConnection(turn, id);
  const self = newborn(turn);
  saveSelf(turn, self);
  if (turn.state.boots === 0) {
    turn.state.boots = 1;
    const bytes = bootsRecord.encode(1);
    turn.effects.push({ kind: 'write', record: bootsRecord.name, bytes });
  }
  for (const record of OWNED_RECORDS) turn.effects.push({ kind: 'erase', record });
  const clock = clockAfterBoot(0, turn.moment.elapsedMs, turn.state.setup.driftPpm);
  turn.state.keeping = null;
  turn.state.clock = clock;
  turn.state.orders = [];
  endAdverts(turn);
}

/** Makes a new X25519 key. One change at a time: the former key serves until the server's ack and 30 days. */
export function takeRekey(turn: Turn): void {
  const { self } = turn.state;
  if (self === null || self.owner === null || self.rekeying !== null) return;
  if (!hasLogRoom(turn, 1)) return;
  appendLog(turn, { tag: NOBODY, operation: 0, result: 'rekeyed' });
  const secrets = selfOf(turn).secrets.reveal();
  const next = { ...secrets, static: drawBytes(turn, 'static'), formerStatic: secrets.static };
  const rekeying = { logSequence: keepingOf(turn).log.head, until: null };
  saveSelf(turn, { ...self, secrets: new Secret(next), rekeying });
}

/** Forgets the former key once its time is over, in both copies. */
export function expireFormerKey(turn: Turn): void {
  const { self, keeping } = turn.state;
  const until = self?.rekeying?.until ?? null;
  if (self === null || keeping === null || until === null) return;
  if (keeping.journal.committed.lo < until) return;
  const secrets = { ...self.secrets.reveal(), formerStatic: null };
  saveSelf(turn, { ...self, secrets: new Secret(secrets), rekeying: null });
}
