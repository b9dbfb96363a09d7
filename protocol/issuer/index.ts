/**
 * The issuer (`doorwright/issuer`): policy → plain grants → signed bundles and updates, and what comes back
 * from locks and phones. Pure: rows are plain data, time and randomness come in, signers are yours.
 */
export type {
  LoweredDevice,
  LoweredDoor,
  LoweredGrant,
  NotLoweredReason,
  TimePolicy,
} from '../../src/lowering/grant.js';
export { lower, lowerDevice } from '../../src/lowering/lower.js';
export type { DoorOptions, LoweringOptions, UseShare } from '../../src/lowering/options.js';
export type { DeviceQuestion, DoorQuestion } from '../../src/lowering/question.js';
export type { ReceiptFacts } from '../../src/sync/event.js';
export type { NextVersion } from '../../src/sync/versions.js';
export type { Outcome } from '../../src/values/outcome.js';
export type { Crypto, PublicKey } from '../crypto/crypto.js';
export type {
  Checking,
  SignatureCheck,
  SignatureWish,
  Signer,
  Signing,
} from '../crypto/steps.js';
export type { ClockReset, LockConfig } from '../objects/admin-update.js';
export type { Certificate, CertificateRole } from '../objects/certificate.js';
export type { ClaimsCode } from '../objects/claims.js';
export type { EnvelopeCode } from '../objects/envelope.js';
export type { Grant, Operation, UseLimit } from '../objects/grant.js';
export type { LockIdentity } from '../objects/lock-identity.js';
export type { LogRecord } from '../objects/log-record.js';
export type { LogSegment, SegmentCode } from '../objects/log-segment.js';
export type { Floor } from '../objects/policy-update.js';
export type { ClockInterval, Receipt } from '../objects/receipt.js';
export { type TagKind, tagOf } from '../objects/tag.js';
export type { Trust } from '../objects/trust-update.js';
export type { CborCode } from '../wire/cbor-read.js';
export type {
  BundleOrder,
  DoorOrder,
  IssuedBundle,
  IssuedDoor,
} from './bundles.js';
export { sealBundle } from './bundles.js';
export type { CertificateOrder, CertifiedSigner, SiteSigners } from './certificates.js';
export { certify, sealCertificate } from './certificates.js';
export type { CommissioningSession, LockIdentityCode } from './commissioning.js';
export { openLockIdentity } from './commissioning.js';
export { type DeviceAckCode, openDeviceAck } from './device-acks.js';
export type { GrantOrder, IssuedGrant, NotIssuedReason } from './grants.js';
export { sealGrants } from './grants.js';
export type { IssuedFromPolicy, IssueOrder, NotIssued } from './issue.js';
export { issueBundle } from './issue.js';
export type { HeldGrants, IssuerDevice } from './issuer-device.js';
export { deviceKeyOf, heldUntil, newIssuerDevice } from './issuer-device.js';
export type {
  BlockedKey,
  ClockChange,
  ConfigChange,
  IssuedState,
  IssuerLock,
  IssuerMark,
  ProvedState,
} from './issuer-lock.js';
export { lockIdOf, newIssuerLock } from './issuer-lock.js';
export type { LockChange, Revocation } from './policy-change.js';
export { block, changeConfig, raiseFloor, resetClock, revoke } from './policy-change.js';
export { type SealedPolicy, sealPolicy } from './policy-seals.js';
export type { KnownLock, OpenedReceipt, ReceiptCode } from './receipts.js';
export { openReceipt, settleReceipt } from './receipts.js';
export { commissionAgain, type Recovery, type RecoveryOrder, recoverFrom } from './recovery.js';
export { enterEpoch, firstTrust, rotateTrust } from './rotation.js';
export type { OpenSegmentCode, SegmentLock } from './segments.js';
export { followsOn, openSegment } from './segments.js';
export { lowerFrom } from './stamp.js';
export { sealLogAck, sealTimeToken, type TimeOrder } from './time-tokens.js';
