/**
 * What everybody holds in two policies, in a form that compares: subjects who hold the same in each of the two are one
 * class, and a policy that did not change leaves every class as it was.
 */
import { groupEnabled, holdingsOf } from '../../engine/holding.js';
import { placeOfCode } from '../../engine/manage.js';
import { HAS_VALIDITY, type HolderRecord, SWITCHED_OFF } from '../../engine/records.js';
import type { Entity } from '../../engine/request.js';
import { zoneAt } from '../../engine/snapshot.js';
import { at, find, type Table } from '../../engine/table.js';
import type { People } from './right-people.js';
import type { PermissionBook } from './right-permissions.js';
import type { Side, Sides } from './right-scopes.js';
import { ALWAYS, NEVER, type TimesBook } from './right-times.js';

/** One right somebody holds: permissions at a scope at times, by their numbers. */
export interface Held {
  readonly scope: number;
  readonly permissions: number;
  readonly times: number;
}

/** Subjects who hold the same before, and the same after. */
export interface StandingClass {
  /** Numbers of {@link Held}, ascending. */
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly isChanged: boolean;
  /** Users, links, and credentials that changed hands. */
  readonly subjects: Entity[];
}

/** All classes in which somebody holds something. */
export interface Standings {
  readonly classes: readonly StandingClass[];
  /** By number. */
  readonly held: readonly Held[];
}

/**
 * What people hold in both policies.
 * @param people - whose rights may matter.
 * @param credentials - ids of credentials that may have changed hands.
 */
export function standingsOf(
  sides: Sides,
  permissions: PermissionBook,
  times: TimesBook,
  people: People,
  credentials: Iterable<string>,
): Standings {
  const held: Held[] = [];
  const number = heldNumbers(held);
  const before = standingsIn(sides.before, permissions, times, number);
  const after = standingsIn(sides.after, permissions, times, number);
  const classes = new Map<string, StandingClass>();

  function add(subject: Entity, had: HolderRecord | undefined, has: HolderRecord | undefined) {
    const [own, now] = [before(had), after(has)];
    if (own.length === 0 && now.length === 0) return;
    const [ownKey, nowKey] = [own.join(), now.join()];
    const key = `${ownKey}|${nowKey}`;
    const known = classes.get(key);
    if (known !== undefined) known.subjects.push(subject);
    else {
      const isChanged = ownKey !== nowKey;
      classes.set(key, { before: own, after: now, isChanged, subjects: [subject] });
    }
  }

  const [{ tables: old }, { tables }] = [sides.before.s, sides.after.s];
  for (const type of ['user', 'link'] as const) {
    for (const id of people.of(type)) {
      add({ type, id }, find(old[`${type}s`], id), find(tables[`${type}s`], id));
    }
  }
  for (const id of new Set(credentials)) {
    const [had, has] = [find(old.credentials, id)?.user, find(tables.credentials, id)?.user];
    // One that stayed with its holder is answered as its holder is.
    if (had === has) continue;
    const holder = (users: Table<HolderRecord>, user: string | undefined) =>
      user === undefined ? undefined : find(users, user);
    add({ type: 'credential', id }, holder(old.users, had), holder(tables.users, has));
  }
  return { classes: [...classes.values()], held };
}

/** Numbers rights as they are met. */
function heldNumbers(held: Held[]): (scope: number, permissions: number, times: number) => number {
  const numbers = new Map<number, Map<number, number>>();
  return (scope, permissions, times) => {
    const byTimes = numbers.get(times) ?? new Map<number, number>();
    numbers.set(times, byTimes);
    // At most some thousand roles in two policies; the product stays an exact integer.
    const key = scope * 65_536 + permissions;
    const known = byTimes.get(key);
    if (known !== undefined) return known;
    byTimes.set(key, held.length);
    return held.push({ scope, permissions, times }) - 1;
  };
}

/** What somebody of one policy holds: numbers ascending, each once; nothing for nobody and for whoever is switched off. */
function standingsIn(
  side: Side,
  permissions: PermissionBook,
  times: TimesBook,
  number: (scope: number, permissions: number, times: number) => number,
): (holder: HolderRecord | undefined) => readonly number[] {
  const { s } = side;
  const roles = s.model.roles.map(({ index }) => permissions.numberOf(s, index));
  // Team assignments are met once for each member.
  const known = new Map<number, number>();

  function read(scope: number, role: number, flags: number, assignment: number): number {
    const may = roles[role] ?? 0;
    if (may === 0 || (flags & SWITCHED_OFF) !== 0 || !groupEnabled(s, scope)) return NEVER;
    const validity = (flags & HAS_VALIDITY) === 0 ? undefined : at(s.tables.validities, assignment);
    const zone = zoneAt(s, placeOfCode(s, scope));
    const when = validity === undefined ? ALWAYS : times.numberOf(s, validity, zone);
    return when === NEVER ? NEVER : number(side.numberOf(scope), may, when);
  }

  return (holder) => {
    if (holder === undefined || !holder.active) return [];
    const found: number[] = [];
    for (const { scope, role, flags, assignment } of holdingsOf(s, holder)) {
      let one = known.get(assignment);
      if (one === undefined) {
        one = read(scope, role, flags, assignment);
        known.set(assignment, one);
      }
      if (one !== NEVER) found.push(one);
    }
    if (found.length < 2) return found;
    found.sort((a, b) => a - b);
    return found.filter((one, index) => one !== found[index - 1]);
  };
}
