/**
 * Lowering: from the policy to plain grants for one device at offline doors. Whatever of the clauses D4 to D10 can
 * be settled when a grant is issued is settled here, by the engine; the rest becomes windows, requirements and scope.
 */
import { snapshotOf } from '../engine/compile.js';
import { judge } from '../engine/decide.js';
import type { Engine } from '../engine/engine.js';
import { compareText, Findings, inOrder } from '../engine/findings.js';
import { candidatesOf } from '../engine/holding.js';
import type { PortalRecord } from '../engine/records.js';
import type { AccessRequest } from '../engine/request.js';
import type { Snapshot } from '../engine/snapshot.js';
import { find, values } from '../engine/table.js';
import {
  type LoweredDevice,
  type LoweredDoor,
  type LoweredGrant,
  type NotLoweredReason,
  REQUIRE_SECOND_FACTOR,
} from './grant.js';
import { endOfFit, grantTime } from './grant-time.js';
import { type OpenSpans, openSpans, type Track } from './open-spans.js';
import { type LoweringOptions, lifeSecondsAt, requirementsAt, timePolicyAt } from './options.js';
import {
  barredBy,
  checkQuestion,
  type DeviceQuestion,
  type DoorQuestion,
  tapOf,
} from './question.js';
import { scopeOf } from './scope.js';

/**
 * The grants one device gets at one offline door: one for each distinct set of requirements, and for each
 * assignment whose openings are counted.
 * @throws RangeError for times that are no whole seconds, in no order or outside what the time-zone source knows, and
 *   for options out of range; TypeError for an engine of another library.
 * @see docs/lowering.md
 */
export function lower(engine: Engine, question: DoorQuestion): LoweredDoor {
  const s = snapshotOf(engine);
  checkQuestion(s, question);
  const portal = find(s.tables.doors, question.door);
  if (portal !== undefined) return lowerAt(s, portal, question);
  const { door, from } = question;
  return { door, from, until: from, grants: [], reason: 'resource_unknown' };
}

/**
 * The same at every offline door within the user's assignments (D7): doors with grants, and doors without and why.
 * @throws as `lower`.
 */
export function lowerDevice(engine: Engine, question: DeviceQuestion): LoweredDevice {
  const s = snapshotOf(engine);
  checkQuestion(s, question);
  const doors: LoweredDoor[] = [];
  const notLowered: { door: string; reason: NotLoweredReason }[] = [];
  for (const portal of offlineDoorsOf(s, question.user)) {
    const lowered = lowerAt(s, portal, question);
    if (lowered.reason === undefined) doors.push(lowered);
    else notLowered.push({ door: portal.id, reason: lowered.reason });
  }
  const byDoor = (a: { door: string }, b: { door: string }) => compareText(a.door, b.door);
  return { revision: s.revision, doors: doors.sort(byDoor), notLowered: notLowered.sort(byDoor) };
}

/** Offline doors that lie in the scope of an assignment with the permission to unlock (D7). */
function offlineDoorsOf(s: Snapshot, user: string): PortalRecord[] {
  const holder = find(s.tables.users, user);
  const roles = s.mayUnlock;
  if (holder === undefined || roles === undefined) return [];
  return [...values(s.tables.doors)].filter(
    ({ offline, containers }) => offline && candidatesOf(s, holder, roles, containers).length > 0,
  );
}

/** One door that exists; the question has been checked. */
function lowerAt(s: Snapshot, portal: PortalRecord, question: DeviceQuestion): LoweredDoor {
  const { from, options = {} } = question;
  const door = portal.id;
  const request = tapOf(portal, question);
  const barred = barredBy(s, portal, question);
  if (barred !== undefined) return { door, from, until: from, grants: [], reason: barred };
  const { tracks, until } = fittingSpans(s, request, question, options);
  const grants = inTurn(tracks).flatMap((track) => grantOf(s, request, track, options) ?? []);
  const life = { door, from, until: until / 1000, grants };
  return grants.length > 0 ? life : { ...life, reason: refusalOf(s, request, from) };
}

/** When the door opens, in a life short enough for every track to fit a grant. Times in epoch milliseconds. */
function fittingSpans(
  s: Snapshot,
  request: AccessRequest,
  { user, from, until = Number.POSITIVE_INFINITY }: DeviceQuestion,
  options: LoweringOptions,
): OpenSpans {
  const { uses } = options;
  const isCounted = (assignment: string) => uses?.has(assignment) ?? false;
  const look = (end: number) =>
    openSpans(s, request, from * 1000, Math.floor(end / 1000) * 1000, isCounted);
  const holder = find(s.tables.users, user);
  const life = from + lifeSecondsAt(options, holder, request.resource.id);
  const most = Math.min(Math.min(until, life) * 1000, s.zones.until);
  const found = look(most);
  const end = Math.min(found.until, ...found.tracks.map(({ spans }) => endOfFit(spans)));
  return end < most ? look(end) : found;
}

/** The least demanding first, counted ones last; a second factor that changes nothing is not asked for. */
function inTurn(tracks: readonly Track[]): Track[] {
  const needed = tracks.filter(
    (track) =>
      !track.secondFactor ||
      !tracks.some(
        (other) =>
          !other.secondFactor &&
          other.counted === track.counted &&
          sameSpans(other.spans, track.spans),
      ),
  );
  const rank = ({ counted, secondFactor }: Track) =>
    (counted === undefined ? 0 : 2) + Number(secondFactor);
  return needed.sort((a, b) => rank(a) - rank(b) || compareText(a.counted ?? '', b.counted ?? ''));
}

function sameSpans(a: Track['spans'], b: Track['spans']): boolean {
  return (
    a.length === b.length &&
    a.every((span, index) => span.from === b[index]?.from && span.until === b[index]?.until)
  );
}

function grantOf(
  s: Snapshot,
  request: AccessRequest,
  track: Track,
  options: LoweringOptions,
): LoweredGrant | undefined {
  const time = grantTime(track.spans);
  if (time === undefined) return undefined;
  const door = request.resource.id;
  const { counted: assignment, secondFactor } = track;
  const share = assignment === undefined ? undefined : options.uses?.get(assignment);
  return {
    ...time,
    timePolicy: timePolicyAt(options, door, time.windows !== undefined),
    requirements: requirementsAt(options, door) | (secondFactor ? REQUIRE_SECOND_FACTOR : 0),
    scope: scopeOf(s, request, track),
    ...(assignment === undefined || share === undefined
      ? {}
      : { uses: { assignment, count: share.count, until: share.until } }),
    assignments: [...track.assignments].sort(compareText),
  };
}

/** Why the engine refuses at the beginning of the life; `too_short` where it does not. */
function refusalOf(s: Snapshot, request: AccessRequest, from: number): NotLoweredReason {
  const findings = new Findings();
  const context = { ...request.context, secondFactor: true };
  judge(s, { ...request, context }, from * 1000, findings);
  const code = inOrder(findings.reasons)[0]?.code;
  return code === undefined || code === 'granted' || code === 'door_unlocked' ? 'too_short' : code;
}
