/** Contractor badges: a numbered user `visitors+N@example.com` with a card of his own (Kisi). */
import { findElement } from '../../engine/elements.js';
import type { Credential } from '../../policy/document.js';
import type { Outcome } from '../../values/outcome.js';
import { nextNumbered } from './email.js';
import type { Draft, Planning } from './planning.js';

/** A badge to be made. */
export interface BadgeOrder {
  /** The address without a number: `visitors@example.com`. */
  readonly email: string;
  /** The card's id. */
  readonly card: string;
  /** Default `card`. */
  readonly kind?: Credential['kind'];
  /** A team to join, so that badges can be counted and hold rights together. */
  readonly team?: string;
  /** Default `service_provider`. */
  readonly segment?: string;
}

/** What was made. */
export interface Badge {
  readonly user: string;
  readonly email: string;
  readonly number: number;
  readonly credential: string;
}

/** Why no badge is made. */
export type BadgeCode = 'email_invalid' | 'credential_known' | 'team_unknown';

/**
 * A user with the next free number in his address, and a card that opens for him. He holds what his team holds.
 * A number that was ever given stays given as long as its user is there.
 */
export function planBadge(
  { engine, newId }: Planning,
  order: BadgeOrder,
): Outcome<Draft<Badge>, BadgeCode> {
  const { card, kind = 'card', segment = 'service_provider' } = order;
  const next = nextNumbered(engine, order.email);
  if (next === undefined) {
    const detail = `not an address without a number \`${order.email}\``;
    return { ok: false, code: 'email_invalid', detail };
  }
  if (findElement(engine, 'credentials', card) !== undefined) {
    return { ok: false, code: 'credential_known', detail: `a credential already: \`${card}\`` };
  }
  const team = order.team === undefined ? undefined : findElement(engine, 'teams', order.team);
  if (order.team !== undefined && team === undefined) {
    return { ok: false, code: 'team_unknown', detail: `unknown team \`${order.team}\`` };
  }
  const user = newId();
  const { email, number } = next;
  return {
    ok: true,
    value: {
      value: { user, email, number, credential: card },
      changes: {
        put: {
          users: [{ id: user, name: `Badge ${number}`, email, segment }],
          credentials: [{ id: card, kind, user, state: 'active' }],
          ...(team === undefined
            ? {}
            : { teams: [{ ...team, users: [...(team.users ?? []), user] }] }),
        },
      },
      audit: { object: { type: 'user', id: user }, data: { credential: card } },
    },
  };
}
