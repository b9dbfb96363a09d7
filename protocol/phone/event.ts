/** What happens to a phone, and what it wants done: the two alphabets of its state machine. */
import type { Operation } from '../objects/grant.js';
import type { Status } from '../status.js';
import type { BundleCode } from './bundle-check.js';
import type { OutboxItem } from './outbox.js';

/** What the phone's host knows at one event. The machine itself has neither clock nor randomness. */
export interface PhoneMoment {
  /** Milliseconds by a clock that never goes back. */
  readonly elapsedMs: number;
  /** Unix seconds by the phone's wall clock. It chooses among grants; no lock ever believes it. */
  readonly now: number;
  /** 32 fresh random bytes. */
  readonly random: Uint8Array;
}

/** What somebody wants of a door. */
export interface Wish {
  /** 8 bytes. */
  readonly lockId: Uint8Array;
  readonly operation: Operation;
  /** Sum of the `REQUIREMENT_BITS` that hold now. An app must not say `intent` without one. */
  readonly asserted: number;
}

/** One thing that happened. `link` is the number of the effect `connect` that it belongs to. */
export type PhoneEvent =
  /** The server sent a bundle. */
  | { readonly kind: 'bundle'; readonly bytes: Uint8Array }
  /** Asks again for the signature over the acknowledgement of the present bundle. */
  | { readonly kind: 'acknowledge' }
  /** The server sent a time token; one that names the session's nonce goes to the lock at once. */
  | { readonly kind: 'time-token'; readonly bytes: Uint8Array }
  | { readonly kind: 'open'; readonly wish: Wish }
  | { readonly kind: 'cancel' }
  /** An advert was heard. */
  | { readonly kind: 'sighted'; readonly address: string; readonly advert: Uint8Array }
  | {
      readonly kind: 'connected';
      readonly link: number;
      readonly mtu: number;
      /** What the INFO characteristic holds. */
      readonly capabilities: Uint8Array;
    }
  | { readonly kind: 'frame'; readonly link: number; readonly bytes: Uint8Array }
  | { readonly kind: 'disconnected'; readonly link: number }
  /** The device's key signed what the effect of this number asked; null: its owner did not let it. */
  | { readonly kind: 'signed'; readonly order: number; readonly signature: Uint8Array | null }
  /** The server has these items of the outbox for good. */
  | { readonly kind: 'uploaded'; readonly ids: readonly string[] }
  /** Nothing but time passed. */
  | { readonly kind: 'tick' };

/** One thing the host must do, in the order given; when one fails, none after it may be done. */
export type PhoneEffect =
  /** Durable before the next effect begins. */
  | { readonly kind: 'store'; readonly record: string; readonly bytes: Uint8Array }
  | { readonly kind: 'erase'; readonly record: string }
  /** Tell every advert from now on, or no more. */
  | { readonly kind: 'listen'; readonly on: boolean }
  | { readonly kind: 'connect'; readonly link: number; readonly address: string }
  | { readonly kind: 'send'; readonly link: number; readonly frame: Uint8Array }
  | { readonly kind: 'disconnect'; readonly link: number }
  /** Answered by `signed` with the same number, now or later. */
  | {
      readonly kind: 'sign';
      readonly order: number;
      readonly purpose: 'proof' | 'device-ack';
      readonly message: Uint8Array;
    }
  /** The lock needs a time token with this nonce, within seconds; answered by `time-token`, or by nothing. */
  | { readonly kind: 'fetch-time-token'; readonly nonce: Uint8Array }
  /** This item is in the outbox until `uploaded` names it. */
  | { readonly kind: 'upload'; readonly item: OutboxItem }
  /** What became of a bundle: null when it is the present one now. */
  | { readonly kind: 'bundle'; readonly refused: BundleCode | null }
  /** What became of a wish: exactly one for each `open`. */
  | { readonly kind: 'result'; readonly result: VisitResult }
  /** Send a `tick` at this elapsed time, or at an earlier one told later. */
  | { readonly kind: 'wake'; readonly elapsedMs: number };

/** How a wish ended, for an app to show. */
export type VisitCode =
  | 'permitted'
  /** The lock said no; `status` says why, as far as it tells. */
  | 'refused'
  /** The lock knows of changes that this phone does not, or the other way round: get a new bundle. */
  | 'refresh_needed'
  /** No grant for this operation at this door. */
  | 'no_grant'
  /** Every grant asks for more than was asserted; `missing` are the bits of the one that asks least. */
  | 'requirement_missing'
  | 'not_found'
  /** Another version, another handshake, or INFO differs from the advert. */
  | 'lock_incompatible'
  /** Whatever answered does not hold the key that the bundle pins. It was told nothing. */
  | 'lock_not_authentic'
  | 'connection_lost'
  | 'timed_out'
  /** The request went out and no answer came: the door may be open. */
  | 'outcome_unknown'
  /** The device's key was not released, or signed something else. */
  | 'signature_missing'
  /** The lock, though it is the right one, said something outside the protocol. */
  | 'lock_misbehaved'
  | 'cancelled'
  /** Another wish is on its way. */
  | 'busy';

/** What became of one wish. */
export interface VisitResult {
  readonly wish: Wish;
  readonly code: VisitCode;
  /** What the lock said; null when it said nothing, or a number this version does not know. */
  readonly status: Status | null;
  /** Requirement bits to assert; 0 unless the code is `requirement_missing`. */
  readonly missing: number;
  /** Whether the bolt may have moved. */
  readonly mayHaveActed: boolean;
  /** Whether the same wish may go better soon, without a new bundle. */
  readonly retryable: boolean;
  /** The lock's receipt: in the outbox, not given, or one that does not hold. */
  readonly receipt: 'kept' | 'none' | 'invalid';
}

/** What the machine answers. */
export interface PhoneStepOf<State> {
  readonly state: State;
  readonly effects: readonly PhoneEffect[];
}
