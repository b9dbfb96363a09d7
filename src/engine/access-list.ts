/** Who has access, apart from who may open now (KIWI: an inactive door stays in the list, marked so). */
import { readEntity } from './ask.js';
import { compareText } from './findings.js';
import { failingParts, groupEnabled, holdingsOf } from './holding.js';
import { holdingsAt } from './lists.js';
import type { HolderRecord, PortalRecord } from './records.js';
import type { Entity } from './request.js';
import { GROUP } from './scope-code.js';
import type { AccessEntry } from './search.js';
import { type Snapshot, zoneAt } from './snapshot.js';
import { at, find } from './table.js';
import { portalsWithin } from './within.js';

/** Entries for a door or stop (who holds it) or for a user, team or link (what it holds). */
export function accessList(s: Snapshot, entity: Entity, time: number): AccessEntry[] {
  readEntity('/entity', entity, true);
  const entries: AccessEntry[] = [];
  switch (entity.type) {
    case 'door':
    case 'elevator_stop': {
      const portal = find(entity.type === 'door' ? s.tables.doors : s.tables.stops, entity.id);
      if (portal === undefined) break;
      for (const assignment of holdingsAt(s, portal).flat()) {
        addEntry(s, entries, assignment, portal, time);
      }
      break;
    }
    case 'user':
    case 'team':
    case 'link': {
      const holder: HolderRecord | undefined = find(s.tables[`${entity.type}s`], entity.id);
      for (const holding of holder === undefined ? [] : holdingsOf(s, holder)) {
        for (const portal of portalsWithin(s, holding.scope)) {
          addEntry(s, entries, holding.assignment, portal, time);
        }
      }
      break;
    }
    default:
      break;
  }
  return entries.sort(
    (a, b) =>
      compareText(a.resource.type, b.resource.type) ||
      compareText(a.resource.id, b.resource.id) ||
      compareText(a.assignment, b.assignment),
  );
}

/** Adds the entry of one assignment at one door, if its role opens it. */
function addEntry(
  s: Snapshot,
  entries: AccessEntry[],
  assignment: number,
  portal: PortalRecord,
  time: number,
): void {
  const document = at(s.tables.assignments, assignment);
  const role = document && s.model.byId.get(document.role);
  const roles = portal.type === 'door' ? s.mayUnlock : s.mayGetAccess;
  if (document === undefined || role === undefined || roles?.[role.index] !== 1) return;
  const validity = at(s.tables.validities, assignment);
  const zone = zoneAt(s, portal.place);
  const failing = validity === undefined ? [] : failingParts(s, validity, time, zone);
  const group =
    document.scope.type === 'group' ? find(s.tables.groups, document.scope.id) : undefined;
  entries.push({
    assignment: document.id,
    subject: { type: document.subject.type, id: document.subject.id },
    role: document.role,
    resource: { type: portal.type, id: portal.id },
    status: failing[0] ?? 'active',
    enabled:
      document.enabled !== false &&
      (group === undefined || groupEnabled(s, group.number * 4 + GROUP)),
  });
}
