/** The two draft profiles as options: what a host says and does for them. */
import type { RefusalCode } from '../../engine/decision.js';
import type { Entity } from '../../engine/request.js';
import type { Client } from './client.js';

/** Step-up by obligations: which authentication contexts are asked for. */
export interface ObligationOptions {
  /** `acr_value` where a second factor is missing. Default `urn:doorwright:acr:second-factor`. */
  readonly secondFactor?: string;
  /** `acr_value` where nobody stood at a reader of the door. Default `urn:doorwright:acr:at-reader`. */
  readonly atReader?: string;
}

/** A keyed MAC (HMAC-SHA-256, 32 bytes), by whatever holds the secret. */
export type Mac = (message: Uint8Array) => Uint8Array | Promise<Uint8Array>;

/** What somebody asks for, after a refusal that this decision point gave and bound. */
export interface AccessAsked {
  /** Who sent it. */
  readonly client: Client;
  readonly subject: Entity;
  readonly action: { readonly name: string };
  readonly resource: Entity;
  /** As sent; nobody's word but the sender's. */
  readonly context: Readonly<Record<string, unknown>>;
  /** As sent: `requested_until` and the like. */
  readonly requestedAccess: Readonly<Record<string, unknown>>;
  readonly reason: RefusalCode;
  readonly template: string | undefined;
  /** Unique to the refusal; a host that must not take one twice remembers it until `expiresAt`. */
  readonly denialId: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
  readonly idempotencyKey: string | undefined;
}

/** How a request for access stands. */
export interface AccessTask {
  /** Opaque and unguessable: at least 128 bits at random. Letters, digits, `-`, `_` and `.`. */
  readonly id: string;
  readonly status: 'pending' | 'approved' | 'denied' | 'expired' | 'cancelled' | 'failed';
  /** RFC 3339. */
  readonly expiresAt?: string;
  /** Of an approved one: what to ask again with. Without it, `approved` is answered as `failed`. */
  readonly approval?: { readonly id: string; readonly approvedUntil: string };
  readonly display?: { readonly title?: string; readonly description?: string };
}

/** Why a host does not take a request, or does not tell of a task. */
export type AccessRefusal =
  | 'not_requestable'
  | 'duplicate_request'
  | 'unknown_task'
  | 'task_expired';

/** Asking for access: what the host does with it. */
export interface AccessRequestOptions {
  /** Binds a refusal to what is asked for later. */
  readonly mac: Mac;
  /** Refusals after which access may be asked for. Default: `no_access_right` alone. */
  readonly reasons?: readonly RefusalCode[];
  /** Guides the host's workflow. */
  readonly template?: string;
  /** How long after a refusal it may be asked, in seconds. Default 600. */
  readonly secondsMax?: number;
  /** Takes a request. */
  readonly submit: (asked: AccessAsked) => Promise<AccessTask | AccessRefusal>;
  /** Tells how a task stands, to a client that may know. */
  readonly status: (id: string, client: Client) => Promise<AccessTask | AccessRefusal>;
}
