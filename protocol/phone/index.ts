/**
 * The phone's side of the offline protocol (`doorwright/phone`): a machine that hears, opens and carries, and the commissioning
 * of a lock. Pure: the radio, the clock, the memory and the key are the app's.
 */
export type { Outcome } from '../../src/values/outcome.js';
export type { Crypto, PublicKey } from '../crypto/crypto.js';
export type { LockIdentityCode } from '../issuer/commissioning.js';
export type { Bundle, BundleDoor } from '../objects/bundle.js';
export type { ClaimsCode } from '../objects/claims.js';
export type { EnvelopeCode } from '../objects/envelope.js';
export type { Operation } from '../objects/grant.js';
export type { LockIdentity } from '../objects/lock-identity.js';
export type { Trust, TrustCode } from '../objects/trust-update.js';
export type { Reassembly } from '../session/frames.js';
export type { SetupMessage } from '../session/setup-message.js';
export type { Status } from '../status.js';
export type { CborCode } from '../wire/cbor-read.js';
export type { BundleCode, Pins } from './bundle-check.js';
export type {
  CommissionedLock,
  Commissioning,
  CommissioningCode,
  CommissioningOrder,
  CommissioningStep,
} from './commissioning.js';
export { startCommissioning, stepCommissioning } from './commissioning.js';
export type {
  PhoneEffect,
  PhoneEvent,
  PhoneMoment,
  PhoneStepOf,
  VisitCode,
  VisitResult,
  Wish,
} from './event.js';
export { stepPhone } from './machine.js';
export { encodePins, type StartCode, startPhone } from './memory.js';
export type { OutboxItem } from './outbox.js';
export type { PhoneSetup, PhoneState, PhoneStep } from './state.js';
