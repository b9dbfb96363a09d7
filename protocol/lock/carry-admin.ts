/** Admin updates and log acknowledgements: configuration, the clock set back, and the log released. */
import { GRANT_LIFE_MAX, POLICY_JUMP_MAX, STAMP_MARGIN } from '../limits.js';
import { type LogAck, logAckClaims } from '../objects/acknowledgements.js';
import {
  type AdminUpdate,
  adminUpdateClaims,
  type ClockReset,
  type LockConfig,
} from '../objects/admin-update.js';
import type { Status } from '../status.js';
import { sameBytes } from '../wire/bytes.js';
import { openCarried, trustFacts } from './carry-open.js';
import { INSTANT_MAX, resetClock } from './clock.js';
import { recordOf } from './log.js';
import { keepSession } from './outgoing.js';
import { commit, commitTwice, saveSelf } from './saving.js';
import { raiseCeiling, raisedBy, takeRaised } from './stamps.js';
import type { Journal, Session, Turn } from './state.js';
import {
  ANY_TIME,
  isCertificateGood,
  type KnownCertificate,
  type TrustFacts,
} from './trust-store.js';
import { intervalNow, keepingOf, selfOf } from './turn.js';

/** Applies an admin update: sequence, configuration and clock in one write, or nothing. */
export function takeAdminUpdate(
  turn: Turn,
  id: number,
  session: Session,
  bytes: Uint8Array,
): Status {
  const facts = trustFacts(turn);
  const certificates = [...facts.certificates, ...session.overAdmin];
  const anyTime = { ...facts, certificates, interval: ANY_TIME };
  const opened = openCarried(
    turn,
    bytes,
    'admin-update',
    'admin',
    adminUpdateClaims.parse,
    anyTime,
  );
  if (opened.kind === 'refused') return opened.status;
  const update: AdminUpdate = opened.claims;
  const isGood = opened.certificates.some((known) => isCertificateGood(known, facts));
  if (!isGood && !mayResetWhenOver(update, opened.certificates, facts)) return 'carry_untrusted';
  const status = judgeAdminUpdate(turn, update, isGood);
  if (status !== undefined) return status;
  const config = update.config ?? keepingOf(turn).journal.config;
  if (update.clock === undefined) {
    takeRaised(turn, raisedBy(turn, session, update.iat));
  } else {
    const { lo } = update.clock;
    const clock = resetClock(turn.state.clock, turn.moment.elapsedMs, lo);
    turn.state.clock = clock;
    keepSession(turn, id, { raiseCeiling: raiseCeiling(lo) });
  }
  commitTwice(turn, { adminSequence: update.sequence, ...configured(turn, config) });
  return 'applied';
}

/**
 * The configuration, and what follows from a log that begins to name devices: the records so far name nobody, so
 * nobody need have read them, and a log full of them keeps nobody out.
 */
function configured(turn: Turn, config: LockConfig): Partial<Journal> {
  const { journal, log } = keepingOf(turn);
  const begins = config.personalLog && !journal.config.personalLog;
  return begins ? { config, logReleased: log.head } : { config };
}

/** Applies the server's word that it has the log up to a record. */
export function takeLogAck(turn: Turn, bytes: Uint8Array): Status {
  const opened = openCarried(turn, bytes, 'log-ack', 'policy', logAckClaims.parse);
  if (opened.kind === 'refused') return opened.status;
  const ack: LogAck = opened.claims;
  if (!sameBytes(ack.lockId, turn.state.setup.lockId)) return 'carry_wrong_lock';
  const { journal, log } = keepingOf(turn);
  // What was released without being read may still hold an alarm or a new key for the server to see.
  if (ack.sequence <= journal.logReleased && !isAwaited(turn, ack.sequence)) return 'already_known';
  if (ack.sequence > log.head) return 'stamp_invalid';
  // An ack from before its record was written is about another life of this lock.
  const written = recordOf(log, ack.sequence)?.lo ?? 0;
  if (ack.iat + STAMP_MARGIN < written) return 'stamp_invalid';
  setKeyDeadline(turn, ack.sequence);
  const isRead = journal.alarm !== null && journal.alarm.logSequence <= ack.sequence;
  const logReleased = Math.max(ack.sequence, journal.logReleased);
  commit(turn, { logReleased, alarm: isRead ? null : journal.alarm });
  return 'applied';
}

function isAwaited(turn: Turn, sequence: number): boolean {
  const { alarm } = keepingOf(turn).journal;
  const { rekeying } = selfOf(turn);
  const isAlarm = alarm !== null && alarm.logSequence <= sequence;
  return isAlarm || (rekeying?.until === null && rekeying.logSequence <= sequence);
}

/** The server has read of the new X25519 key: the former one serves 30 days more, so that all phones hear of it. */
function setKeyDeadline(turn: Turn, acknowledged: number): void {
  const self = selfOf(turn);
  const { rekeying } = self;
  if (rekeying === null || rekeying.until !== null || rekeying.logSequence > acknowledged) return;
  const until = intervalNow(turn).lo + GRANT_LIFE_MAX;
  saveSelf(turn, { ...self, rekeying: { ...rekeying, until } });
}

/**
 * Whether the signer's certificate lived when a reset was stamped, although this clock calls it over. A clock
 * that ran ahead further than certificates live is wrong about every ADMIN key, also about the one that
 * would set it back. Root, epoch, site and block list were asked as ever, and who has a key whose certificate
 * truly ended gains no opening that was withdrawn: a bound by a nonce keeps the clock where it is, `from` and the
 * sequence refuse what was kept back, and the newest update of the policy must be the floor of this
 * reset, so that no mark and no end of a right came after it (`judgeAdminUpdate`).
 */
function mayResetWhenOver(
  { clock, iat }: AdminUpdate,
  certificates: readonly KnownCertificate[],
  { interval }: TrustFacts,
): boolean {
  if (clock === undefined || interval.hi !== null) return false;
  return certificates.some(({ nbf, exp }) => nbf <= iat && iat < exp);
}

function judgeAdminUpdate(turn: Turn, update: AdminUpdate, isGood: boolean): Status | undefined {
  if (!sameBytes(update.lockId, turn.state.setup.lockId)) return 'carry_wrong_lock';
  const { journal, policy } = keepingOf(turn);
  if (update.sequence <= journal.adminSequence) return 'already_known';
  if (update.sequence > journal.adminSequence + POLICY_JUMP_MAX) return 'version_jump';
  const { clock, config } = update;
  if (config !== undefined && !isNews(config, journal.config, clock)) return 'stamp_invalid';
  if (clock === undefined) return undefined;
  if (clock.lo > Math.min(INSTANT_MAX, update.iat + STAMP_MARGIN)) return 'stamp_invalid';
  // A reset that somebody kept back would set back a clock that has been right since.
  if (journal.committed.lo < clock.from) return 'stamp_invalid';
  // Marks that were purged under the later clock would be missed under the earlier one.
  const isNewest = policy.floor.version === policy.policyVersion;
  const hasFloor = policy.floor.issuedUntil >= update.iat && (isGood || isNewest);
  return hasFloor ? undefined : 'floor_missing';
}

/** A newer configuration; beside a reset also the one the lock has, which no receipt told its issuer of. */
function isNews(config: LockConfig, held: LockConfig, clock: ClockReset | undefined): boolean {
  if (config.version !== held.version || clock === undefined) return config.version > held.version;
  return config.openSeconds === held.openSeconds && config.personalLog === held.personalLog;
}
