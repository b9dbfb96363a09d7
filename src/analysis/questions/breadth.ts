/** How far a change of policy reaches beyond what it is meant for. */
import { judge } from '../../engine/decide.js';
import { compareText } from '../../engine/findings.js';
import { holdingsOf } from '../../engine/holding.js';
import { holdingsAt, usersWithin } from '../../engine/lists.js';
import type { HolderRecord, PortalRecord } from '../../engine/records.js';
import type { AccessRequest, Entity } from '../../engine/request.js';
import type { Snapshot } from '../../engine/snapshot.js';
import { at, find, values } from '../../engine/table.js';
import { portalsWithin, writtenScope } from '../../engine/within.js';
import type { Edit } from './edit.js';

/** Pairs of a person and a door looked at for one change: enough to tell a few from many. */
const PAIRS_MAX = 4096;

/**
 * How many other pairs of a user or link and a door or stop a change lets in: permitted after and refused before by the
 * same facts at the same time, where a device is that person's primary one and a reader the first of that door with the same
 * direction. Pairs are those at the doors that what is changed concerns, and of its person alone where it is personal.
 */
export interface Breadth {
  readonly pairs: number;
  /** False where more pairs are concerned than were looked at: then at least so many. */
  readonly exact: boolean;
}

/** The breadth of edits that led from one snapshot to the next. */
export function breadthOf(
  before: Snapshot,
  after: Snapshot,
  request: AccessRequest,
  time: number,
  edits: readonly Edit[],
): Breadth {
  const asked = pairKey(request.subject, request.resource);
  const seen = new Set<string>([asked]);
  let pairs = 0;
  for (const { holder, portal } of concerned(after, edits, request.resource)) {
    const key = pairKey({ type: holder.kind, id: holder.id }, portal);
    if (seen.has(key)) continue;
    if (seen.size > PAIRS_MAX) return { pairs, exact: false };
    seen.add(key);
    const own = requestOf(after, request, holder, portal);
    if (!judge(after, own, time, undefined)) continue;
    if (!judge(before, own, time, undefined)) pairs += 1;
  }
  return { pairs, exact: true };
}

function pairKey(
  one: { readonly type: string; readonly id: string },
  other: { readonly type: string; readonly id: string },
): string {
  return `${one.type} ${one.id} ${other.type} ${other.id}`;
}

/** The same request of somebody else at another door. */
function requestOf(
  s: Snapshot,
  { context }: AccessRequest,
  holder: HolderRecord,
  portal: PortalRecord,
): AccessRequest {
  const { device, reader, ...facts } = context;
  const stood = typeof reader === 'string' ? find(s.tables.readers, reader) : undefined;
  const direction = stood === undefined ? undefined : directionOf(s, stood, reader);
  const own = portal.readers.find((one) => (one.direction ?? 'entry') === direction);
  return {
    subject: { type: holder.kind, id: holder.id },
    action: { name: portal.type === 'door' ? 'unlock' : 'get_access' },
    resource: { type: portal.type, id: portal.id },
    context: {
      ...facts,
      ...(device === undefined || holder.primaryDevice === undefined
        ? {}
        : { device: holder.primaryDevice }),
      ...(own === undefined ? {} : { reader: own.id }),
    },
  };
}

/** @param owner - `door` or `elevator`, and its id. */
function directionOf(s: Snapshot, owner: string, reader: unknown): 'entry' | 'exit' {
  const id = owner.slice(owner.indexOf(' ') + 1);
  const readers = owner.startsWith('door ')
    ? find(s.tables.doors, id)?.readers
    : find(s.tables.elevators, id)?.readers;
  return readers?.find((one) => one.id === reader)?.direction ?? 'entry';
}

interface Pair {
  readonly holder: HolderRecord;
  readonly portal: PortalRecord;
}

/** Pairs that edits concern, those of the person first. */
function* concerned(s: Snapshot, edits: readonly Edit[], asked: Entity): Generator<Pair> {
  const sorted = [...edits].sort((a, b) => Number(b.personal) - Number(a.personal));
  for (const edit of sorted) {
    const own = edit.personal ? personOf(s, edit) : undefined;
    if (own !== undefined) {
      for (const { scope } of holdingsOf(s, own)) {
        for (const portal of portalsWithin(s, scope)) yield { holder: own, portal };
      }
      continue;
    }
    for (const portal of portalsOf(s, edit, asked)) {
      for (const holder of holdersNear(s, portal)) yield { holder, portal };
    }
  }
}

/** Whose edit a personal one is. */
function personOf(s: Snapshot, { collection, id, detail }: Edit): HolderRecord | undefined {
  const { users, links, credentials, assignments } = s.tables;
  switch (collection) {
    case 'users':
      return find(users, id);
    case 'links':
      return find(links, id);
    case 'credentials':
      return find(users, find(credentials, id)?.user ?? '');
    case 'teams':
      return find(users, detail ?? '');
    default: {
      const subject = find(assignments, id)?.subject;
      return subject?.type === 'link'
        ? find(links, subject.id)
        : find(users, subject?.type === 'user' ? subject.id : '');
    }
  }
}

/** Doors and stops that an edit of something shared concerns; of a schedule or calendar every one, as any may use it. */
function* portalsOf(
  s: Snapshot,
  { kind, collection, id, at: where }: Edit,
  asked: Entity,
): Generator<PortalRecord> {
  const { tables } = s;
  const scoped = (type: string, one: string): Generator<PortalRecord> =>
    portalsWithin(s, writtenScope(s, { type, id: one }));
  // Of a group that takes in a door nothing changes at its others.
  if (kind === 'add_to_group') {
    const own = find(asked.type === 'door' ? tables.doors : tables.stops, asked.id);
    return yield* own === undefined ? [] : [own];
  }
  switch (collection) {
    case 'groups':
      return yield* scoped('group', id);
    case 'doors':
      return yield* scoped('door', id);
    case 'places':
      return yield* scoped('place', id);
    case 'elevators':
      return yield* [find(tables.stops, where.id)].flatMap((stop) => stop ?? []);
    case 'assignments': {
      const scope = find(tables.assignments, id)?.scope;
      return yield* scope === undefined ? [] : scoped(scope.type, scope.id);
    }
    default:
      return yield* portalsWithin(s, 0);
  }
}

/** Users and links with an assignment around a door; everybody where it may stand unlocked. */
function holdersNear(s: Snapshot, portal: PortalRecord): Iterable<HolderRecord> {
  const { users, links, assignments } = s.tables;
  if (portal.unlocks.length > 0) return everybody(s);
  const near = Array.from(usersWithin(s, portal), (number) => at(users, number));
  const linked = holdingsAt(s, portal)
    .flat()
    .map((number) => at(assignments, number)?.subject)
    .map((subject) => (subject?.type === 'link' ? find(links, subject.id) : undefined));
  const holders = [...near, ...linked].flatMap((holder) => holder ?? []);
  return holders.sort((a, b) => compareText(a.kind, b.kind) || compareText(a.id, b.id));
}

function* everybody(s: Snapshot): Generator<HolderRecord> {
  yield* values(s.tables.users);
  yield* values(s.tables.links);
}
