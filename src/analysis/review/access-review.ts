/**
 * Access review (recertification): every right of every person at every door or elevator stop, one row each, in
 * order, so that whoever is responsible can say of each line whether it should stay. What stands in memory grows with
 * the people and doors, not with the rows.
 */

import { readTime } from '../../engine/ask.js';
import { snapshotOf } from '../../engine/compile.js';
import type { Engine } from '../../engine/engine.js';
import { compareText } from '../../engine/findings.js';
import { holdingsOf } from '../../engine/holding.js';
import { holdingsAt } from '../../engine/lists.js';
import type { PortalRecord } from '../../engine/records.js';
import type { Facts } from '../../engine/request.js';
import type { Snapshot } from '../../engine/snapshot.js';
import { at } from '../../engine/table.js';
import { SUBJECT_KINDS } from '../../policy/assignment-numbers.js';
import type { Assignment } from '../../policy/document.js';
import { ReviewDirectory } from './directory.js';
import { ReviewJudge } from './judge.js';
import type { ReviewRow } from './review-row.js';

export type { ReviewPerson, ReviewResource, ReviewRow } from './review-row.js';

/** What is reviewed, and in which order. */
export interface ReviewOptions {
  /** The instant at which rights have the status told: RFC 3339, a `Date` or epoch milliseconds. */
  readonly at: Facts['time'];
  /** `door`: all rows of a door one after the other. `person`: all rows of a person. */
  readonly by: 'door' | 'person';
}

/**
 * Every (assignment, person, door or stop) of which the role opens the door, with members of teams, nested ones too, in
 * the place of their teams; each once. Doors before stops, users before links, each by id, then assignments by id.
 * @throws RequestError for a time that is none.
 */
export function accessReview(engine: Engine, options: ReviewOptions): Generator<ReviewRow> {
  const s = snapshotOf(engine);
  const { at: when, by } = Object(options) as ReviewOptions;
  const time = readTime({ time: when }, s.zones);
  const directory = new ReviewDirectory(s);
  const judge = new ReviewJudge(s, time);
  switch (by) {
    case 'door':
      return byDoor(s, directory, judge);
    case 'person':
      return byPerson(s, directory, judge);
    default:
      throw new TypeError('a review is by `door` or by `person`');
  }
}

/** Room for the entries of one door or person in the lower digits of a number whose upper ones sort it. */
const ENTRIES_MAX = 2 ** 30;

function* byDoor(
  s: Snapshot,
  directory: ReviewDirectory,
  judge: ReviewJudge,
): Generator<ReviewRow> {
  for (const portal of directory.portals) {
    const held: Assignment[] = [];
    const numbers: number[] = [];
    const keys: number[] = [];
    const add = (person: number): void => {
      if (person >= 0) keys.push(person * ENTRIES_MAX + held.length - 1);
    };
    for (const list of holdingsAt(s, portal)) {
      for (const number of list) {
        const assignment = at(s.tables.assignments, number);
        if (assignment === undefined || !opens(s, portal, assignment.role)) continue;
        held.push(assignment);
        numbers.push(number);
        const holder = at(s.tables.holders, number) ?? -1;
        const kind = SUBJECT_KINDS[holder & 3];
        if (kind !== 'team') add(directory.rankOf(kind, holder >> 2));
        else for (const person of directory.membersOf(holder >> 2)) add(person);
      }
    }
    const resource = directory.resourceOf(portal);
    for (const key of inOrder(keys, held)) {
      const person = directory.personAt(Math.floor(key / ENTRIES_MAX));
      const index = key % ENTRIES_MAX;
      const assignment = held[index] as Assignment;
      yield judge.row(person, resource, portal, assignment, numbers[index] as number);
    }
  }
}

function* byPerson(
  s: Snapshot,
  directory: ReviewDirectory,
  judge: ReviewJudge,
): Generator<ReviewRow> {
  for (const holder of directory.holders) {
    const held: Assignment[] = [];
    const numbers: number[] = [];
    const keys: number[] = [];
    for (const { assignment: number } of holdingsOf(s, holder)) {
      const assignment = at(s.tables.assignments, number);
      if (assignment === undefined) continue;
      held.push(assignment);
      numbers.push(number);
      const role = s.model.byId.get(assignment.role)?.index ?? -1;
      const [doors, stops] = [s.mayUnlock?.[role] === 1, s.mayGetAccess?.[role] === 1];
      for (const portal of directory.portalsIn(assignment.scope)) {
        const isDoor = portal < directory.doorCount;
        if (isDoor ? doors : stops) keys.push(portal * ENTRIES_MAX + held.length - 1);
      }
    }
    const person = directory.personOf(holder);
    for (const key of inOrder(keys, held)) {
      const portal = directory.portals[Math.floor(key / ENTRIES_MAX)] as PortalRecord;
      const index = key % ENTRIES_MAX;
      const assignment = held[index] as Assignment;
      const resource = directory.resourceOf(portal);
      yield judge.row(person, resource, portal, assignment, numbers[index] as number);
    }
  }
}

function opens(s: Snapshot, portal: PortalRecord, role: string): boolean {
  const roles = portal.type === 'door' ? s.mayUnlock : s.mayGetAccess;
  return roles?.[s.model.byId.get(role)?.index ?? -1] === 1;
}

/** The keys sorted by their upper part, then by the id of the assignment in the lower one; each once. */
function inOrder(keys: readonly number[], held: readonly Assignment[]): Float64Array {
  const sorted = Float64Array.from(keys).sort();
  let from = 0;
  for (let index = 1; index <= sorted.length; index++) {
    const upper = (key: number | undefined): number => Math.floor((key ?? -1) / ENTRIES_MAX);
    if (index < sorted.length && upper(sorted[index]) === upper(sorted[from])) continue;
    if (index - from > 1) {
      const id = (key: number): string => held[key % ENTRIES_MAX]?.id ?? '';
      sorted.subarray(from, index).sort((a, b) => compareText(id(a), id(b)));
    }
    from = index;
  }
  return sorted.filter((key, index) => key !== sorted[index - 1]);
}
