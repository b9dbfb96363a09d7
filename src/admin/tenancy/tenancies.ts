/** Handing a door over to a tenant, and taking it back (KIWI: Mieterübergabe and Rückgabe). */
import { snapshotOf } from '../../engine/compile.js';
import { findElement } from '../../engine/elements.js';
import type { Assignment, Door } from '../../policy/document.js';
import { formatInstant, parseInstant } from '../../values/instant.js';
import type { Outcome } from '../../values/outcome.js';
import type { Notice } from '../plan.js';
import { meetExisting } from '../provisioning/existing.js';
import type { Draft, Planning } from '../provisioning/planning.js';
import { tenantRole } from './tenant-role.js';
import { restingUsers, tenantsRights } from './tenants-rights.js';

/** A door to be handed over. */
export interface HandOverOrder {
  readonly door: string;
  /** The user it is handed to. */
  readonly tenant: string;
  /** RFC 3339; default now. Until then everything stays as it is. */
  readonly since?: string;
  /** What he holds there from then on. Default: the least that opens and may let others in; null: what he holds already. */
  readonly role?: string | null;
}

/** Why a door does not change hands. */
export type TenancyCode =
  | 'door_unknown'
  | 'user_unknown'
  | 'user_inactive'
  | 'already_let'
  | 'not_let'
  | 'no_tenant_role'
  | 'since';

/**
 * Hands a door over: from then on only the tenant's rights there and those he granted count, and every other one rests
 * without being taken away, the actor's own included. The tenant gets a right at the door in the same change. The
 * notices are for all whose rights rest, whatever they wish.
 */
export function planHandOver(
  p: Planning,
  order: HandOverOrder,
): Outcome<
  Draft<{ readonly assignment: string | undefined; readonly since: string }>,
  TenancyCode
> {
  const { engine, time } = p;
  const checked = checkedDoor(p, order);
  if (!checked.ok) return checked;
  const from = order.since === undefined ? time : parseInstant(order.since);
  if (Number.isNaN(from)) return refuse('since', `not an instant \`${order.since}\``);
  const since = order.since ?? formatInstant(time);
  const role = order.role === undefined ? tenantRole(engine) : order.role;
  if (role === undefined) {
    return refuse('no_tenant_role', 'no role that opens and lets in is held at doors: name one');
  }
  const right = role === null ? undefined : tenantsRight(p, order, role, from);
  const { door: id, tenant } = order;
  const door: Door = { ...checked.value, tenant: { user: tenant, since } };
  return {
    ok: true,
    value: {
      value: { assignment: right?.id, since },
      changes: {
        put: { doors: [door], ...(right === undefined ? {} : { assignments: [right] }) },
      },
      notices: restingUsers(engine, id, tenant, time).map((user) =>
        notice('access_withdrawn', user, door, { because: 'tenancy', since }),
      ),
      audit: { object: { type: 'door', id }, data: { tenant, since } },
    },
  };
}

/**
 * Takes a door back: the tenant's own rights there end and those of everybody he let in, and all that rested
 * counts again. One change set, so there is no moment at which both count.
 */
export function planReturn(
  p: Planning,
  order: { readonly door: string },
): Outcome<Draft<{ readonly ended: readonly string[] }>, TenancyCode> {
  const { engine, time } = p;
  const door = findElement(engine, 'doors', order.door);
  if (door === undefined) return refuse('door_unknown', `unknown door \`${order.door}\``);
  const { tenant, ...rest } = door;
  if (tenant === undefined) return refuse('not_let', `not handed over \`${door.id}\``);
  const ended = tenantsRights(engine, door.id, tenant.user).map(({ id }) => id);
  const rested = restingUsers(engine, door.id, tenant.user, time);
  return {
    ok: true,
    value: {
      value: { ended },
      changes: {
        put: { doors: [rest] },
        ...(ended.length === 0 ? {} : { remove: { assignments: ended } }),
      },
      notices: rested.map((user) =>
        notice('access_granted', user, door, { because: 'tenancy_ended' }),
      ),
      audit: { object: { type: 'door', id: door.id }, data: { tenant: tenant.user } },
    },
  };
}

function checkedDoor({ engine }: Planning, order: HandOverOrder): Outcome<Door, TenancyCode> {
  const door = findElement(engine, 'doors', order.door);
  if (door === undefined) return refuse('door_unknown', `unknown door \`${order.door}\``);
  if (door.tenant !== undefined) return refuse('already_let', `take it back first \`${door.id}\``);
  const user = findElement(engine, 'users', order.tenant);
  if (user === undefined) return refuse('user_unknown', `unknown user \`${order.tenant}\``);
  if (user.active === false) return refuse('user_inactive', `switched off \`${user.id}\``);
  return { ok: true, value: door };
}

/** The tenant's right: one he has at the door is altered, and keeps its role where that ranks higher. */
function tenantsRight(
  { engine, actor, time, newId }: Planning,
  { door, tenant }: HandOverOrder,
  role: string,
  from: number,
): Assignment {
  const subject = { type: 'user', id: tenant } as const;
  const scope = { type: 'door', id: door } as const;
  const met = meetExisting(engine, { subject, role, scope, validity: undefined }, 'refuse');
  const old = met.kind === 'grant' ? undefined : findElement(engine, 'assignments', met.assignment);
  const { byId } = snapshotOf(engine).model;
  const rank = (id: string) => byId.get(id)?.rank ?? 0;
  return {
    id: old?.id ?? newId(),
    subject,
    role: old !== undefined && rank(old.role) > rank(role) ? old.role : role,
    scope,
    ...(from > time ? { validity: { from: formatInstant(from) } } : {}),
    grantedBy: actor,
  };
}

/** In the form of notices of rights given and ended, so that whoever writes mails needs no other. */
function notice(
  kind: 'access_granted' | 'access_withdrawn',
  user: string,
  { id, name }: Door,
  data: Notice['data'],
): Notice {
  const scope = { type: 'door', id, ...(name === undefined ? {} : { name }) };
  const object = { type: 'door', id };
  return { kind, to: { type: 'user', id: user }, object, data: { scopes: [scope], ...data } };
}

function refuse(code: TenancyCode, detail: string): Outcome<never, TenancyCode> {
  return { ok: false, code, detail };
}
