/**
 * The short way to an answer for the usual request: a user without teams at a plain door. Reads
 * packed blocks and allocates nothing. Whatever is out of the ordinary is left to `judge`, which decides
 * all alike.
 */
import { judge } from './decide.js';
import { PLAIN, packDoors, packGroups, packUsers } from './packs.js';
import type { AccessRequest } from './request.js';
import { GROUP } from './scope-code.js';
import type { PackedBlock, Snapshot } from './snapshot.js';
import { at, BLOCK_BITS, BLOCK_MASK } from './table.js';

/** Permitted, refused, or not for this way to say. */
const DENY = 0;
const PERMIT = 1;
const UNSURE = 2;
type QuickVerdict = typeof DENY | typeof PERMIT | typeof UNSURE;

/** Lists longer than this are halved rather than walked: an administrator may hold thousands. */
const LONG = 64;

/** Whether a request, its time read, is permitted: the short way where there is one, else by the clauses. */
export function checkRequest(s: Snapshot, request: AccessRequest, time: number): boolean {
  const { resource, action } = request;
  if (resource.type === 'door' && action.name === 'unlock' && resource.id !== '*') {
    const quick = quickCheck(s, request);
    if (quick !== UNSURE) return quick === PERMIT;
  }
  return judge(s, request, time, undefined);
}

/** Decides a request to unlock a door if subject and door are plain enough. The request has been read. */
function quickCheck(s: Snapshot, request: AccessRequest): QuickVerdict {
  const { resource, subject } = request;
  if (subject.type !== 'user') return UNSURE;
  const door = s.tables.doors.numbering.get(resource.id);
  const doors = door === undefined ? undefined : plainDoors(s, request, door);
  if (door === undefined || doors === undefined) return UNSURE;
  const user = s.tables.users.numbering.get(subject.id);
  return user === undefined ? DENY : quickUser(s, user, doors, door);
}

/** The packed block of a door at which the short way may decide; undefined where it may not. */
function plainDoors(s: Snapshot, request: AccessRequest, door: number): PackedBlock | undefined {
  const { device, method } = request.context;
  if (s.mayUnlock === undefined || s.lockdowns.length > 0) return undefined;
  if ((device !== undefined && device !== null) || method === 'card') return undefined;
  const doors = s.packs.doors[door >> BLOCK_BITS] ?? packDoors(s, door >> BLOCK_BITS);
  const doorAt = doors[door & BLOCK_MASK] as number;
  if (doors[doorAt] !== PLAIN) return undefined;
  return at(s.tables.places, doors[doorAt + 1] as number)?.plain === true ? doors : undefined;
}

/** Decides for one user at a plain door, both by number. */
function quickUser(s: Snapshot, user: number, doors: PackedBlock, door: number): QuickVerdict {
  const users = s.packs.users[user >> BLOCK_BITS] ?? packUsers(s, user >> BLOCK_BITS);
  const userAt = users[user & BLOCK_MASK] as number;
  if (users[userAt] !== PLAIN) return UNSURE;
  const heldEnd = users[(user & BLOCK_MASK) + 1] as number;
  const containersFrom = (doors[door & BLOCK_MASK] as number) + 2;
  const containersEnd = doors[(door & BLOCK_MASK) + 1] as number;
  return meet(s, users, userAt + 1, heldEnd, doors, containersFrom, containersEnd);
}

/**
 * Those of the users, by number, whom a request to unlock a door would permit, each as the subject.
 * As `checkRequest` for each of them.
 */
export function permittedUsers(
  s: Snapshot,
  request: AccessRequest,
  users: Iterable<number>,
  time: number,
): string[] {
  const { action, resource, context } = request;
  const opens = resource.type === 'door' && action.name === 'unlock';
  const door = opens ? s.tables.doors.numbering.get(resource.id) : undefined;
  const doors = door === undefined ? undefined : plainDoors(s, request, door);
  const within = door === undefined || doors === undefined ? undefined : marksOf(doors, door);
  const permitted: string[] = [];
  for (const user of users) {
    const quick = within === undefined ? UNSURE : quickAmong(s, user, within);
    if (quick === DENY) continue;
    const id = at(s.tables.users, user)?.id;
    if (id === undefined) continue;
    if (quick === UNSURE) {
      const subject = { type: 'user', id };
      if (!judge(s, { subject, action, resource, context }, time, undefined)) continue;
    }
    permitted.push(id);
  }
  return permitted;
}

/** Scope code → 1 if the scope contains the door, as far as there are such. */
function marksOf(doors: PackedBlock, door: number): Uint8Array {
  const from = (doors[door & BLOCK_MASK] as number) + 2;
  const end = doors[(door & BLOCK_MASK) + 1] as number;
  const marks = new Uint8Array((doors[end - 1] as number) + 1);
  for (let at = from; at < end; at++) marks[doors[at] as number] = 1;
  return marks;
}

/** As `quickUser`, for many users at one door: what a user holds is looked up, not walked beside the door's list. */
function quickAmong(s: Snapshot, user: number, within: Uint8Array): QuickVerdict {
  const users = s.packs.users[user >> BLOCK_BITS] ?? packUsers(s, user >> BLOCK_BITS);
  const userAt = users[user & BLOCK_MASK] as number;
  if (users[userAt] !== PLAIN) return UNSURE;
  const heldEnd = users[(user & BLOCK_MASK) + 1] as number;
  let verdict: QuickVerdict = DENY;
  for (let held = userAt + 1; held < heldEnd; held++) {
    const entry = users[held] as number;
    const scope = entry >> 1;
    if (scope >= within.length) break;
    if (within[scope] !== 1) continue;
    if (opensBy(s, entry)) return PERMIT;
    verdict = UNSURE;
  }
  return verdict;
}

/** Whether nothing more is to be asked of what is held at a scope that contains the door. */
function opensBy(s: Snapshot, entry: number): boolean {
  const scope = entry >> 1;
  return (entry & 1) === 0 && ((scope & 3) !== GROUP || groupIsPlain(s, scope >> 2));
}

/** Walks two sorted lists: twice the scopes held, and the scopes that contain the door. */
function meet(
  s: Snapshot,
  held: PackedBlock,
  heldFrom: number,
  heldEnd: number,
  containers: PackedBlock,
  containersFrom: number,
  containersEnd: number,
): QuickVerdict {
  let verdict: QuickVerdict = DENY;
  let left = heldFrom;
  let right = containersFrom;
  const long = heldEnd - heldFrom > LONG;
  while (left < heldEnd && right < containersEnd) {
    const entry = held[left] as number;
    const scope = entry >> 1;
    const wanted = containers[right] as number;
    if (scope < wanted) left = long ? skipTo(held, left, heldEnd, wanted) : left + 1;
    else if (scope > wanted) right += 1;
    else {
      if (opensBy(s, entry)) return PERMIT;
      verdict = UNSURE;
      left += 1;
    }
  }
  return verdict;
}

/** First entry of a long sorted list whose scope is not before `wanted`, by halving. */
function skipTo(held: PackedBlock, from: number, end: number, wanted: number): number {
  let low = from;
  let high = end;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((held[middle] as number) >> 1 < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

function groupIsPlain(s: Snapshot, group: number): boolean {
  const groups = s.packs.groups[group >> BLOCK_BITS] ?? packGroups(s, group >> BLOCK_BITS);
  return groups[group & BLOCK_MASK] === PLAIN;
}
