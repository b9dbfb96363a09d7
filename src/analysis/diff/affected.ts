/**
 * Whose openings of what could differ between two policies: never too little, and little where little changed, so that
 * nobody else need be looked at.
 */
import { asksForTwo } from '../../engine/companions.js';
import { holdingsOf } from '../../engine/holding.js';
import { holdingsAt, usersWithin } from '../../engine/lists.js';
import type { HolderRecord, PortalRecord } from '../../engine/records.js';
import type { Entity } from '../../engine/request.js';
import type { Snapshot } from '../../engine/snapshot.js';
import { at, find } from '../../engine/table.js';
import { portalsOf, portalsWithin, usersOfTeams } from '../../engine/within.js';
import { SUBJECT_KINDS } from '../../policy/assignment-numbers.js';
import {
  type Comparison,
  isReached,
  othersOf,
  type Pair,
  type Portal,
  portalOf,
  SIDES,
  type Subject,
  subjectOf,
} from './comparison.js';

/** Who and what is affected. */
export class Affected {
  readonly #c: Comparison;
  /** Everybody at a door, or some; by the keys of doors and of subjects. */
  readonly #doors = new Map<string, 'all' | Set<string>>();

  constructor(c: Comparison) {
    this.#c = c;
  }

  /** Everything: the organisation reads its policy otherwise. */
  everything(): void {
    for (const s of this.#c.snapshots) for (const portal of portalsWithin(s, 0)) this.door(portal);
  }

  /** Everybody at a door or stop. */
  door(portal: PortalRecord | undefined): void {
    if (portal !== undefined) this.#doors.set(keyOf(portal), 'all');
  }

  /** Everybody at every door and stop of a place. */
  place(side: 0 | 1, id: string): void {
    const { tables } = this.#c.snapshots[side];
    for (const portal of portalsOf(tables, find(tables.places, id))) this.door(portal);
  }

  /** Somebody wherever something is held in either policy, and whoever carries a credential of his. */
  person(entity: Pick<Entity, 'type' | 'id'>): void {
    const subject = subjectOf(this.#c, entity);
    for (const side of SIDES) {
      const holder = subject.holders[side];
      if (holder === undefined) continue;
      for (const portal of reachOf(this.#c.snapshots[side], holder)) this.pair(subject.key, portal);
    }
  }

  /** One person at one door. */
  pair(subject: string, portal: PortalRecord): void {
    const key = keyOf(portal);
    const known = this.#doors.get(key);
    if (known === undefined) this.#doors.set(key, new Set([subject]));
    else if (known !== 'all') known.add(subject);
  }

  /** Everybody affected at every door affected. Where somebody's rights are others' affair, all of them are. */
  *pairs(): Generator<Pair> {
    const others = othersOf(this.#c);
    const { moved } = this.#c;
    const people = new Map<string, Subject>();
    const person = (key: string): Subject => {
      let known = people.get(key);
      if (known === undefined) {
        const split = key.indexOf(':');
        known = subjectOf(this.#c, { type: key.slice(0, split), id: key.slice(split + 1) });
        people.set(key, known);
      }
      return known;
    };
    for (const key of [...this.#doors.keys()].sort()) {
      const split = key.indexOf(':');
      const portal = portalOf(this.#c, key.slice(0, split), key.slice(split + 1)) as Portal;
      const some = this.#doors.get(key) as 'all' | Set<string>;
      if (some !== 'all' && !this.#isShared(portal)) {
        for (const subject of [...some].sort()) yield { subject: person(subject), portal };
        continue;
      }
      yield { subject: others, portal };
      const within = new Set<string>(moved);
      for (const side of SIDES) {
        const record = portal.records[side];
        if (record !== undefined)
          for (const subject of peopleAt(this.#c.snapshots[side], record)) within.add(subject);
      }
      for (const subject of [...within].sort()) {
        const pair = { subject: person(subject), portal };
        if (pair.subject.entity.type !== 'credential' || isReached(this.#c, pair)) yield pair;
      }
    }
  }

  /** Whether what one person may depends on what others hold. */
  #isShared({ records }: Portal): boolean {
    return SIDES.some((side) => {
      const record = records[side];
      return (
        record !== undefined && (record.tenant >= 0 || asksForTwo(this.#c.snapshots[side], record))
      );
    });
  }
}

/** Keys of the users and links whom an assignment reaches at one of these scopes. */
export function holdersOf(s: Snapshot, assignments: readonly number[]): Set<string> {
  const found = new Set<string>();
  const teams: string[] = [];
  for (const number of assignments) {
    const holder = at(s.tables.holders, number) ?? -1;
    const kind = SUBJECT_KINDS[holder & 3];
    if (kind === 'team') teams.push(at(s.tables.teams, holder >> 2)?.id ?? '');
    else if (kind !== undefined && holder >= 0) {
      const id = at(kind === 'user' ? s.tables.users : s.tables.links, holder >> 2)?.id;
      if (id !== undefined) found.add(`${kind}:${id}`);
    }
  }
  for (const user of usersOfTeams(s, teams)) found.add(`user:${user}`);
  return found;
}

function keyOf({ type, id }: PortalRecord): string {
  return `${type}:${id}`;
}

/** Every door and stop around which somebody holds something. */
export function reachOf(s: Snapshot, holder: HolderRecord): Iterable<PortalRecord> {
  const found = new Set<PortalRecord>();
  for (const { scope } of holdingsOf(s, holder))
    for (const portal of portalsWithin(s, scope)) found.add(portal);
  return found;
}

/** Keys of everybody whom an assignment reaches at a door. */
function peopleAt(s: Snapshot, portal: PortalRecord): Set<string> {
  const found = new Set<string>();
  for (const number of usersWithin(s, portal))
    found.add(`user:${at(s.tables.users, number)?.id ?? ''}`);
  for (const list of holdingsAt(s, portal)) {
    for (const number of list) {
      const holder = at(s.tables.holders, number) ?? -1;
      if (holder < 0 || SUBJECT_KINDS[holder & 3] !== 'link') continue;
      found.add(`link:${at(s.tables.links, holder >> 2)?.id ?? ''}`);
    }
  }
  return found;
}
