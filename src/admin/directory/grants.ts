/** What a directory gives by its rules: for each managed group, which members, when, and by which rows. */
import { parseInstant, type Span } from '../../values/instant.js';
import type { DirectoryRow, DirectoryRowKind, DirectoryRules } from './rules.js';
import type { DirectoryMembership, DirectoryResource, DirectorySnapshot } from './snapshot.js';

/** How long before a booking its access begins, and how long before it begins a right is written, by default. */
export const LEAD_MINUTES_DEFAULT = 15;
export const AHEAD_MINUTES_DEFAULT = 60;

/** A span in which one row gives a member a group. `until` is Infinity where nothing says an end. */
export interface GrantSpan extends Span {
  readonly row: DirectoryRow;
}

/** Group of the policy → id of a member → every span some row gives. */
export type DirectoryGrants = ReadonlyMap<string, ReadonlyMap<string, readonly GrantSpan[]>>;

/** Everything the rules give, of whatever time: the union over all rows. Inactive members get nothing. */
export function directoryGrants(
  snapshot: DirectorySnapshot,
  rules: DirectoryRules,
): DirectoryGrants {
  const grants = new GrantBook(snapshot, rules);
  const placed = placedResources(snapshot);
  for (const membership of snapshot.memberships ?? []) addMembership(grants, membership, placed);
  for (const booking of snapshot.bookings ?? []) {
    for (const row of grants.rows('resource', booking.resource)) {
      const lead = row.leadMinutes ?? rules.leadMinutes ?? LEAD_MINUTES_DEFAULT;
      const from = parseInstant(booking.from) - lead * 60_000;
      grants.add(row, booking.member, { from, until: parseInstant(booking.until) });
    }
  }
  for (const pass of snapshot.dayPasses ?? []) {
    if (pass.remaining === 0) continue;
    const rows = [...grants.rows('day_pass', pass.kind), ...grants.rows('day_pass', undefined)];
    // A pass without a kind would find the row for all passes twice.
    for (const row of new Set(rows)) grants.addHolders(row, pass, spanOf(pass));
  }
  for (const { id } of snapshot.groups ?? []) {
    const rows = grants.rows('group', id);
    if (rows.length === 0) continue;
    for (const member of groupMembers(snapshot, id)) {
      for (const row of rows) grants.add(row, member, ALWAYS);
    }
  }
  return grants.byGroup;
}

const ALWAYS: Span = { from: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY };

/** A resource with its location, which its floor may know. */
interface Placed {
  readonly resource: DirectoryResource;
  readonly location: string | undefined;
}

function placedResources(snapshot: DirectorySnapshot): Map<string, Placed> {
  const locations = new Map((snapshot.floors ?? []).map(({ id, location }) => [id, location]));
  return new Map(
    (snapshot.resources ?? []).map((resource) => {
      const { id, floor, location } = resource;
      const byFloor = floor === undefined ? undefined : locations.get(floor);
      return [id, { resource, location: location ?? byFloor }];
    }),
  );
}

function addMembership(
  grants: GrantBook,
  membership: DirectoryMembership,
  placed: ReadonlyMap<string, Placed>,
): void {
  const span = spanOf(membership);
  const give = (kind: DirectoryRowKind, id: string | undefined, office = false): void => {
    if (id === undefined) return;
    for (const row of grants.rows(kind, id)) {
      if (!office || row.offices === true) grants.addHolders(row, membership, span);
    }
  };
  give('plan', membership.plan);
  const at = membership.resource === undefined ? undefined : placed.get(membership.resource);
  if (at === undefined || at.resource.kind === 'bookable') return;
  const office = at.resource.kind === 'office';
  if (office) give('office', at.resource.id);
  give('location', at.location, office);
  give('floor', at.resource.floor, office);
}

function spanOf({ from, until }: { readonly from?: string; readonly until?: string }): Span {
  return {
    from: from === undefined ? Number.NEGATIVE_INFINITY : parseInstant(from),
    until: until === undefined ? Number.POSITIVE_INFINITY : parseInstant(until),
  };
}

/** Members of a group and of every group in it, each once. */
function groupMembers(snapshot: DirectorySnapshot, id: string): Set<string> {
  const groups = new Map((snapshot.groups ?? []).map((group) => [group.id, group]));
  const members = new Set<string>();
  const seen = new Set([id]);
  // A set grows while it is walked: groups inside come in their turn, and a cycle ends.
  for (const each of seen) {
    const group = groups.get(each);
    for (const member of group?.members ?? []) members.add(member);
    for (const inner of group?.groups ?? []) seen.add(inner);
  }
  return members;
}

/** Gathers grants; knows the rows by what they look at, and the members of each team. */
class GrantBook {
  readonly byGroup = new Map<string, Map<string, GrantSpan[]>>();
  readonly #rows = new Map<string, DirectoryRow[]>();
  readonly #active = new Set<string>();
  readonly #teams = new Map<string, string[]>();

  constructor(snapshot: DirectorySnapshot, rules: DirectoryRules) {
    for (const row of rules.rows) addTo(this.#rows, rowKey(row.kind, row.id), row);
    for (const { id, team, active } of snapshot.members) {
      if (active === false) continue;
      this.#active.add(id);
      if (team !== undefined) addTo(this.#teams, team, id);
    }
  }

  rows(kind: DirectoryRowKind, id: string | undefined): readonly DirectoryRow[] {
    return this.#rows.get(rowKey(kind, id)) ?? [];
  }

  /** To the member named, or where none is named to everybody of the team. */
  addHolders(
    row: DirectoryRow,
    whom: { readonly member?: string; readonly team?: string },
    span: Span,
  ): void {
    if (whom.member !== undefined) this.add(row, whom.member, span);
    else if (whom.team !== undefined) {
      for (const member of this.#teams.get(whom.team) ?? []) this.add(row, member, span);
    }
  }

  add(row: DirectoryRow, member: string, { from, until }: Span): void {
    if (!(from < until) || !this.#active.has(member)) return;
    for (const group of row.groups) {
      let members = this.byGroup.get(group);
      if (members === undefined) {
        members = new Map();
        this.byGroup.set(group, members);
      }
      addTo(members, member, { from, until, row });
    }
  }
}

function rowKey(kind: DirectoryRowKind, id: string | undefined): string {
  return id === undefined ? kind : `${kind} ${id}`;
}

function addTo<V>(lists: Map<string, V[]>, key: string, value: V): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
