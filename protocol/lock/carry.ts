/**
 * Objects that phones carry to a lock: each is checked whole, then applied whole, and its writes are
 * ordered so that a cut between two of them leaves the lock no less strict than before (offline.md §3.7).
 */
import { checkNow } from '../crypto/steps.js';
import { CERTIFICATES_MAX } from '../limits.js';
import { ROLE_BITS } from '../objects/certificate.js';
import { policyUpdateClaims } from '../objects/policy-update.js';
import { timeTokenClaims } from '../objects/time-token.js';
import { openTrustUpdate, type TrustCode } from '../objects/trust-update.js';
import type { CarriedKind } from '../session/messages.js';
import type { Status } from '../status.js';
import { takeAdminUpdate, takeLogAck } from './carry-admin.js';
import { openCarried, trustFacts } from './carry-open.js';
import { intervalAt } from './clock.js';
import { raiseAlarm } from './log-keeping.js';
import { keepSession } from './outgoing.js';
import { applyUpdate, judgeUpdate } from './policy-store.js';
import { commitTwice, saveCertificates, savePolicy, saveSelf } from './saving.js';
import { raisedBy, takeRaised, takeTimeToken } from './stamps.js';
import type { Session, Turn } from './state.js';
import {
  ANY_TIME,
  isCertificateGood,
  isKeyUsable,
  openCertificate,
  withCertificate,
} from './trust-store.js';
import { intervalNow, keepingOf, selfOf } from './turn.js';

/** Answers to a carried object that tell a changed lock. */
const CHANGES: readonly Status[] = ['applied', 'fork'];

/** Applies one carried object, and answers whether and why not. */
export function takeCarry(
  turn: Turn,
  id: number,
  session: Session,
  object: CarriedKind,
  bytes: Uint8Array,
): Status {
  const status = apply(turn, id, session, object, bytes);
  if (CHANGES.includes(status)) keepSession(turn, id, { hasChanged: true });
  return status;
}

function apply(
  turn: Turn,
  id: number,
  session: Session,
  object: CarriedKind,
  bytes: Uint8Array,
): Status {
  switch (object) {
    case 'certificate':
      return takeCertificate(turn, id, session, bytes);
    case 'policy-update':
      return takePolicyUpdate(turn, session, bytes);
    case 'time-token':
      return takeTime(turn, id, session, bytes);
    case 'trust-update':
      return takeTrustUpdate(turn, bytes);
    case 'log-ack':
      return takeLogAck(turn, bytes);
    case 'admin-update':
      return takeAdminUpdate(turn, id, session, bytes);
    default:
      return unreachable(object);
  }
}

function takeCertificate(turn: Turn, id: number, session: Session, bytes: Uint8Array): Status {
  const facts = trustFacts(turn);
  const anyTime = { ...facts, interval: ANY_TIME };
  const opened = checkNow(openCertificate(bytes, anyTime, turn.crypto), turn.crypto);
  if (opened.kind === 'refused') return opened.status;
  const { certificate } = opened;
  if (isCertificateGood(certificate, facts)) {
    saveCertificates(turn, withCertificate(certificate, facts));
    return 'applied';
  }
  const isOver = facts.interval.lo >= certificate.exp;
  if (isOver && (certificate.roles & ROLE_BITS.admin) !== 0) {
    // Never stored, so nobody fills the memory with what is over: a clock is set back in one session.
    const overAdmin = [...session.overAdmin, certificate].slice(-CERTIFICATES_MAX);
    keepSession(turn, id, { overAdmin });
  }
  return 'carry_untrusted';
}

/** The clock is committed before the policy: marks are purged by what is in memory for certain. */
function takePolicyUpdate(turn: Turn, session: Session, bytes: Uint8Array): Status {
  const opened = openCarried(turn, bytes, 'policy-update', 'policy', policyUpdateClaims.parse);
  if (opened.kind === 'refused') return opened.status;
  const update = opened.claims;
  const { hi } = intervalNow(turn);
  const status = judgeUpdate(keepingOf(turn).policy, update, turn.state.setup.lockId, hi);
  if (status === 'fork') raiseAlarm(turn, 'fork');
  if (status !== undefined) return status;
  const raised = raisedBy(turn, session, update.iat);
  const { lo } = intervalAt(raised.clock, turn.moment.elapsedMs);
  const next = applyUpdate(keepingOf(turn).policy, update, lo);
  // What does not fit changes nothing, the clock no more than the marks.
  if (next === undefined) return 'base_missing';
  takeRaised(turn, raised);
  // Marks go by this bound of the clock alone: with one copy of it broken, the older copy would miss them.
  commitTwice(turn);
  savePolicy(turn, next);
  return 'applied';
}

function takeTime(turn: Turn, id: number, session: Session, bytes: Uint8Array): Status {
  const opened = openCarried(turn, bytes, 'time-token', 'time', timeTokenClaims.parse);
  if (opened.kind === 'refused') return opened.status;
  const { status, answersNonce } = takeTimeToken(turn, session, opened.claims);
  if (answersNonce) keepSession(turn, id, { hasTimeToken: true });
  return status;
}

/** The new root first, then the certificates of the old one go: they no longer count anyway. */
function takeTrustUpdate(turn: Turn, bytes: Uint8Array): Status {
  const self = selfOf(turn);
  if (self.owner === null) return 'carry_untrusted';
  const { trust } = self.owner;
  const opened = checkNow(openTrustUpdate(bytes, trust, turn.crypto), turn.crypto);
  if (!opened.ok) return trustStatus(opened.code);
  const facts = trustFacts(turn);
  if (!isKeyUsable(opened.value.root, facts, turn.crypto)) return 'carry_untrusted';
  saveSelf(turn, { ...self, owner: { ...self.owner, trust: opened.value } });
  const { trustEpoch } = opened.value;
  const kept = keepingOf(turn).certificates.filter((known) => known.trustEpoch === trustEpoch);
  saveCertificates(turn, kept);
  return 'applied';
}

function trustStatus(code: TrustCode): Status {
  switch (code) {
    case 'trust_epoch_known':
      return 'already_known';
    case 'trust_epoch_skipped':
      return 'epoch_skipped';
    case 'trust_root_uncommitted':
    case 'trust_signature':
      return 'carry_untrusted';
    default:
      return 'carry_malformed';
  }
}

function unreachable(object: never): never {
  throw new TypeError(`unknown object \`${String(object)}\``);
}
