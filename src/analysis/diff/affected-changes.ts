/** Element by element, who and what a change affects. */

import { changedMembers } from '../../admin/same-value.js';
import type { HolderRecord, PlaceRecord, PortalRecord } from '../../engine/records.js';
import type { Snapshot } from '../../engine/snapshot.js';
import { find } from '../../engine/table.js';
import { portalsOf, portalsWithin, usersOfTeams, writtenScope } from '../../engine/within.js';
import type { Credential, Elevator, Lockdown, Team } from '../../policy/document.js';
import { Affected, holdersOf } from './affected.js';
import { changedElements, changedParts, sided, tablesOf } from './changed-elements.js';
import { assigned, changedSchedules, usesOf } from './changed-schedules.js';
import { type Comparison, SIDES, type Side } from './comparison.js';

/** What two policies write differently, and whom it affects. */
export function affectedBy(c: Comparison): Affected {
  const affected = new Affected(c);
  const [before, after] = c.snapshots;
  const changed = changedMembers(before.organization, after.organization);
  changed.delete('name');
  if (changed.size > 0 || before.zones.source !== after.zones.source) affected.everything();
  else changesOf(c, affected);
  return affected;
}

/** Notes everything that two policies of one organisation write differently. */
function changesOf(c: Comparison, affected: Affected): void {
  const schedules = changedSchedules(c);
  for (const side of SIDES) usesOf(c.snapshots[side], side, schedules[side], affected);
  changesOfPlaces(c, affected);
  changesOfGroups(c, affected);
  changesOfPeople(c, affected);
  const [before, after] = tablesOf(c.snapshots, (tables) => tables.assignments);
  for (const change of changedElements(
    before,
    after,
    ({ id }) => id,
    (each) => each,
  )) {
    sided(change, (side, assignment) => assigned(c.snapshots[side], assignment, affected));
  }
  const [locked, unlocked] = tablesOf(c.snapshots, (tables) => tables.lockdowns);
  for (const change of changedElements(
    locked,
    unlocked,
    ({ id }) => id,
    (each) => each,
  )) {
    sided(change, (side, lockdown) => lockedDown(c.snapshots[side], lockdown, affected));
  }
}

/** Places, doors and elevators. */
function changesOfPlaces(c: Comparison, affected: Affected): void {
  const [before, after] = tablesOf(c.snapshots, (tables) => tables);
  for (const change of changedElements<PlaceRecord>(
    before.places,
    after.places,
    ({ document }) => document.id,
    ({ document }) => document,
  )) {
    sided(change, (side, { document }) => affected.place(side, document.id));
  }
  for (const change of changedElements<PortalRecord>(
    before.doors,
    after.doors,
    ({ id }) => id,
    ({ document }) => document,
  )) {
    sided(change, (_, portal) => affected.door(portal));
  }
  for (const change of changedElements<Elevator>(
    before.elevators,
    after.elevators,
    ({ id }) => id,
    (each) => each,
  )) {
    sided(change, (side, { stops }) => {
      for (const { id } of stops) affected.door(find(c.snapshots[side].tables.stops, id));
    });
  }
}

/** A group's holders: at all of its doors where the group itself changed, else at those that come or go. */
function changesOfGroups(c: Comparison, affected: Affected): void {
  const [before, after] = tablesOf(c.snapshots, (tables) => tables.groups);
  for (const change of changedElements(
    before,
    after,
    ({ document }) => document.id,
    ({ document }) => document,
  )) {
    const parts = changedParts(change.before?.document, change.after?.document);
    const whole = [...parts].some(
      (part) => part !== 'doors' && part !== 'stops' && part !== 'place',
    );
    const keys = [change.before, change.after].map(
      (group, side) =>
        new Map(
          Array.from(portalsOf(c.snapshots[side as Side].tables, group), (portal) => [
            `${portal.type}:${portal.id}`,
            portal,
          ]),
        ),
    ) as [Map<string, PortalRecord>, Map<string, PortalRecord>];
    for (const side of SIDES) {
      const group = side === 0 ? change.before : change.after;
      const holders = holdersOf(c.snapshots[side], group?.holdings ?? []);
      const both = [...keys[0], ...keys[1]].filter(
        ([key]) => whole || !(keys[0].has(key) && keys[1].has(key)),
      );
      for (const [, portal] of both) for (const subject of holders) affected.pair(subject, portal);
    }
  }
}

/** Users, links, teams and credentials. */
function changesOfPeople(c: Comparison, affected: Affected): void {
  const [before, after] = tablesOf(c.snapshots, (tables) => tables);
  for (const name of ['users', 'links'] as const) {
    for (const { before: was, after: is } of changedElements<HolderRecord>(
      before[name],
      after[name],
      ({ id }) => id,
      ({ document }) => document,
    )) {
      const { kind, id } = (was ?? is) as HolderRecord;
      affected.person({ type: kind, id });
    }
  }
  for (const change of changedElements<HolderRecord>(
    before.teams,
    after.teams,
    ({ id }) => id,
    ({ document }) => document,
  )) {
    for (const id of membersThatDiffer(c, change.before, change.after))
      affected.person({ type: 'user', id });
  }
  for (const change of changedElements<Credential>(
    before.credentials,
    after.credentials,
    ({ id }) => id,
    (each) => each,
  )) {
    sided(change, (_, { id, user }) => {
      affected.person({ type: 'user', id: user });
      // One that stayed with its user is answered as he is.
      if (change.before?.user !== change.after?.user) affected.person({ type: 'credential', id });
    });
  }
}

/** Users whom a change of a team makes come or go, one of those nested in it included. */
function membersThatDiffer(
  c: Comparison,
  before: HolderRecord | undefined,
  after: HolderRecord | undefined,
): string[] {
  const lists = SIDES.map((side) => {
    const team = side === 0 ? before : after;
    const { users = [], teams = [] } = (team?.document ?? {}) as Partial<Team>;
    return new Set([...users, ...usersOfTeams(c.snapshots[side], teams)]);
  });
  return [...(lists[0] ?? []), ...(lists[1] ?? [])].filter(
    (id) => !(lists[0]?.has(id) && lists[1]?.has(id)),
  );
}

function lockedDown(s: Snapshot, lockdown: Lockdown, affected: Affected): void {
  for (const portal of portalsWithin(s, writtenScope(s, lockdown.scope))) affected.door(portal);
}
