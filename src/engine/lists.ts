/** Lists: every subject, resource or action a question permits. Each is `filter(all, decide)`, over a narrower "all" where nothing outside can be permitted. */
import { SUBJECT_KINDS } from '../policy/assignment-numbers.js';
import type { CollectionName } from '../policy/document.js';
import { readAction, readEntity, readQuery, readTime } from './ask.js';
import { isOpening, portalOf } from './decide.js';
import { encounter, holderOf } from './encounter.js';
import { unique } from './findings.js';
import { holdingsOf } from './holding.js';
import { HELD_TYPES } from './location.js';
import { standsUnlocked } from './opening.js';
import { checkRequest, permittedUsers } from './quick-check.js';
import type { PortalRecord } from './records.js';
import type { AccessRequest, Entity } from './request.js';
import { DOOR, GROUP, PLACE } from './scope-code.js';
import type { SearchQuery } from './search.js';
import type { Snapshot } from './snapshot.js';
import { at, type Table, values } from './table.js';
import { usersOfTeams } from './within.js';

/** Ids of the resources of the searched type that the subject may act on, sorted. */
export function permittedResources(s: Snapshot, query: SearchQuery<'resource'>): string[] {
  readQuery(query);
  readEntity('/subject', query.subject, true);
  readAction(query.action);
  readEntity('/resource', query.resource, false);
  const time = readTime(query.context, s.zones);
  const { type } = query.resource;
  const { subject, action, context } = query;
  const permitted: string[] = [];
  for (const id of candidateResources(s, query)) {
    const request = { subject, action, resource: { type, id }, context };
    if (checkRequest(s, request, time)) permitted.push(id);
  }
  return permitted.sort();
}

/** Ids of the subjects of the searched type that may act on the resource, sorted. */
export function permittedSubjects(s: Snapshot, query: SearchQuery<'subject'>): string[] {
  readQuery(query);
  readEntity('/subject', query.subject, false);
  readAction(query.action);
  readEntity('/resource', query.resource, true);
  const time = readTime(query.context, s.zones);
  const { type } = query.subject;
  const { action, resource, context } = query;
  const probe: AccessRequest = { ...query, subject: { type, id: '' } };
  if (isOpening(probe) && portalOf(s, probe) === undefined) return [];
  const permitted: string[] = [];
  const users = type === 'user' ? usersAt(s, query, time) : undefined;
  if (users !== undefined) {
    return permittedUsers(s, probe, users, time).sort();
  }
  for (const id of candidateSubjects(s, query, time)) {
    const request = { subject: { type, id }, action, resource, context };
    if (checkRequest(s, request, time)) permitted.push(id);
  }
  return permitted.sort();
}

/** Names of the actions the subject may take on the resource, sorted. */
export function permittedActions(s: Snapshot, query: SearchQuery<'action'>): string[] {
  readQuery(query);
  readEntity('/subject', query.subject, true);
  readEntity('/resource', query.resource, true);
  const time = readTime(query.context, s.zones);
  const names = [...(s.model.actions.get(query.resource.type) ?? [])];
  return unique(names.filter((name) => checkRequest(s, { ...query, action: { name } }, time)));
}

/** Every resource of the type that could be permitted. */
function candidateResources(s: Snapshot, query: SearchQuery<'resource'>): Iterable<string> {
  const { type } = query.resource;
  const door = type === 'door' && query.action.name === 'unlock';
  if (door || (type === 'elevator_stop' && query.action.name === 'get_access')) {
    return candidatePortals(s, query.subject, door ? s.tables.doors : s.tables.stops, door);
  }
  const held = HELD_TYPES.get(type);
  return held === undefined ? [] : idsOf(s, held);
}

/** Doors or stops within the subject's scopes, and those with unlock schedules. */
function candidatePortals(
  s: Snapshot,
  subject: Entity,
  table: Table<PortalRecord>,
  doors: boolean,
): Set<string> {
  const found = new Set<string>();
  const add = (number: number): void => {
    const portal = at(table, number);
    if (portal !== undefined) found.add(portal.id);
  };
  const holder = holderOf(s, subject);
  for (const { scope } of holder === undefined ? [] : holdingsOf(s, holder)) {
    const number = scope >> 2;
    const kind = scope & 3;
    if (kind === DOOR && doors) add(number);
    else if (kind === GROUP) {
      const group = at(s.tables.groups, number);
      for (const member of (doors ? group?.doors : group?.stops) ?? []) add(member);
    } else if (kind === PLACE) {
      const place = at(s.tables.places, number);
      for (const member of (doors ? place?.doors : place?.stops) ?? []) add(member);
    } else if (kind === 0) {
      for (const portal of values(table)) found.add(portal.id);
      return found;
    }
  }
  for (const portal of values(table)) if (portal.unlocks.length > 0) found.add(portal.id);
  return found;
}

/** Every subject of the type that could be permitted. */
function candidateSubjects(
  s: Snapshot,
  query: SearchQuery<'subject'>,
  time: number,
): Iterable<string> {
  const { type } = query.subject;
  if (type === 'credential') return idsOf(s, 'credentials');
  if (type === 'user') return idsOf(s, 'users');
  if (type !== 'link') return [];
  const portal = closedPortal(s, query, time);
  if (portal === undefined) return idsOf(s, 'links');
  const found = new Set<string>();
  for (const number of holdingsAt(s, portal).flat()) {
    const subject = at(s.tables.assignments, number)?.subject;
    if (subject?.type === 'link') found.add(subject.id);
  }
  return found;
}

/** The users, by number, with an assignment at the door asked about; undefined where others could be permitted too. */
function usersAt(s: Snapshot, query: SearchQuery<'subject'>, time: number): Int32Array | undefined {
  const portal = closedPortal(s, query, time);
  return portal && usersWithin(s, portal);
}

/**
 * The users, by number, with an assignment whose scope contains the door or stop, by themselves or by a team.
 * Ascending: what is asked of one lies beside what is asked of the next.
 */
export function usersWithin(s: Snapshot, portal: PortalRecord): Int32Array {
  const users: number[] = [];
  const teams = new Set<string>();
  for (const holdings of holdingsAt(s, portal)) {
    for (const number of holdings) {
      const holder = at(s.tables.holders, number) ?? -1;
      const kind = SUBJECT_KINDS[holder & 3];
      if (kind === 'user') users.push(holder >> 2);
      else if (kind === 'team') teams.add(at(s.tables.teams, holder >> 2)?.id ?? '');
    }
  }
  for (const id of usersOfTeams(s, teams)) {
    const user = s.tables.users.numbering.get(id);
    if (user !== undefined) users.push(user);
  }
  const sorted = Int32Array.from(users).sort();
  return sorted.filter((user, index) => user !== sorted[index - 1]);
}

/** The door or stop a search is about, unless it stands unlocked for everybody. */
function closedPortal(
  s: Snapshot,
  query: SearchQuery<'subject'>,
  time: number,
): PortalRecord | undefined {
  const request: AccessRequest = { ...query, subject: { type: query.subject.type, id: '' } };
  const portal = isOpening(request) ? portalOf(s, request) : undefined;
  if (portal === undefined) return undefined;
  return standsUnlocked(s, encounter(s, portal, request, time)) ? undefined : portal;
}

/** Numbers of all assignments whose scope contains the door or stop, a list for each scope. */
export function holdingsAt(s: Snapshot, portal: PortalRecord): (readonly number[])[] {
  const lists = [s.holdings, at(s.tables.places, portal.place)?.holdings ?? []];
  for (const group of portal.groups) lists.push(at(s.tables.groups, group)?.holdings ?? []);
  lists.push(portal.holdings);
  return lists;
}

/** Ids of everything a collection holds. */
function idsOf(s: Snapshot, held: CollectionName | 'organization' | 'stops'): string[] {
  if (held === 'organization') return [s.organization.id];
  const table = s.tables[held] as Table<unknown>;
  const ids: string[] = [];
  for (const [id, number] of table.numbering) if (at(table, number) !== undefined) ids.push(id);
  return ids;
}
