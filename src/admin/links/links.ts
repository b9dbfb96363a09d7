/** Making access links, revoking and deleting them (Kisi: temporary keys). */
import { findElement } from '../../engine/elements.js';
import type { Assignment, Link, Validity } from '../../policy/document.js';
import type { Outcome } from '../../values/outcome.js';
import { assignmentsOf } from '../provisioning/held.js';
import type { Draft, Planning } from '../provisioning/planning.js';
import { SECRET_BYTES, secretText } from '../provisioning/secret.js';
import { linkHash } from './find-link.js';
import { type LinkLifetime, linkValidity } from './lifetime.js';
import { linkRole } from './link-role.js';
import { encodeLinkTerms, LINK_USES_MAX } from './link-terms.js';

/** A link to be made. */
export interface NewLink {
  /** What it opens: groups, places or doors. */
  readonly scopes: readonly Assignment['scope'][];
  readonly lifetime: LinkLifetime;
  readonly name?: string;
  /** RFC 3339; default at once. */
  readonly from?: string;
  /** Hours in which it opens, besides: a schedule of the policy, or one of its own. */
  readonly schedule?: Validity['schedule'];
  /** Openings, 1 to 1 000 000; default without a bound. */
  readonly usesMax?: number;
  /** Default: the least role that opens, at each level. */
  readonly role?: string;
}

/** What whoever made a link gets. The secret is shown here and nowhere else. */
export interface MadeLink {
  readonly link: string;
  readonly secret: string;
  readonly assignments: readonly string[];
  /** RFC 3339; absent: until revoked. */
  readonly until?: string;
}

/** Why a link is not written. */
export type LinkCode = 'link_unknown' | 'lifetime' | 'uses' | 'no_scope' | 'no_link_role';

/** Makes a link with a fresh secret, and a right for it at each scope, signed by the actor. */
export function planCreateLink(p: Planning, order: NewLink): Outcome<Draft<MadeLink>, LinkCode> {
  const { usesMax } = order;
  const validity = linkValidity(order.lifetime, p.time, order.from);
  if (!validity.ok) return validity;
  if (order.scopes.length === 0) {
    return { ok: false, code: 'no_scope', detail: 'a link opens something' };
  }
  if (usesMax !== undefined && !isUses(usesMax)) {
    const detail = `not 1 to ${LINK_USES_MAX} uses \`${usesMax}\``;
    return { ok: false, code: 'uses', detail };
  }
  const id = p.newId();
  const rights = rightsOf(p, id, order, {
    ...validity.value,
    ...(order.schedule === undefined ? {} : { schedule: order.schedule }),
  });
  if (!rights.ok) return rights;
  const secret = secretText(p.random(SECRET_BYTES));
  const link: Link = {
    id,
    ...(order.name === undefined ? {} : { name: order.name }),
    secretHash: linkHash(p.sha256, secret),
  };
  const { until } = validity.value;
  const assignments = rights.value.map((right) => right.id);
  return {
    ok: true,
    value: {
      value: { link: id, secret, assignments, ...(until === undefined ? {} : { until }) },
      changes: { put: { links: [link], assignments: rights.value } },
      ...(usesMax === undefined
        ? {}
        : { records: { put: [encodeLinkTerms({ link: id, usesMax, uses: 0 })] } }),
      audit: {
        object: { type: 'access_link', id },
        data: { until: until ?? null, usesMax: usesMax ?? null },
      },
    },
  };
}

/** Switches a link off: it opens nothing from this revision on. What it held and its uses can still be read. */
export function planRevokeLink(
  { engine }: Planning,
  id: string,
): Outcome<Draft<{ readonly link: string }>, LinkCode> {
  const link = findElement(engine, 'links', id);
  if (link === undefined) return unknownLink(id);
  return {
    ok: true,
    value: {
      value: { link: id },
      changes: { put: { links: [{ ...link, active: false }] } },
      audit: { object: { type: 'access_link', id } },
    },
  };
}

/** Takes a link away with all it holds. Its uses stay in the log. */
export function planDeleteLink(
  { engine }: Planning,
  id: string,
): Outcome<Draft<{ readonly ended: readonly string[] }>, LinkCode> {
  if (findElement(engine, 'links', id) === undefined) return unknownLink(id);
  const ended = assignmentsOf(engine, { type: 'link', id }).map((assignment) => assignment.id);
  return {
    ok: true,
    value: {
      value: { ended },
      changes: { remove: { links: [id], assignments: ended } },
      records: { remove: [{ kind: 'link_terms', id }] },
      audit: { object: { type: 'access_link', id } },
    },
  };
}

function rightsOf(
  { engine, actor, newId }: Planning,
  link: string,
  order: NewLink,
  validity: Validity,
): Outcome<Assignment[], LinkCode> {
  const rights: Assignment[] = [];
  for (const scope of order.scopes) {
    const role = order.role ?? linkRole(engine, scope.type);
    if (role === undefined) {
      const detail = `no role that only opens is held at level ${scope.type}`;
      return { ok: false, code: 'no_link_role', detail };
    }
    rights.push({
      id: newId(),
      subject: { type: 'link', id: link },
      role,
      scope: { type: scope.type, id: scope.id },
      ...(Object.keys(validity).length === 0 ? {} : { validity }),
      grantedBy: actor,
    });
  }
  return { ok: true, value: rights };
}

function isUses(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 1 && value <= LINK_USES_MAX;
}

function unknownLink(id: string): Outcome<never, LinkCode> {
  return { ok: false, code: 'link_unknown', detail: `unknown link \`${id}\`` };
}
