/** Deciding at a door with what the site remembers of it, and what is to be remembered after that. */
import { readRequest } from '../../engine/ask.js';
import { snapshotOf } from '../../engine/compile.js';
import { isOpening } from '../../engine/decide.js';
import type { Decision } from '../../engine/decision.js';
import type { Engine } from '../../engine/engine.js';
import type { AccessRequest } from '../../engine/request.js';
import { isLinkUse, type LinkTerms, linkUse, planAfterUse } from '../links/link-terms.js';
import type { Plan } from '../plan.js';
import { arrivalsFor, rememberArrival } from './arrivals.js';
import { type DoorRecord, encodeDoorRecord } from './door-record.js';
import { engineWithout } from './ended-unlocks.js';
import { strangerAt } from './stranger.js';
import { unlockStandings } from './unlock-standing.js';

/** What a site keeps that bears on one opening: of the door, and of the link that asks, if one does. */
export interface DoorScene {
  readonly remembered: DoorRecord;
  readonly terms: LinkTerms | undefined;
}

/** Whom to ask, and what. */
export interface DoorQuestion {
  /** The engine, or one in which unlocks that the last to leave has ended are no more. */
  readonly engine: Engine;
  /** With the arrivals the site remembers in place of any that the request claims. */
  readonly request: AccessRequest;
}

/**
 * The question a request becomes at a door. Whatever the answer, it goes through {@link concludeAtDoor}.
 * @throws RequestError for a malformed request.
 */
export function askAtDoor(
  engine: Engine,
  request: AccessRequest,
  { remembered }: DoorScene,
): DoorQuestion {
  const time = readRequest(request, snapshotOf(engine).zones);
  if (!isOpening(request)) return { engine, request };
  const arrivals = arrivalsFor(remembered, time);
  const asked = { ...request, context: { ...request.context, arrivals } };
  if (remembered.ended.length === 0 && !remembered.damaged) return { engine, request: asked };
  const stranger = strangerAt(engine, request.resource, time, arrivals);
  const ended = (stranger === undefined ? [] : unlockStandings(stranger, remembered))
    .filter(({ standing }) => standing === 'ended')
    .map(({ schedule }) => schedule);
  if (ended.length === 0) return { engine, request: asked };
  return { engine: engineWithout(engine, request.resource, ended), request: asked };
}

/**
 * The answer as it stands: of the revision of the policy itself, and a refusal where a link has no use left. That reads
 * `subject_inactive`, detail `used_up`, as a link that was switched off does.
 */
export function concludeAtDoor(
  engine: Engine,
  { subject }: AccessRequest,
  { decision, context }: Decision,
  { terms }: DoorScene,
): Decision {
  const { revision } = engine;
  if (!isLinkUse(subject, { decision, context }) || linkUse(terms) === 'may') {
    return { decision, context: { ...context, revision } };
  }
  const at = { type: 'link', id: subject.id };
  const reasons = [{ code: 'subject_inactive', at, detail: 'used_up' }] as const;
  return {
    decision: false,
    context: { reason: 'subject_inactive', reasons, grants: [], revision },
  };
}

/** Question and answer in one, for an opening that nothing else bears on. @throws RequestError as `decide`. */
export function decideAtDoor(engine: Engine, request: AccessRequest, scene: DoorScene): Decision {
  const asked = askAtDoor(engine, request, scene);
  return concludeAtDoor(engine, request, asked.engine.decide(asked.request), scene);
}

/**
 * What to write after an opening, as the system and in the transaction in which the scene was read: a first arrival, a
 * use of a link, and after its last use the link switched off. Mostly nothing.
 */
export function planAfterOpening(
  engine: Engine,
  request: AccessRequest,
  decision: Decision,
  { remembered, terms }: DoorScene,
): Pick<Plan, 'changes' | 'records'> {
  const next = rememberArrival(engine, request, decision, remembered);
  const used = isLinkUse(request.subject, decision) ? planAfterUse(engine, terms) : {};
  const put = [
    ...(next === undefined ? [] : [encodeDoorRecord(request.resource, next)]),
    ...(used.records?.put ?? []),
  ];
  return {
    ...(used.changes === undefined ? {} : { changes: used.changes }),
    ...(put.length === 0 ? {} : { records: { put } }),
  };
}
