/** Which offline doors a change of the policy may touch: rather one too many than one too few. */
import { snapshotOf } from '../../engine/compile.js';
import type { Engine } from '../../engine/engine.js';
import { holdingsOf } from '../../engine/holding.js';
import type { HolderRecord } from '../../engine/records.js';
import { DOOR, GROUP, PLACE, type ScopeCode } from '../../engine/scope-code.js';
import type { Snapshot } from '../../engine/snapshot.js';
import { at, find, values } from '../../engine/table.js';
import type { Changes } from '../../policy/changes.js';
import type { CollectionName } from '../../policy/document.js';

/** A change of one of these may bear on any door: what uses it is not looked for. */
const FAR: readonly CollectionName[] = ['schedules', 'calendars'];

/** Ids of offline doors, sorted. */
export function touchedDoors(before: Engine, after: Engine, changes: Changes): string[] {
  const doors = new Set<string>();
  const isFar =
    changes.organization !== undefined || FAR.some((name) => idsOf(changes, name).length > 0);
  const isMoved = movedBetween(snapshotOf(before), snapshotOf(after));
  for (const engine of [before, after]) {
    const s = snapshotOf(engine);
    if (isFar) addDoors(s, [0], doors);
    else for (const scope of scopesOf(s, changes, isMoved)) addDoors(s, [scope], doors);
  }
  return [...doors].sort();
}

/** Whether more than the name or address of somebody is another. */
type IsMoved = (user: string) => boolean;

function movedBetween(before: Snapshot, after: Snapshot): IsMoved {
  return (id) => {
    const [was, is] = [find(before.tables.users, id), find(after.tables.users, id)];
    return was?.active !== is?.active || was?.primaryDevice !== is?.primaryDevice;
  };
}

/** Scopes in which something lies that the change names. */
function scopesOf(s: Snapshot, changes: Changes, isMoved: IsMoved): Set<ScopeCode> {
  const { tables } = s;
  const scopes = new Set<ScopeCode>();
  const add = (type: number, number: number | undefined) => {
    if (number !== undefined) scopes.add((number << 2) | type);
  };
  for (const id of idsOf(changes, 'doors')) add(DOOR, find(tables.doors, id)?.number);
  for (const id of idsOf(changes, 'places')) add(PLACE, find(tables.places, id)?.number);
  for (const id of idsOf(changes, 'groups')) add(GROUP, find(tables.groups, id)?.number);
  for (const id of idsOf(changes, 'lockdowns')) addNamed(s, find(tables.lockdowns, id), add);
  for (const id of idsOf(changes, 'assignments')) addNamed(s, find(tables.assignments, id), add);
  const holders: (HolderRecord | undefined)[] = [
    ...idsOf(changes, 'users')
      .filter(isMoved)
      .map((id) => find(tables.users, id)),
    ...idsOf(changes, 'teams').map((id) => find(tables.teams, id)),
    ...idsOf(changes, 'credentials').map((id) => {
      const credential = find(tables.credentials, id);
      return credential && find(tables.users, credential.user);
    }),
  ];
  for (const holder of holders) {
    for (const { scope } of holder === undefined ? [] : holdingsOf(s, holder)) scopes.add(scope);
  }
  return scopes;
}

function addNamed(
  s: Snapshot,
  element: { readonly scope: { readonly type: string; readonly id: string } } | undefined,
  add: (type: number, number: number | undefined) => void,
): void {
  if (element === undefined) return;
  const { type, id } = element.scope;
  if (type === 'organization') add(0, 0);
  if (type === 'place') add(PLACE, find(s.tables.places, id)?.number);
  if (type === 'group') add(GROUP, find(s.tables.groups, id)?.number);
  if (type === 'door') add(DOOR, find(s.tables.doors, id)?.number);
}

function addDoors(s: Snapshot, scopes: readonly ScopeCode[], doors: Set<string>): void {
  for (const scope of scopes) {
    for (const number of doorsIn(s, scope)) {
      const portal = at(s.tables.doors, number);
      if (portal?.offline) doors.add(portal.id);
    }
  }
}

function doorsIn(s: Snapshot, scope: ScopeCode): readonly number[] {
  const number = scope >> 2;
  switch (scope & 3) {
    case PLACE:
      return at(s.tables.places, number)?.doors ?? [];
    case GROUP:
      return at(s.tables.groups, number)?.doors ?? [];
    case DOOR:
      return [number];
    default:
      return [...values(s.tables.doors)].map((portal) => portal.number);
  }
}

function idsOf(changes: Changes, collection: CollectionName): readonly string[] {
  const put = (changes.put?.[collection] ?? []) as readonly { readonly id: string }[];
  return [...put.map(({ id }) => id), ...(changes.remove?.[collection] ?? [])];
}
