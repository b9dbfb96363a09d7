/** The nearest miss: the smallest change of facts that would turn a refusal into a permit. */
import { formatInstant } from '../values/instant.js';
import { asksForTwo } from './companions.js';
import { isOpening, judge, portalOf } from './decide.js';
import { encounter, holderOf } from './encounter.js';
import type { NearestMiss } from './explain.js';
import { candidatesOf } from './holding.js';
import { containersOf } from './location.js';
import { type OtherFacts, otherFacts } from './other-facts.js';
import { possibleCompanions } from './possible-companions.js';
import type { HolderRecord, PortalRecord } from './records.js';
import type { AccessRequest, Facts } from './request.js';
import type { Snapshot } from './snapshot.js';
import { nextInstant, withArrivalsRead } from './valid-until.js';

/** Later instants tried: each is one at which something changes, of which a week of windows has about ten. */
const INSTANTS_MAX = 500;

/** How many further instants are tried for a smaller change once one was found. */
const INSTANTS_MORE = 20;

/** What is tried at one instant. */
interface Changes {
  /** Every change, the smallest first. */
  readonly all: readonly Change[];
  /** A few of them, of which one permits wherever any does. */
  readonly widest: readonly Change[];
}

/** A change of facts, and how many kinds of facts it touches. */
interface Change {
  readonly facts: Partial<Facts>;
  readonly size: number;
}

/**
 * The change of the fewest kinds of facts that permits, each verified by deciding. Another time is tried
 * only where nothing else helps now: then the earliest of the smallest found. Null where none permits.
 */
export function nearestMiss(s: Snapshot, request: AccessRequest, time: number): NearestMiss | null {
  const holder = holderOf(s, request.subject);
  const portal = isOpening(request) ? portalOf(s, request) : undefined;
  if (!couldEver(s, request, portal, holder)) return null;
  const other = portal && otherFacts(s, request.context, portal, holder);
  const company = portal === undefined ? [] : companyAt(s, request, portal, time);
  const changes = changesOf(company, other?.helps ?? [], other?.choices ?? []);
  const now = smallest(s, request, time, changes);
  if (now !== undefined) return { change: now.facts };
  const context = { ...request.context, ...company[0] };
  return laterMiss(s, request, { ...request, context }, time, changes);
}

/** Everybody who could be brought along, where two persons are asked for: `smallest` names one of them. */
function companyAt(
  s: Snapshot,
  request: AccessRequest,
  portal: PortalRecord,
  time: number,
): Partial<Facts>[] {
  const roles = s.permissions.get(request.resource.type, request.action.name);
  if (roles === undefined || !asksForTwo(s, portal)) return [];
  const companions = possibleCompanions(s, encounter(s, portal, request, time), roles);
  return companions.length === 0 ? [] : [{ companions }];
}

/** Whether facts matter at all: the door may stand unlocked, or the subject holds something here. */
function couldEver(
  s: Snapshot,
  request: AccessRequest,
  portal: PortalRecord | undefined,
  holder: HolderRecord | undefined,
): boolean {
  if (isOpening(request) && portal === undefined) return false;
  if (portal !== undefined && portal.unlocks.length > 0) return true;
  const roles = s.permissions.get(request.resource.type, request.action.name);
  if (roles === undefined || holder === undefined || !holder.active) return false;
  const containers = portal?.containers ?? containersOf(s, request);
  return containers !== undefined && candidatesOf(s, holder, roles, containers).length > 0;
}

/**
 * The smallest change that permits at a later instant; of equal ones the earliest.
 * @param watched - the request with everybody whose hours may matter.
 */
function laterMiss(
  s: Snapshot,
  request: AccessRequest,
  watched: AccessRequest,
  time: number,
  changes: Changes,
): NearestMiss | null {
  const read = withArrivalsRead(request);
  const steps = withArrivalsRead(watched);
  let best: Change | undefined;
  let instant: number | null = time;
  let left = INSTANTS_MAX;
  while (left-- > 0 && best?.size !== 0) {
    instant = nextInstant(s, steps, instant as number);
    if (instant === null || instant >= s.zones.until) break;
    const found = smallest(s, read, instant, changes, best?.size);
    if (found === undefined) continue;
    if (best === undefined) left = Math.min(left, INSTANTS_MORE);
    best = { facts: { time: formatInstant(instant), ...found.facts }, size: found.size };
  }
  return best === undefined ? null : { change: best.facts };
}

/** The first of the changes, which are sorted by size, that permits at an instant and is smaller than the best so far. */
function smallest(
  s: Snapshot,
  request: AccessRequest,
  time: number,
  { all, widest }: Changes,
  below = Number.POSITIVE_INFINITY,
): Change | undefined {
  const permits = (facts: Partial<Facts>) =>
    judge(s, { ...request, context: { ...request.context, ...facts } }, time, undefined);
  if (!widest.some(({ facts }) => permits(facts))) return undefined;
  const found = all.find(({ facts, size }) => size < below && permits(facts));
  const { companions } = found?.facts ?? {};
  if (found === undefined || !Array.isArray(companions)) return found;
  const one = companions.find((id) => permits({ ...found.facts, companions: [id] }));
  return { ...found, facts: { ...found.facts, companions: [one] } };
}

/**
 * Every choice of at most one alternative of each kind. Company and what else only helps come first: whoever wants in is
 * not told first that nothing of it binds those who leave.
 */
function changesOf(
  company: readonly Partial<Facts>[],
  helps: OtherFacts['helps'],
  choices: OtherFacts['choices'],
): Changes {
  const helping = company.length === 0 ? helps : [company, ...helps];
  const most = helping.map((alternatives) => alternatives.slice(-1));
  const full = combinations(most).at(-1)?.facts;
  const widest = combinations(choices).map(({ facts, size }) => ({
    facts: { ...full, ...facts },
    size: size + most.length,
  }));
  return { all: combinations([...helping, ...choices]), widest };
}

/** Every choice of at most one alternative of each kind, the fewest kinds first. */
function combinations(kinds: readonly (readonly Partial<Facts>[])[]): Change[] {
  let changes: Change[] = [{ facts: {}, size: 0 }];
  for (const alternatives of kinds) {
    const more = changes.flatMap(({ facts, size }) =>
      alternatives.map((other) => ({ facts: { ...facts, ...other }, size: size + 1 })),
    );
    changes = [...changes, ...more];
  }
  return changes.sort((a, b) => a.size - b.size);
}
