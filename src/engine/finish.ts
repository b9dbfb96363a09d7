/** The end of an update: staged elements become records, edited lists are rebuilt, the rest is shared. */
import type { Door, Group, Place } from '../policy/document.js';
import type { Drafts, StillUsed } from './drafts.js';
import { finishHolders } from './finish-holders.js';
import { type ListEdits, sortedNumbers } from './list-edits.js';
import { makeDoor, makeStop, portalWith } from './make-portals.js';
import { makeGroup, makeLockdown, makePlace, makeSchedule, makeValidity } from './make-records.js';
import { packsAfter } from './packs.js';
import type { GroupRecord, LockdownRecord, PlaceRecord, PortalRecord } from './records.js';
import type { Snapshot } from './snapshot.js';
import { at, type Table } from './table.js';
import { TableDraft } from './table-draft.js';

/** What an update came to. */
export interface Updated {
  readonly snapshot: Snapshot;
  /** Non-empty: the snapshot must not be used. */
  readonly stillUsed: readonly StillUsed[];
  /** Forgets the ids that were new, for a change that is not to be. The snapshot must not be used after. */
  undo(): void;
}

const NONE: readonly never[] = [];

/** Builds the next snapshot. */
export function finish(drafts: Drafts, revision: number): Updated {
  const { base, frame } = drafts;
  const used: StillUsed[] = [];
  const lockdowns = drafts.lockdowns.done();
  const schedules = new TableDraft(base.tables.schedules);
  for (const [number, document] of drafts.schedules) {
    schedules.set(number, document && makeSchedule(document, drafts.numbers));
  }
  const validities = new TableDraft(base.tables.validities);
  for (const [number, document] of drafts.validities) {
    validities.set(number, makeValidity(document?.validity, drafts.numbers));
  }
  const holders = finishHolders(drafts, used);
  const tables = {
    places: finishPlaces(drafts, used),
    floors: drafts.floors.done(),
    doors: finishDoors(drafts, used),
    elevators: drafts.elevators.done(),
    stops: finishStops(drafts, used),
    groups: finishGroups(drafts, used),
    ...holders,
    credentials: drafts.credentials.done(),
    assignments: drafts.assignments.done(),
    holders: drafts.holders.done(),
    validities: validities.done(),
    schedules: schedules.done(),
    calendars: drafts.calendars.done(),
    lockdowns,
    readers: finishReaders(drafts),
  };
  const references = {
    places: drafts.counts.places.done(),
    floors: drafts.counts.floors.done(),
    users: drafts.counts.users.done(),
    schedules: drafts.counts.schedules.done(),
    calendars: drafts.counts.calendars.done(),
  };
  for (const { collection, id } of drafts.removals) {
    if (collection in references) {
      const counts = references[collection as keyof typeof references];
      const number = counts.numbering.get(id);
      if (number !== undefined && at(counts, number) !== undefined) used.push({ collection, id });
    }
  }
  const uniqueHoldings = new Map(base.uniqueHoldings);
  for (const role of drafts.uniqueHoldings.keys()) {
    uniqueHoldings.set(role, drafts.uniqueHoldings.apply(role, uniqueHoldings.get(role) ?? NONE));
  }
  const snapshot: Snapshot = {
    ...frame,
    revision,
    tables,
    references,
    packs: packsAfter(base, tables),
    lockdowns: lockdownsOf(drafts, 'organization', 0, base.lockdowns),
    holdings: drafts.holdingsAt['organization']?.apply(0, base.holdings) ?? base.holdings,
    uniqueHoldings,
  };
  return { snapshot, stillUsed: used, undo: () => drafts.undo() };
}

/** The lockdowns of a scope after the edits. */
function lockdownsOf(
  drafts: Drafts,
  scope: 'organization' | 'place' | 'door',
  number: number,
  before: readonly LockdownRecord[],
): readonly LockdownRecord[] {
  const edits = drafts.lockdownsAt[scope];
  if (edits?.of(number) === undefined) return before;
  const numbers = before.map((record) => drafts.number('lockdowns', record.document.id));
  const after = edits.apply(number, numbers);
  if (after === numbers) return before;
  const records: LockdownRecord[] = [];
  for (const lockdown of after) {
    const document = drafts.lockdowns.get(lockdown);
    if (document === undefined) continue;
    records.push(makeLockdown(document, drafts.scopeOf(document.scope), drafts.frame.model));
  }
  return records;
}

/** Numbers of records that a staging map or any of the edited lists touches. */
function touched(
  staged: ReadonlyMap<number, unknown>,
  ...edits: (ListEdits | undefined)[]
): Set<number> {
  const numbers = new Set(staged.keys());
  for (const edit of edits) for (const number of edit?.keys() ?? []) numbers.add(number);
  return numbers;
}

function finishReaders(drafts: Drafts): Table<string> {
  const table = new TableDraft(drafts.base.tables.readers);
  for (const id of drafts.readersLeft) table.set(drafts.number('readers', id), undefined);
  for (const [id, owner] of drafts.readersTaken) table.set(drafts.number('readers', id), owner);
  return table.done();
}

function finishPlaces(drafts: Drafts, used: StillUsed[]): Table<PlaceRecord> {
  const table = new TableDraft(drafts.base.tables.places);
  const { placeDoors, placeStops, holdingsAt, lockdownsAt } = drafts;
  const at = touched(
    drafts.places,
    placeDoors,
    placeStops,
    holdingsAt['place'],
    lockdownsAt['place'],
  );
  for (const number of at) {
    const before = table.get(number);
    const staged = drafts.places.has(number);
    const document: Place | undefined = staged ? drafts.places.get(number) : before?.document;
    const lists = {
      doors: placeDoors.apply(number, before?.doors ?? NONE),
      stops: placeStops.apply(number, before?.stops ?? NONE),
      holdings: holdingsAt['place']?.apply(number, before?.holdings ?? NONE) ?? NONE,
      lockdowns: lockdownsOf(drafts, 'place', number, before?.lockdowns ?? NONE),
    };
    if (document === undefined) {
      const left = lists.doors.length + lists.stops.length + lists.holdings.length;
      const id = before?.document.id;
      if (id !== undefined && left + lists.lockdowns.length > 0) {
        used.push({ collection: 'places', id });
      }
      table.set(number, undefined);
      continue;
    }
    const zone =
      document.timeZone === undefined ? undefined : drafts.frame.zones.get(document.timeZone);
    table.set(number, makePlace(number, document, zone, lists, drafts.numbers));
  }
  return table.done();
}

function finishDoors(drafts: Drafts, used: StillUsed[]): Table<PortalRecord> {
  const table = new TableDraft(drafts.base.tables.doors);
  const { doorGroups, holdingsAt, lockdownsAt } = drafts;
  for (const number of touched(drafts.doors, doorGroups, holdingsAt['door'], lockdownsAt['door'])) {
    const before = table.get(number);
    const staged = drafts.doors.has(number);
    const document = staged ? drafts.doors.get(number) : (before?.document as Door | undefined);
    const lists = {
      groups: doorGroups.applySorted(number, before?.groups ?? NONE),
      holdings: holdingsAt['door']?.apply(number, before?.holdings ?? NONE) ?? NONE,
      lockdowns: lockdownsOf(drafts, 'door', number, before?.lockdowns ?? NONE),
    };
    if (document === undefined) {
      const left = lists.groups.length + lists.holdings.length + lists.lockdowns.length;
      if (before !== undefined && left > 0) used.push({ collection: 'doors', id: before.id });
      table.set(number, undefined);
    } else if (!staged && before !== undefined) {
      table.set(number, portalWith(before, lists));
    } else {
      const parts = { number, place: drafts.number('places', document.place), ...lists };
      table.set(number, makeDoor(document, parts, drafts.numbers));
    }
  }
  return table.done();
}

function finishStops(drafts: Drafts, used: StillUsed[]): Table<PortalRecord> {
  const table = new TableDraft(drafts.base.tables.stops);
  for (const number of touched(drafts.stops, drafts.stopGroups)) {
    const before = table.get(number);
    const staged = drafts.stops.has(number) ? drafts.stops.get(number) : stagedBefore(before);
    const groups = drafts.stopGroups.applySorted(number, before?.groups ?? NONE);
    if (staged === undefined) {
      if (before !== undefined && groups.length > 0)
        used.push({ collection: 'stops', id: before.id });
      table.set(number, undefined);
      continue;
    }
    const { stop, elevator } = staged;
    const place = drafts.number('places', elevator.place);
    const parts = { number, place, groups, holdings: NONE, lockdowns: NONE };
    table.set(number, makeStop(stop, elevator, parts, drafts.numbers));
  }
  return table.done();
}

function stagedBefore(before: PortalRecord | undefined) {
  if (before?.elevator === undefined || before.type !== 'elevator_stop') return undefined;
  const { elevator } = before;
  const stop = elevator.stops.find(({ id }) => id === before.id);
  return stop && { stop, elevator };
}

function finishGroups(drafts: Drafts, used: StillUsed[]): Table<GroupRecord> {
  const table = new TableDraft(drafts.base.tables.groups);
  const edits = drafts.holdingsAt['group'];
  for (const number of touched(drafts.groups, edits)) {
    const before = table.get(number);
    const staged = drafts.groups.has(number);
    const document: Group | undefined = staged ? drafts.groups.get(number) : before?.document;
    const holdings = edits?.apply(number, before?.holdings ?? NONE) ?? NONE;
    if (document === undefined) {
      if (before !== undefined && holdings.length > 0) {
        used.push({ collection: 'groups', id: before.document.id });
      }
      table.set(number, undefined);
      continue;
    }
    if (!staged && before !== undefined) {
      table.set(number, { ...before, holdings });
      continue;
    }
    const place = document.place === undefined ? -1 : drafts.number('places', document.place);
    const members = {
      doors: sortedNumbers((document.doors ?? []).map((id) => drafts.number('doors', id))),
      stops: sortedNumbers((document.stops ?? []).map((id) => drafts.number('stops', id))),
      holdings,
    };
    table.set(number, makeGroup(number, document, place, members, drafts.numbers));
  }
  return table.done();
}
