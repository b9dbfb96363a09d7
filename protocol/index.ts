/**
 * The offline protocol DKP/1 (`doorwright/protocol`): the lock, whoever judges grants, and what all sides share. The other actors
 * are `doorwright/phone` and `doorwright/issuer`; a backend comes from `doorwright/noble` or `doorwright/node`, or is your own.
 */
export type { Outcome } from '../src/values/outcome.js';
export type { Crypto, PublicKey } from './crypto/crypto.js';
export type {
  Checking,
  InstantSigner,
  SignatureCheck,
  SignatureWish,
  Signer,
  Signing,
} from './crypto/steps.js';
export { checkNow, memorySigner, signNow } from './crypto/steps.js';
export { type Primitives, strictCrypto } from './crypto/strict.js';
export type { LockIdentityCode } from './issuer/commissioning.js';
export type { StoredRecords } from './lock/boot.js';
export type { LockEffect, LockEvent, Moment } from './lock/event.js';
export type { GrantFacts, GrantRequest, GrantVerdict, SessionProof } from './lock/grant-check.js';
export { checkGrant } from './lock/grant-check.js';
export { bootLock, isLockWhole, type LockStep, stepLock } from './lock/machine.js';
export type { LockPolicy } from './lock/policy-store.js';
export { type CopiesState, newestCopy, sealCopy } from './lock/record-copies.js';
export type { LockSetup, LockState } from './lock/state.js';
export type { KnownCertificate } from './lock/trust-store.js';
export type { UseCounter } from './lock/use-counters.js';
export type { LockConfig } from './objects/admin-update.js';
export type { Bundle, BundleDoor } from './objects/bundle.js';
export type { Certificate, CertificateRole } from './objects/certificate.js';
export { ROLE_BITS } from './objects/certificate.js';
export type { ClaimsCode, Form } from './objects/claims.js';
export { coseKey, keyId } from './objects/cose-key.js';
export type { EnvelopeCode, ObjectKind } from './objects/envelope.js';
export { OBJECT_TYPES } from './objects/envelope.js';
export type { Grant, Operation, UseLimit } from './objects/grant.js';
export { OPERATION_BITS, REQUIREMENT_BITS, TIME_POLICIES } from './objects/grant.js';
export type { LockIdentity } from './objects/lock-identity.js';
export type { Floor, Mark } from './objects/policy-update.js';
export type { ClockInterval, Receipt } from './objects/receipt.js';
export type { Trust, TrustCode } from './objects/trust-update.js';
export { openTrustUpdate, rootHash } from './objects/trust-update.js';
export { type Advert, isAdvertOf, parseAdvert } from './session/advert.js';
export type { FrameCode, Reassembly } from './session/frames.js';
export { addFrame, NO_FRAMES, splitFrames } from './session/frames.js';
export { labelPsk } from './session/opening.js';
export type { SetupMessage } from './session/setup-message.js';
export type { Link, LinkEnd, LinkEvent, Sighting, Transport } from './session/transport.js';
export { STATUS_NUMBERS, type Status, statusOf } from './status.js';
export type { Verifier } from './verify/verifier.js';
export { createVerifier } from './verify/verifier.js';
export type { GrantQuestion, Verdict, VerifierTrust } from './verify/verify-grant.js';
export { verifyCertificate, verifyGrant, verifySnapshot } from './verify/verify-grant.js';
export { decodeCbor, encodeCbor } from './wire/cbor.js';
export type { CborCaps, CborCode, CborMap, CborValue } from './wire/cbor-read.js';
export { fromHex, toHex } from './wire/hex.js';
