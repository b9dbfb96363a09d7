/** Power-up: the boot is counted before anything else, then memory is believed whole or not at all. */
import type { Crypto } from '../crypto/crypto.js';
import { LOG_RECORD_BYTES } from '../objects/log-record.js';
import { CAPABILITY_BITS, parseCapabilities } from '../session/advert.js';
import { copyBytes } from '../wire/bytes.js';
import { BOOTS_MAX, newborn, OWNED_RECORDS } from './birth.js';
import { clockAfterBoot } from './clock.js';
import { LOG_PAGES, logOf, PAGE_RECORDS, recordOf } from './log.js';
import type { RecordForm } from './record-form.js';
import {
  bootsRecord,
  certificatesRecord,
  journalRecord,
  pageName,
  policyRecord,
  selfRecord,
  usesRecord,
} from './records.js';
import { saveSelf } from './saving.js';
import { Secret } from './secret.js';
import type { FixedSetup, Keeping, LockSetup, LockState, Turn } from './state.js';

/** Records as the host found them: absent ones are missing, broken ones are empty (`CORRUPT_RECORD`). */
export type StoredRecords = ReadonlyMap<string, Uint8Array>;

/** A lock before it has read anything. @throws TypeError or RangeError for a setup that no lock can have. */
export function blankLock(setup: LockSetup, elapsedMs: number): LockState {
  const fixed = fixedSetup(setup);
  return {
    setup: fixed,
    elapsedMs,
    boots: 0,
    sessions: 0,
    draws: 0,
    self: null,
    keeping: null,
    clock: clockAfterBoot(0, elapsedMs, fixed.driftPpm),
    committedMs: elapsedMs,
    connections: [],
    orders: [],
    ordersGiven: 0,
    advertising: [],
    tokens: 0,
    codesTaken: [],
    setupUntilMs: 0,
    wakeMs: null,
  };
}

/** Reads all records into the state, or leaves it without a self: then the lock opens for nobody. */
export function readMemory(turn: Turn, records: StoredRecords): void {
  if (!countBoot(turn, records)) return;
  const stored = records.get(selfRecord.name);
  if (stored === undefined) {
    // Only a lock that never got further than its first count may lack a self.
    const isNew = OWNED_RECORDS.every((name) => !records.has(name));
    if (isNew) saveSelf(turn, newborn(turn));
    return;
  }
  const self = selfRecord.decode(stored);
  if (self === undefined) return;
  if (self.owner === null) {
    turn.state.self = self;
    // What a reset or a broken commissioning left behind.
    for (const record of OWNED_RECORDS) {
      if (records.has(record)) turn.effects.push({ kind: 'erase', record });
    }
    return;
  }
  const keeping = readKeeping(records, turn.crypto);
  if (keeping === undefined) return;
  const { setup, elapsedMs } = turn.state;
  const clock = clockAfterBoot(committedLo(keeping), elapsedMs, setup.driftPpm);
  turn.state.self = self;
  turn.state.keeping = keeping;
  turn.state.clock = clock;
}

/** Counts this power-up durably; false when the count is broken or at its end. */
function countBoot(turn: Turn, records: StoredRecords): boolean {
  const stored = records.get(bootsRecord.name);
  const before = stored === undefined ? 0 : bootsRecord.decode(stored);
  if (before === undefined) return false;
  const isLost = stored === undefined && records.size > 0;
  if (isLost) return false;
  turn.state.boots = Math.min(before + 1, BOOTS_MAX);
  if (before >= BOOTS_MAX - 1) return false;
  const bytes = bootsRecord.encode(before + 1);
  turn.effects.push({ kind: 'write', record: bootsRecord.name, bytes });
  return true;
}

function readKeeping(records: StoredRecords, crypto: Crypto): Keeping | undefined {
  const journal = read(records, journalRecord);
  const policy = read(records, policyRecord);
  const certificates = read(records, certificatesRecord(crypto));
  const uses = read(records, usesRecord);
  const pages = readPages(records);
  if (journal === undefined || policy === undefined || pages === undefined) return undefined;
  if (certificates === undefined || uses === undefined) return undefined;
  const log = logOf(pages, journal.logSequence, journal.logReleased, crypto);
  return log && { journal, policy, certificates, uses, log };
}

function read<T>(records: StoredRecords, form: RecordForm<T>): T | undefined {
  const stored = records.get(form.name);
  return stored && form.decode(stored);
}

/** A page that was never written is empty; whether that can be is for the log's sequence to say. */
function readPages(records: StoredRecords): Uint8Array[] | undefined {
  const size = PAGE_RECORDS * LOG_RECORD_BYTES;
  const pages = Array.from(
    { length: LOG_PAGES },
    (_, page) => records.get(pageName(page)) ?? new Uint8Array(size),
  );
  return pages.every(({ length }) => length === size)
    ? pages.map((page) => copyBytes(page))
    : undefined;
}

/** A log record commits the clock too, unless an older journal follows it: the clock may have been set back. */
function committedLo({ journal, log }: Keeping): number {
  const newest = log.head > journal.logSequence ? recordOf(log, log.head) : undefined;
  return Math.max(journal.committed.lo, newest?.lo ?? 0);
}

function fixedSetup(setup: LockSetup): FixedSetup {
  const { lockId, setupSecret, setupPsk, firmware, capabilities, driftPpm = 100 } = setup;
  if (lockId.length !== 8) throw new TypeError('a lock id has 8 bytes');
  if (setupSecret.length !== 32 || setupPsk.length !== 32) {
    throw new TypeError('a setup secret and a setup psk have 32 bytes');
  }
  if (firmware.length > 32) throw new RangeError('a firmware name has at most 32 characters');
  if (!Number.isInteger(driftPpm) || driftPpm < 0 || driftPpm > 100_000) {
    throw new RangeError(`a drift is 0 to 100000 parts per million, not \`${driftPpm}\``);
  }
  const parsed = parseCapabilities(capabilities);
  if (parsed === undefined) throw new TypeError('capabilities without a session of version 1');
  return {
    lockId: copyBytes(lockId),
    firmware,
    capabilities: copyBytes(capabilities),
    driftPpm,
    acceptsEs256: (parsed.bits & CAPABILITY_BITS.es256) !== 0,
    secrets: new Secret({ setupSecret: copyBytes(setupSecret), setupPsk: copyBytes(setupPsk) }),
  };
}
