/** Edits of what a person is and has, and of what doors, places, groups and lockdowns ask for. */
import type { Zone } from '../../checks/time/zone.js';
import type { Reason } from '../../engine/decision.js';
import { holdingsOf } from '../../engine/holding.js';
import type { HolderRecord } from '../../engine/records.js';
import type { AccessRequest, Entity } from '../../engine/request.js';
import type { Snapshot } from '../../engine/snapshot.js';
import { find } from '../../engine/table.js';
import type { Credential, Restrictions } from '../../policy/document.js';
import { type Edit, type EditStep, edit, without } from './edit.js';
import { openings } from './edits-hours.js';

/** Which member of `restrictions` a code is about. */
const MEMBERS: Readonly<Record<string, keyof Restrictions>> = {
  geofence: 'geofence',
  reader: 'reader',
  schedule: 'schedule',
  primary_device: 'primaryDevice',
  second_factor: 'secondFactor',
  app_access: 'appAccess',
  occupancy_limit: 'occupancyLimit',
  anti_passback: 'antiPassback',
  two_person: 'twoPerson',
};

/** Edits against a lockdown: it exempts a role that the person holds there, or ends. */
export function lockdownEdits(s: Snapshot, id: string, holder: HolderRecord | undefined): Edit[] {
  const at = { type: 'lockdown', id };
  const ended = edit('lockdowns', id, { kind: 'end_lockdown', at }, () => undefined);
  const held = holder === undefined ? [] : holdingsOf(s, holder).map(({ role }) => role);
  const roles = [...new Set(held)].flatMap((index) => s.model.roles[index]?.id ?? []).sort();
  const exempting = roles.map((role) =>
    edit(
      'lockdowns',
      id,
      { kind: 'exempt_from_lockdown', at, detail: role },
      (before) => before && { ...before, exempt: [...(before.exempt ?? []), role] },
    ),
  );
  return [...exempting, ended];
}

/** Edits of a person or credential that D4 refuses. A stolen credential stays what it is, and one of another his. */
export function personEdits(
  s: Snapshot,
  request: AccessRequest,
  holder: HolderRecord | undefined,
  { code, at }: Reason,
): Edit[] {
  const { id } = at;
  switch (code) {
    case 'subject_inactive': {
      if (at.type === 'link') {
        const step = { kind: 'activate_link', at, personal: true } as const;
        return [edit('links', id, step, (one) => one && without(one, 'active'))];
      }
      const step = { kind: 'activate_user', at, personal: true } as const;
      return [edit('users', id, step, (one) => one && without(one, 'active'))];
    }
    case 'credential_inactive': {
      const credential = find(s.tables.credentials, id);
      if (credential === undefined || credential.state === 'stolen') return [];
      const step = { kind: 'activate_credential', at, personal: true } as const;
      return [edit('credentials', id, step, (one) => one && { ...one, state: 'active' })];
    }
    case 'credential_unknown': {
      const { device } = request.context;
      if (typeof device !== 'string' || holder?.kind !== 'user') return [];
      const card: Credential = { id: device, kind: 'card', user: holder.id, state: 'active' };
      const step = {
        kind: 'register_card',
        at: { type: 'credential', id: device },
        personal: true,
      } as const;
      return [edit('credentials', device, step, () => card)];
    }
    default:
      return [];
  }
}

/** Edits against a restriction that fails, the milder first: of the person where he may have it otherwise, then of the restriction. */
export function restrictionEdits(
  s: Snapshot,
  request: AccessRequest,
  holder: HolderRecord | undefined,
  { code, at, detail }: Reason,
  zone: Zone | undefined,
  time: number,
): Edit[] {
  if (code === 'disabled') {
    const step = { kind: 'enable_group', at } as const;
    return [edit('groups', at.id, step, (one) => one && without(one, 'enabled'))];
  }
  const member = MEMBERS[code];
  if (member === undefined) return [];
  const edits: Edit[] = [];
  if (code === 'primary_device') edits.push(...deviceEdits(request, holder));
  if (code === 'schedule') {
    const id = restrictionsOf(s, at)?.schedule;
    if (id !== undefined) edits.push(...openings(s, id, zone, time));
  }
  const { occupancy } = request.context;
  if (code === 'occupancy_limit' && detail === 'full' && typeof occupancy === 'number') {
    const step = { kind: 'raise_limit', at, detail: member } as const;
    edits.push(restricting(s, step, (one) => ({ ...one, occupancyLimit: occupancy + 1 })));
  }
  if (code === 'anti_passback') {
    const step = { kind: 'soften_passback', at, detail: member } as const;
    edits.push(
      restricting(s, step, (one) => ({
        ...one,
        antiPassback: { ...one.antiPassback, mode: 'soft' },
      })),
    );
    return edits;
  }
  const step = { kind: 'lift_restriction', at, detail: member } as const;
  edits.push(restricting(s, step, (one) => without(one, member)));
  return edits;
}

/** The device in use made the primary one. */
function deviceEdits({ context }: AccessRequest, holder: HolderRecord | undefined): Edit[] {
  const { device } = context;
  if (typeof device !== 'string' || holder?.kind !== 'user') return [];
  const { id } = holder;
  const at = { type: 'user', id };
  const step = { kind: 'set_primary_device', at, detail: device, personal: true } as const;
  return [edit('users', id, step, (one) => one && { ...one, primaryDevice: device })];
}

/** What a door, stop, place or group restricts. */
function restrictionsOf(s: Snapshot, at: Pick<Entity, 'type' | 'id'>): Restrictions | undefined {
  const { doors, stops, places, groups } = s.tables;
  switch (at.type) {
    case 'door':
      return find(doors, at.id)?.document.restrictions;
    case 'elevator_stop':
      return find(stops, at.id)?.document.restrictions;
    case 'place':
      return find(places, at.id)?.document.restrictions;
    default:
      return find(groups, at.id)?.document.restrictions;
  }
}

/** An edit of the restrictions of a door, stop, place or group. */
function restricting(
  s: Snapshot,
  step: EditStep,
  change: (before: Restrictions) => Restrictions,
): Edit {
  const { type, id } = step.at;
  const changed = <T extends { readonly restrictions?: Restrictions | undefined }>(one: T): T => {
    const restrictions = change(one.restrictions ?? {});
    if (Object.keys(restrictions).length === 0) return without(one, 'restrictions');
    return { ...one, restrictions };
  };
  switch (type) {
    case 'door':
      return edit('doors', id, step, (one) => one && changed(one));
    case 'place':
      return edit('places', id, step, (one) => one && changed(one));
    case 'elevator_stop': {
      const elevator = find(s.tables.stops, id)?.elevator?.id ?? '';
      return edit(
        'elevators',
        elevator,
        step,
        (one) =>
          one && {
            ...one,
            stops: one.stops.map((stop) => (stop.id === id ? changed(stop) : stop)),
          },
      );
    }
    default:
      // A group's are a part of what a door's can be, and each edit leaves what it found or takes from it.
      return edit('groups', id, step, (one) => one && changed(one as never));
  }
}
