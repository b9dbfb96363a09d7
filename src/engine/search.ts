/** Shapes of the lists. */
import type { Entity, Facts } from './request.js';

/** A search: the searched member carries only what it is searched by, as AuthZEN says. */
export interface SearchQuery<What extends 'subject' | 'resource' | 'action'> {
  readonly subject: What extends 'subject'
    ? { readonly type: string; readonly id?: unknown }
    : Entity;
  readonly action: What extends 'action' ? undefined : { readonly name: string };
  readonly resource: What extends 'resource'
    ? { readonly type: string; readonly id?: unknown }
    : Entity;
  readonly context: Facts;
  readonly page?: { readonly token?: string; readonly limit?: number };
}

/** One page of a list. */
export interface SearchPage<T> {
  readonly results: readonly T[];
  readonly page: {
    /** Give it as `page.token` to get the next page; empty at the end. */
    readonly next_token: string;
    /** Results on this page. */
    readonly count: number;
    /** Results on all pages. */
    readonly total: number;
  };
}

/** One assignment at one door or stop. */
export interface AccessEntry {
  readonly assignment: string;
  readonly subject: { readonly type: string; readonly id: string };
  readonly role: string;
  readonly resource: { readonly type: string; readonly id: string };
  /** KIWI status at the instant asked about. */
  readonly status: 'active' | 'pending' | 'expired' | 'inactive_hours';
  /** False for an assignment or group that is switched off. */
  readonly enabled: boolean;
}
