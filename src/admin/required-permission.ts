/**
 * Which permissions a change of a thing needs: places, floors, doors, elevators, groups, links,
 * schedules, calendars and lockdowns (A5). People and rights have judges of their own.
 */
import type { Lockdown, Stop, Unlock } from '../policy/document.js';
import type { RoleModel } from '../policy/role-model.js';
import { type ChangeKind, type ElementChange, kindOf } from './element-change.js';
import { addedTo } from './id-lists.js';
import { actionsFor, type Need, plainNeed } from './need.js';
import { changedMembers, sameValue } from './same-value.js';

/** A place or floor: the permission of its own type; restrictions apart. */
export function needsOfPlain(
  model: RoleModel,
  type: string,
  change: ElementChange<'places'> | ElementChange<'floors'>,
): Need[] {
  const at = { type, id: change.id };
  if (change.before === undefined || change.after === undefined) {
    return [plainNeed(model, type, kindOf(change), at)];
  }
  return needsOfParts(model, type, at, changedMembers(change.before, change.after));
}

/** A link: one that exists is changed by whoever may at every scope where it holds something. */
export function needsOfLink(model: RoleModel, change: ElementChange<'links'>): Need[] {
  const at = { type: 'access_link', id: change.id };
  const own = plainNeed(model, 'access_link', kindOf(change), at);
  return change.before === undefined ? [own] : [own, { ...own, where: 'everywhere' }];
}

/** A door: its `unlock`, its `tenant` and its restrictions apart from all else. */
export function needsOfDoor(model: RoleModel, change: ElementChange<'doors'>): Need[] {
  const { before, after } = change;
  const at = { type: 'door', id: change.id };
  if (after === undefined) return [plainNeed(model, 'door', 'delete', at)];
  const needs = [
    ...needsOfUnlock(at, before, after),
    ...tenancyActions(before?.tenant, after.tenant).map((action) => ({
      type: 'tenancy',
      actions: [action],
      at,
      where: kindOf(change),
    })),
  ];
  if (before === undefined) return [plainNeed(model, 'door', 'create', at), ...needs];
  const parts = changedMembers(before, after);
  parts.delete('unlock');
  parts.delete('tenant');
  return needs.length > 0 && parts.size === 0
    ? needs
    : [...needs, ...needsOfParts(model, 'door', at, parts)];
}

/** Whether a door's change does nothing but end its tenancy. */
export function isReturn({ before, after }: ElementChange<'doors'>): boolean {
  if (before?.tenant === undefined || after === undefined || after.tenant !== undefined)
    return false;
  const parts = changedMembers(before, after);
  return parts.size === 1 && parts.has('tenant');
}

/** An elevator and each of its stops, each by its own type. */
export function needsOfElevator(model: RoleModel, change: ElementChange<'elevators'>): Need[] {
  const { before, after } = change;
  const at = { type: 'elevator', id: change.id };
  const old = new Map((before?.stops ?? []).map((stop) => [stop.id, stop]));
  const next = new Map((after?.stops ?? []).map((stop) => [stop.id, stop]));
  const stops = [...new Set([...old.keys(), ...next.keys()])].flatMap((id) =>
    needsOfStop(model, id, old.get(id), next.get(id)),
  );
  if (before === undefined || after === undefined) {
    return [plainNeed(model, 'elevator', kindOf(change), at), ...stops];
  }
  const parts = changedMembers(before, after);
  parts.delete('stops');
  return parts.size === 0 && stops.length > 0
    ? stops
    : [plainNeed(model, 'elevator', 'update', at), ...stops];
}

/**
 * A group. What it newly holds comes within reach of everybody who holds a role there, so the permission
 * is needed for each new door and stop too, where that lay before.
 */
export function needsOfGroup(model: RoleModel, change: ElementChange<'groups'>): Need[] {
  const { id, before, after } = change;
  const at = { type: 'group', id };
  const kind = kindOf(change);
  const own =
    before === undefined || after === undefined
      ? [plainNeed(model, 'group', kind, at)]
      : needsOfParts(model, 'group', at, changedMembers(before, after));
  const added = [
    ...addedTo(before?.doors, after?.doors).map((door) => ({ type: 'door', id: door })),
    ...addedTo(before?.stops, after?.stops).map((stop) => ({ type: 'elevator_stop', id: stop })),
  ];
  return [
    ...own,
    ...added.map((thing) => ({
      type: 'group',
      actions: actionsFor(model, 'group', kind),
      at: thing,
      where: 'join' as const,
    })),
  ];
}

/** A schedule or calendar; `unlocks` tells whether an unlock uses it, before or after. */
export function needsOfSchedule(
  model: RoleModel,
  change: ElementChange<'schedules'> | ElementChange<'calendars'>,
  unlocks: boolean,
): Need[] {
  const at = { type: change.collection === 'schedules' ? 'schedule' : 'calendar', id: change.id };
  const kind = kindOf(change);
  const types = unlocks ? ['access_schedule', 'unlock_schedule'] : ['access_schedule'];
  return types.map((type) => plainNeed(model, type, kind, at));
}

/** A lockdown: `enable` where it will be, `disable` where it was; both names for the organisation. */
export function needsOfLockdown({ id, before, after }: ElementChange<'lockdowns'>): Need[] {
  const at = { type: 'lockdown', id };
  return [
    ...(before === undefined ? [] : lockdownTypes(before)).map((type) => ({
      type,
      actions: ['disable'],
      at,
      where: 'delete' as const,
    })),
    ...(after === undefined ? [] : lockdownTypes(after)).map((type) => ({
      type,
      actions: ['enable'],
      at,
      where: 'create' as const,
    })),
  ];
}

/** Restrictions ask for a permission of their own where the model names it, all else for the type's. */
function needsOfParts(
  model: RoleModel,
  type: string,
  at: Need['at'],
  parts: ReadonlySet<string>,
): Need[] {
  const apart =
    parts.has('restrictions') && (model.actions.get('restriction')?.has('update') ?? false);
  const needs: Need[] = apart
    ? [{ type: 'restriction', actions: ['update'], at, where: 'update' }]
    : [];
  // A put that changes nothing still asks for the right to put.
  if (apart && parts.size === 1) return needs;
  const own = plainNeed(model, type, 'update', at);
  return [own, ...(parts.has('place') ? [{ ...own, where: 'move' as const }] : []), ...needs];
}

function needsOfStop(
  model: RoleModel,
  id: string,
  before: Stop | undefined,
  after: Stop | undefined,
): Need[] {
  const at = { type: 'elevator_stop', id };
  if (after === undefined) return [plainNeed(model, at.type, 'delete', at)];
  if (before === undefined) {
    return [plainNeed(model, at.type, 'create', at), ...needsOfUnlock(at, before, after)];
  }
  if (sameValue(before, after)) return [];
  return [
    ...needsOfParts(model, at.type, at, changedMembers(before, after)),
    ...needsOfUnlock(at, before, after),
  ];
}

/** Unlock schedules taken up, altered or given up by a door or stop. */
function needsOfUnlock(
  at: Need['at'],
  before: { readonly unlock?: readonly Unlock[] | undefined } | undefined,
  after: { readonly unlock?: readonly Unlock[] | undefined },
): Need[] {
  const old = before?.unlock ?? [];
  const next = after.unlock ?? [];
  if (sameValue(old, next)) return [];
  const action: ChangeKind = old.length === 0 ? 'create' : next.length === 0 ? 'delete' : 'update';
  const where = before === undefined ? 'create' : 'update';
  return [{ type: 'unlock_schedule', actions: [action], at, where }];
}

interface Tenant {
  readonly user: string;
  readonly since: string;
}

function tenancyActions(before: Tenant | undefined, after: Tenant | undefined): string[] {
  if (sameValue(before, after)) return [];
  if (after === undefined) return ['return'];
  return before === undefined || before.user === after.user
    ? ['hand_over']
    : ['return', 'hand_over'];
}

function lockdownTypes({ scope }: Lockdown): string[] {
  switch (scope.type) {
    case 'organization':
      return ['door_lockdown', 'place_lockdown'];
    case 'place':
      return ['place_lockdown'];
    case 'door':
      return ['door_lockdown'];
    default: {
      const never: never = scope.type;
      return never;
    }
  }
}
