/** What happens to a lock, and what it wants done: the two alphabets of its state machine. */
import type { Operation } from '../objects/grant.js';

/** What the lock's host knows at one event. The machine itself has neither clock nor randomness. */
export interface Moment {
  /** Milliseconds since this boot by the host's own oscillator; never goes back within a boot. */
  readonly elapsedMs: number;
  /** 32 fresh random bytes; a repeated value must not repeat a key. */
  readonly random: Uint8Array;
  /** Charge of the battery in per cent; 100 where there is none. */
  readonly battery: number;
}

/** One thing that happened. */
export type LockEvent =
  /** A phone connected; `mtu` is the ATT MTU, 23 to 517. */
  | { readonly kind: 'connected'; readonly connection: number; readonly mtu: number }
  | { readonly kind: 'disconnected'; readonly connection: number }
  /** A frame was written to RX. */
  | { readonly kind: 'frame'; readonly connection: number; readonly bytes: Uint8Array }
  /** Somebody touched the lock: it adverts and takes up to three handshakes. */
  | { readonly kind: 'touched' }
  /** The bolt did, or did not do, what the effect of this number asked. */
  | { readonly kind: 'bolt'; readonly order: number; readonly moved: boolean }
  /** The button inside: for two minutes a factory-fresh lock may be commissioned. */
  | { readonly kind: 'button' }
  /** The physical reset: every secret and every epoch is forgotten. */
  | { readonly kind: 'reset' }
  /** The lock's keeper wants a new X25519 key; the old one serves until the server has told all phones. */
  | { readonly kind: 'rekey' }
  /** The lock's own ranging hardware measured whether the phone of this connection stands at the door. */
  | { readonly kind: 'ranged'; readonly connection: number; readonly near: boolean }
  /** Nothing but time passed. */
  | { readonly kind: 'tick' };

/** One thing the host must do, in the order given; when one fails, none after it may be done. */
export type LockEffect =
  /** Durable before the next effect begins. The host keeps two copies (`record-copies.ts`). */
  | { readonly kind: 'write'; readonly record: string; readonly bytes: Uint8Array }
  | { readonly kind: 'erase'; readonly record: string }
  /** Answered by a `bolt` event with the same number. `seconds` bounds `unlock`; 0 for the others. */
  | {
      readonly kind: 'move-bolt';
      readonly order: number;
      readonly operation: Exclude<Operation, 'read-log'>;
      readonly seconds: number;
    }
  | { readonly kind: 'send'; readonly connection: number; readonly frame: Uint8Array }
  | { readonly kind: 'disconnect'; readonly connection: number }
  /** Show this advert (service data) until told otherwise; null: be silent. */
  | { readonly kind: 'advertise'; readonly bytes: Uint8Array | null }
  /** Send a `tick` at this elapsed time, or at an earlier one told later. */
  | { readonly kind: 'wake'; readonly elapsedMs: number };
