/**
 * What an outside directory says at one moment: its people, what they subscribed to, where that lies, what they
 * booked. Read strictly and as a whole, because whatever is missing here is taken away at the doors.
 */
import { issueList, type Report } from '../../policy/issue-list.js';
import type { Parsed } from '../../policy/parse.js';
import { quote } from '../../policy/pointer.js';
import { type Shape, shapeOf } from '../../policy/shape.js';
import { parseInstant } from '../../values/instant.js';
import { SNAPSHOT_SCHEMA } from './directory-schema.js';

/** A person. Ids of a directory are texts of its own, never ids of the policy. */
export interface DirectoryMember {
  readonly id: string;
  readonly name?: string;
  readonly email?: string;
  readonly phone?: string;
  /** The team or company the person belongs to. */
  readonly team?: string;
  /** Default: yes. Somebody inactive gets nothing. */
  readonly active?: boolean;
}

/** A team, plan or location. */
export interface DirectoryThing {
  readonly id: string;
  readonly name?: string;
}

/** A floor of a location. */
export interface DirectoryFloor extends DirectoryThing {
  readonly location: string;
}

/** A desk, a private office, or something that is booked by the hour. */
export interface DirectoryResource extends DirectoryThing {
  readonly kind: 'desk' | 'office' | 'bookable';
  /** Where it lies; a floor says its location by itself. */
  readonly location?: string;
  readonly floor?: string;
}

/** A subscription. Without a member it covers the whole team. Half-open; no `until`: until further notice. */
export interface DirectoryMembership {
  readonly id: string;
  readonly plan?: string;
  readonly member?: string;
  readonly team?: string;
  /** The desk or office that it assigns. */
  readonly resource?: string;
  readonly from?: string;
  readonly until?: string;
}

/** A booking of a resource by a member. */
export interface DirectoryBooking {
  readonly id: string;
  readonly resource: string;
  readonly member: string;
  readonly from: string;
  readonly until: string;
}

/** Day passes of a member or of a whole team; worth nothing once none remains. */
export interface DirectoryDayPass {
  readonly id: string;
  /** The kind of pass, where the directory has several. */
  readonly kind?: string;
  readonly member?: string;
  readonly team?: string;
  readonly remaining: number;
  readonly from?: string;
  readonly until?: string;
}

/** A group as LDAP has it: members, and groups whose members count too. */
export interface DirectoryGroup extends DirectoryThing {
  readonly members: readonly string[];
  readonly groups?: readonly string[];
}

/** Everything a directory says. A list that is absent is empty. */
export interface DirectorySnapshot {
  readonly members: readonly DirectoryMember[];
  readonly teams?: readonly DirectoryThing[];
  readonly plans?: readonly DirectoryThing[];
  readonly locations?: readonly DirectoryThing[];
  readonly floors?: readonly DirectoryFloor[];
  readonly resources?: readonly DirectoryResource[];
  readonly memberships?: readonly DirectoryMembership[];
  readonly bookings?: readonly DirectoryBooking[];
  readonly dayPasses?: readonly DirectoryDayPass[];
  readonly groups?: readonly DirectoryGroup[];
}

/** The lists of a snapshot. */
export const DIRECTORY_LISTS = [
  'members',
  'teams',
  'plans',
  'locations',
  'floors',
  'resources',
  'memberships',
  'bookings',
  'dayPasses',
  'groups',
] as const satisfies readonly (keyof DirectorySnapshot)[];

/** The name of a list of a snapshot. */
export type DirectoryList = (typeof DIRECTORY_LISTS)[number];

/** How long each list of a snapshot is: what a later read is held against. */
export type DirectoryCounts = { readonly [K in DirectoryList]: number };

/**
 * The snapshot that outside data describes, as a frozen copy; or everything that is wrong with it. Ids that lead
 * nowhere are errors: they are what a read that lost a page looks like. Never throws.
 */
export function parseDirectorySnapshot(input: unknown): Parsed<DirectorySnapshot> {
  shape ??= shapeOf(SNAPSHOT_SCHEMA as never);
  const issues = issueList();
  const { value } = shape(input, issues.report);
  if (issues.count() === 0) checkReferences(value as DirectorySnapshot, issues.report);
  if (issues.count() > 0) return { ok: false, issues: issues.inOrder() };
  return { ok: true, value: value as DirectorySnapshot };
}

let shape: Shape | undefined;

/** How long each list is. */
export function countsOf(snapshot: DirectorySnapshot): DirectoryCounts {
  const counts = DIRECTORY_LISTS.map((list) => [list, snapshot[list]?.length ?? 0]);
  return Object.fromEntries(counts) as DirectoryCounts;
}

/** Which list each member of an element leads into. */
const REFERENCES: Readonly<Record<string, Readonly<Record<string, DirectoryList>>>> = {
  members: { team: 'teams' },
  floors: { location: 'locations' },
  resources: { location: 'locations', floor: 'floors' },
  memberships: { plan: 'plans', member: 'members', team: 'teams', resource: 'resources' },
  bookings: { resource: 'resources', member: 'members' },
  dayPasses: { member: 'members', team: 'teams' },
  groups: { members: 'members', groups: 'groups' },
};

function checkReferences(snapshot: DirectorySnapshot, report: Report): void {
  const ids = new Map<string, Set<string>>();
  for (const list of DIRECTORY_LISTS) ids.set(list, idsOf(snapshot, list, report));
  for (const list of DIRECTORY_LISTS) {
    const references = Object.entries(REFERENCES[list] ?? {});
    for (const [index, element] of (snapshot[list] ?? []).entries()) {
      const pointer = `/${list}/${index}`;
      for (const [member, target] of references) {
        const value = (element as unknown as Readonly<Record<string, unknown>>)[member];
        checkNamed(value, ids.get(target), `${pointer}/${member}`, report);
      }
      if (list === 'memberships' || list === 'dayPasses' || list === 'bookings') {
        checkHolderAndSpan(element as DirectoryMembership, pointer, report);
      }
    }
  }
}

function idsOf(snapshot: DirectorySnapshot, list: DirectoryList, report: Report): Set<string> {
  const ids = new Set<string>();
  for (const [index, { id }] of (snapshot[list] ?? []).entries()) {
    if (ids.has(id)) {
      const message = `used twice ${quote(id)}`;
      report({ pointer: `/${list}/${index}/id`, code: 'duplicate', message });
    }
    ids.add(id);
  }
  return ids;
}

function checkNamed(
  value: unknown,
  ids: ReadonlySet<string> | undefined,
  pointer: string,
  report: Report,
): void {
  if (Array.isArray(value)) {
    for (const [index, each] of value.entries())
      checkNamed(each, ids, `${pointer}/${index}`, report);
  } else if (typeof value === 'string' && ids?.has(value) !== true) {
    report({ pointer, code: 'reference', message: `nothing of this id ${quote(value)}` });
  }
}

function checkHolderAndSpan(element: DirectoryMembership, pointer: string, report: Report): void {
  const { member, team, from, until } = element;
  if (member === undefined && team === undefined) {
    report({ pointer: `${pointer}/member`, code: 'missing', message: 'neither member nor team' });
  }
  if (from === undefined || until === undefined) return;
  if (parseInstant(until) < parseInstant(from)) {
    const message = `ends before it begins ${quote(until)}`;
    report({ pointer: `${pointer}/until`, code: 'span', message });
  }
}
