/**
 * Whose rights, and the position of which resources, could differ between two policies: never too little, and little where
 * little changed, so that a large policy is not looked at whole for a small change.
 */

import type { Snapshot } from '../../engine/snapshot.js';
import { at, find, type Table } from '../../engine/table.js';
import type { CollectionName } from '../../policy/document.js';
import { type ChangedIds, changedIds } from './right-changed.js';
import { People } from './right-people.js';
import type { PermissionBook } from './right-permissions.js';
import { idsOfEither, type Sides } from './right-scopes.js';

/** Who and what must be looked at. */
export interface AffectedRights {
  /** Users, links and teams whose rights or position could differ. */
  readonly people: People;
  /** Ids of resources whose position could differ, by collection. */
  readonly resources: Readonly<Record<CollectionName | 'stops', Iterable<string>>>;
}

/** Everything that could differ. */
export function affectedRights(sides: Sides, permissions: PermissionBook): AffectedRights {
  const snapshots = [sides.before.s, sides.after.s] as const;
  const people = new People(snapshots);
  if (!sameFrame(snapshots, permissions)) return everything(snapshots, people);
  const changed = changedIds(...snapshots);
  for (const type of ['user', 'link', 'team'] as const) {
    for (const id of changed[`${type}s`]) people.add(type, id);
  }
  for (const id of changed.assignments) people.addHolder(id);
  // Where a group lies its holders lie; whether it counts is whether what they hold does.
  for (const id of [...changed.movedGroups, ...changed.switchedGroups]) {
    for (const s of snapshots) people.addHolders(s, find(s.tables.groups, id)?.holdings ?? []);
  }
  if (changed.times) addTimed(snapshots, people);
  const all = (collection: CollectionName): string[] => idsOfBoth(snapshots, collection);
  const used = changed.uses ? all : () => [];
  const users = people.of('user');
  return {
    people,
    resources: {
      places: all('places'),
      floors: all('floors'),
      doors: changed.doors,
      elevators: changed.elevators,
      stops: changed.stops,
      groups: changed.movedGroups,
      users,
      teams: people.of('team'),
      links: people.of('link'),
      credentials: new Set([...changed.credentials, ...people.credentialsOf(users)]),
      assignments: new Set([...changed.assignments, ...assignmentsAt(snapshots, changed)]),
      schedules: used('schedules'),
      calendars: used('calendars'),
      lockdowns: all('lockdowns'),
    },
  };
}

/** Whether roles mean the same, by the same clocks. */
function sameFrame([old, s]: readonly [Snapshot, Snapshot], permissions: PermissionBook): boolean {
  if (old.organization.timeZone !== s.organization.timeZone) return false;
  if (old.zones.source !== s.zones.source || old.model.roles.length !== s.model.roles.length) {
    return false;
  }
  return old.model.roles.every(({ id, index }) => {
    const now = s.model.byId.get(id);
    return (
      now !== undefined && permissions.numberOf(old, index) === permissions.numberOf(s, now.index)
    );
  });
}

function everything(snapshots: readonly [Snapshot, Snapshot], people: People): AffectedRights {
  const all = (collection: CollectionName | 'stops') => idsOfBoth(snapshots, collection);
  for (const type of ['user', 'link', 'team'] as const) {
    for (const id of all(`${type}s`)) people.add(type, id);
  }
  return {
    people,
    resources: {
      places: all('places'),
      floors: all('floors'),
      doors: all('doors'),
      elevators: all('elevators'),
      stops: all('stops'),
      groups: all('groups'),
      users: all('users'),
      teams: all('teams'),
      links: all('links'),
      credentials: all('credentials'),
      assignments: all('assignments'),
      schedules: all('schedules'),
      calendars: all('calendars'),
      lockdowns: all('lockdowns'),
    },
  };
}

function idsOfBoth(
  [old, s]: readonly [Snapshot, Snapshot],
  collection: CollectionName | 'stops',
): string[] {
  return [...idsOfEither(old.tables[collection] as Table<unknown>, s.tables[collection])];
}

/** Whoever holds something by a schedule: what schedules say has changed, or by which clock. */
function addTimed(snapshots: readonly [Snapshot, Snapshot], people: People): void {
  for (const s of snapshots) {
    const { blocks, bits } = s.tables.validities;
    blocks.forEach((block, index) => {
      block?.forEach((validity, offset) => {
        if (validity === undefined) return;
        if (validity.schedule < 0 && validity.inline === undefined) return;
        people.addHolders(s, [(index << bits) + offset]);
      });
    });
  }
}

/** Assignments at doors and groups that lie elsewhere. */
function* assignmentsAt(
  snapshots: readonly [Snapshot, Snapshot],
  { doors, movedGroups }: ChangedIds,
): Generator<string> {
  for (const { tables } of snapshots) {
    const held = [
      ...[...doors].map((id) => find(tables.doors, id)?.holdings),
      ...[...movedGroups].map((id) => find(tables.groups, id)?.holdings),
    ];
    for (const number of held.flatMap((numbers) => numbers ?? [])) {
      const assignment = at(tables.assignments, number);
      if (assignment !== undefined) yield assignment.id;
    }
  }
}
