/** Everything a phone knows between two events: plain data, never changed (offline.md §3.3, §3.4). */
import type { PublicKey } from '../crypto/crypto.js';
import type { Secret } from '../lock/secret.js';
import type { BundleDoor } from '../objects/bundle.js';
import type { ProofClaims } from '../objects/proof.js';
import type { Trust } from '../objects/trust-update.js';
import type { Advert } from '../session/advert.js';
import type { Reassembly } from '../session/frames.js';
import type { LockHello } from '../session/messages.js';
import type { NoiseState } from '../session/noise.js';
import type { NoiseTransport } from '../session/noise-cipher.js';
import type { Status } from '../status.js';
import type { OpenedBundle, Pins } from './bundle-check.js';
import type { Cargo } from './carriage.js';
import type { PhoneStepOf, VisitCode, VisitResult, Wish } from './event.js';
import type { Candidate } from './grant-choice.js';
import type { OutboxItem } from './outbox.js';

/** Who the phone is, fixed when it is enrolled. */
export interface PhoneSetup {
  /** The public half of the key that never leaves the phone. */
  readonly deviceKey: PublicKey;
  /** Whether that key lives in hardware: requirement bit 4, which no app may assert by itself. */
  readonly hardwareKey: boolean;
  /** What is pinned at enrolment; the phone's own memory goes on from there. */
  readonly trust: Trust;
  /** 8 bytes. */
  readonly siteId: Uint8Array;
}

/**
 * A phone, to be handed to the next step. Only `outbox` is to be read; the rest changes with any version. The keys of
 * a session under way print as nothing; the bundle holds advert keys, by which doors can be told apart, so a host must
 * not log it.
 */
export interface PhoneState {
  readonly setup: PhoneSetup;
  readonly pins: Pins;
  /** The bundle in use; null before the first, or when memory lost it. */
  readonly carried: OpenedBundle | null;
  /** The newest time token without a nonce. */
  readonly timeToken: Uint8Array | null;
  readonly outbox: readonly OutboxItem[];
  /** Number of the last `sign` effect. */
  readonly orders: number;
  /** Number of the last `connect` effect. */
  readonly links: number;
  /** The payload of the acknowledgement that waits for its signature. */
  readonly acknowledgement: { readonly order: number; readonly payload: Uint8Array } | null;
  readonly visit: Visit | null;
}

/** One wish on its way. */
export interface Visit {
  readonly wish: Wish;
  /** The bundle that the visit began with, whatever comes meanwhile. */
  readonly carried: OpenedBundle;
  readonly door: BundleDoor;
  /** Grants not offered yet, best first. */
  readonly candidates: readonly Candidate[];
  /** When the wish ends, and when the present stage does, in elapsed milliseconds. */
  readonly untilMs: number;
  readonly stageUntilMs: number;
  /** Connections tried. */
  readonly attempts: number;
  /** Which of the door's X25519 keys is next. */
  readonly keyIndex: number;
  /** The present connection; 0 without one. */
  readonly link: number;
  /** What went wrong last, if this is the end. */
  readonly failure: VisitCode;
  /** The first refusal that says why, else the first at all. */
  readonly refusal: Refusal | null;
  /** Whether a request went out that has no answer. */
  readonly asked: boolean;
  readonly receipt: VisitResult['receipt'];
  /** Whether the result was told; then the rest is for the lock's and the server's sake. */
  readonly told: boolean;
  readonly stage: Stage;
}

/** A no of the lock; null for a number this version does not know. */
export interface Refusal {
  readonly status: Status | null;
}

/** How far a visit has come. */
export type Stage =
  | { readonly kind: 'seeking' }
  | { readonly kind: 'connecting'; readonly advert: Advert }
  /** M1 is out. */
  | {
      readonly kind: 'shaking';
      readonly mtu: number;
      readonly noise: Secret<NoiseState>;
      readonly frames: Reassembly;
    }
  | { readonly kind: 'talking'; readonly talk: Talk };

/** A session after M2. */
export interface Talk {
  readonly mtu: number;
  readonly frames: Reassembly;
  readonly transport: Secret<NoiseTransport>;
  readonly hello: LockHello;
  /** What is to be said, in order. */
  readonly tasks: readonly Task[];
  readonly waiting: Waiting | null;
  /** Requests so far. */
  readonly requests: number;
  /** Messages sent so far: a lock takes 64 a session. */
  readonly messages: number;
  /** Certificates left behind because the lock names their keys; carried if it says no after all. */
  readonly withheld: readonly Cargo[];
  /** Whether a nonce token was asked for in this session. */
  readonly fetched: boolean;
  /** Whether the log acknowledgements for this lock were carried. */
  readonly acknowledged: boolean;
}

/** One thing to say to the lock. */
export type Task =
  | { readonly kind: 'carry'; readonly cargo: Cargo; readonly again: boolean }
  | { readonly kind: 'request'; readonly candidate: Candidate }
  | { readonly kind: 'read-log'; readonly from: number; readonly left: number }
  | { readonly kind: 'close' };

/** What is to come before anything else is said. */
export type Waiting =
  | { readonly kind: 'carried'; readonly cargo: Cargo; readonly again: boolean }
  | {
      readonly kind: 'signature';
      readonly order: number;
      readonly candidate: Candidate;
      readonly claims: ProofClaims;
      /** The claims as the signature is over them. */
      readonly payload: Uint8Array;
    }
  | { readonly kind: 'answer'; readonly candidate: Candidate }
  /** `status` is what the lock refused this candidate with until then. */
  | { readonly kind: 'time-token'; readonly candidate: Candidate; readonly status: Status }
  | { readonly kind: 'segment'; readonly from: number; readonly left: number }
  | { readonly kind: 'closed' };

/** What a phone does with one event. */
export type PhoneStep = PhoneStepOf<PhoneState>;
