/** Where schedules are named, and in which zones they are read there. */
import type { Zone } from '../../checks/time/zone.js';
import type { ScheduleRecord } from '../../engine/records.js';
import { GROUP, scopeCode } from '../../engine/scope-code.js';
import { zoneAt, zoneOf } from '../../engine/snapshot.js';
import { at, find, numberOf } from '../../engine/table.js';
import { writtenScope } from '../../engine/within.js';
import type { Restrictions, Unlock } from '../../policy/document.js';
import type { Ground, Path } from './ground.js';
import { zonesIn } from './ground.js';

/** One place of the document that names or holds a schedule. */
export interface ScheduleUse {
  readonly kind: 'restriction' | 'validity' | 'unlock' | 'arrival';
  readonly path: Path;
  readonly record: ScheduleRecord;
  /** The schedule's number, -1 for one written in place. */
  readonly number: number;
  /** The zones in which it is read here, its own first of all. */
  readonly zones: readonly Zone[];
}

/** Every use, in document order of its kind of element. */
export function scheduleUses(ground: Ground): ScheduleUse[] {
  const uses: ScheduleUse[] = [];
  restrictionUses(ground, uses);
  validityUses(ground, uses);
  return uses;
}

/** A schedule's own zone, else the ones given. */
export function zonesOf(
  { s }: Ground,
  record: ScheduleRecord,
  fallback: readonly (Zone | undefined)[],
): Zone[] {
  const own = record.document.timeZone === undefined ? undefined : zoneOf(s, record, undefined);
  return own !== undefined ? [own] : fallback.filter((zone) => zone !== undefined);
}

function restrictionUses(ground: Ground, uses: ScheduleUse[]): void {
  const { s, policy } = ground;
  const named = (
    kind: ScheduleUse['kind'],
    id: string | undefined,
    path: Path,
    zones: () => readonly (Zone | undefined)[],
  ): void => {
    const record = id === undefined ? undefined : find(s.tables.schedules, id);
    if (id === undefined || record === undefined) return;
    const number = numberOf(s.tables.schedules, id);
    const own = record.document.timeZone === undefined ? zones() : [];
    uses.push({ kind, path, record, number, zones: zonesOf(ground, record, own) });
  };
  const restricted = (
    restrictions: Restrictions | undefined,
    path: Path,
    zones: () => readonly (Zone | undefined)[],
  ): void => {
    named('restriction', restrictions?.schedule, [...path, 'restrictions', 'schedule'], zones);
  };
  policy.places?.forEach((place, index) => {
    const zones = () => [zoneAt(s, numberOf(s.tables.places, place.id))];
    restricted(place.restrictions, ['places', index], zones);
  });
  for (const { portal, path } of ground.openables) {
    const zones = () => [zoneAt(s, portal.place)];
    restricted(portal.document.restrictions, path, zones);
    portal.document.unlock?.forEach((unlock: Unlock, index) => {
      const there = [...path, 'unlock', index];
      named('unlock', unlock.schedule, [...there, 'schedule'], zones);
      named('arrival', unlock.firstToArrive, [...there, 'firstToArrive'], zones);
    });
  }
  policy.groups?.forEach((group, index) => {
    const code = scopeCode(GROUP, numberOf(s.tables.groups, group.id));
    restricted(group.restrictions, ['groups', index], () => zonesIn(ground, code));
  });
}

function validityUses(ground: Ground, uses: ScheduleUse[]): void {
  const { s } = ground;
  for (const code of scopesWithSchedules(ground)) {
    let zones: readonly Zone[] | undefined;
    for (const number of code.assignments) {
      const validity = at(s.tables.validities, number);
      const record = validity?.inline ?? at(s.tables.schedules, validity?.schedule ?? -1);
      if (validity === undefined || record === undefined) continue;
      zones ??= zonesIn(ground, code.scope);
      const path = [...ground.assignmentPath(number), 'validity', 'schedule'];
      uses.push({
        kind: 'validity',
        path,
        record,
        number: validity.schedule,
        zones: zonesOf(ground, record, zones),
      });
    }
  }
}

/** Scopes at which assignments with a schedule are held, with those assignments. */
function scopesWithSchedules({
  s,
  policy,
}: Ground): { readonly scope: number; readonly assignments: readonly number[] }[] {
  const found = new Map<number, number[]>();
  for (const { id, scope, validity } of policy.assignments ?? []) {
    if (validity?.schedule === undefined) continue;
    const code = writtenScope(s, scope);
    const list = found.get(code);
    const number = s.tables.assignments.numbering.get(id) ?? -1;
    if (list === undefined) found.set(code, [number]);
    else list.push(number);
  }
  return [...found].map(([scope, assignments]) => ({ scope, assignments }));
}
