/** What has to be written after a decision at a door, beside its access event. */
import type { Decision } from '../../engine/decision.js';
import type { Engine } from '../../engine/engine.js';
import type { AccessRequest } from '../../engine/request.js';
import { formatInstant } from '../../values/instant.js';
import { checkInId, checkInOf, checkInShape } from '../check-ins/check-in.js';
import type { EventDraft } from '../events/event.js';
import { eventTime } from '../events/event-time.js';
import type { Notice, Plan } from '../plan.js';
import { withAlerts } from '../presence/alerts.js';
import { PENDING_MAX } from '../presence/capacity-state.js';
import { adds } from '../presence/move.js';
import { isPassing, type Passing, passesAccompanied } from '../presence/passing.js';
import { type PlaceScene, sceneChanges } from '../presence/place-scene.js';
import { type Bearer, presenceId } from '../presence/presence.js';
import { withPending } from '../presence/sweep.js';
import {
  afterIdentified,
  lacksSecond,
  takesTwo,
  waitingId,
  waitingShape,
} from '../presence/waiting.js';
import type { RecordChanges } from '../record.js';
import { zoneId } from '../zones/zone.js';
import { afterAccess, zoneModeAt, zoneStateShape } from '../zones/zone-state.js';
import { movePeople } from './move-people.js';
import { companionsComing, type OpeningScene, placeNow } from './opening-scene.js';

/** Records, events and notices to write in the same transaction. Events about people have a personal part. */
export type SceneOutcome = Required<Pick<Plan, 'records' | 'events' | 'notices'>>;

/** One part of an outcome. */
interface Part {
  readonly records?: RecordChanges;
  readonly events?: readonly EventDraft[];
  readonly notices?: readonly Notice[];
}

/** What an opening is judged from. */
interface Opened {
  readonly engine: Engine;
  readonly request: AccessRequest;
  readonly scene: OpeningScene;
  readonly passing: Passing;
  readonly decision: Decision;
  /** Who passes: the person and who comes along; nobody after a refusal. */
  readonly through: readonly Bearer[];
  readonly newId: () => string;
}

/**
 * What an opening leaves behind: presences, the count and its alerts, who waits for a second person, check-ins, an
 * override of the zone. A refusal leaves at most that somebody waits.
 * @param request - with the facts it was decided by.
 * @param newId - a fresh UUID at each call, for events.
 */
export function afterOpening(
  engine: Engine,
  request: AccessRequest,
  scene: OpeningScene,
  decision: Decision,
  newId: () => string,
): SceneOutcome {
  const passing = scene.doorway;
  if (!isPassing(passing)) return joined([]);
  const through = decision.decision
    ? [passing.subject, ...companionsComing(engine, request, scene.waiting, passing)]
    : [];
  const opened: Opened = { engine, request, scene, passing, decision, through, newId };
  return joined([waitingAfter(opened), placeAfter(opened), checkInsOf(opened), zoneAfter(opened)]);
}

function waitingAfter({ engine, request, scene, passing, decision }: Opened): Part {
  if (!takesTwo(passing)) return {};
  const waits = lacksSecond(decision) && passesAccompanied(engine, request);
  const after = afterIdentified(scene.waiting, passing, decision, waits);
  const id = waitingId(passing);
  if (after !== undefined) return { records: { put: [waitingShape.record(id, after)] } };
  return scene.waiting === undefined ? {} : { records: { remove: [{ kind: 'companion', id }] } };
}

function placeAfter({ engine, request, scene, passing, through, newId }: Opened): Part {
  const before = scene.place;
  if (before === undefined || through.length === 0) return {};
  const { time } = passing;
  const now = withPending(placeNow(before, time), time);
  const awaiting = awaitingDoor(now, passing, through);
  const moves = through.map((subject) => ({ ...passing, subject }));
  const after =
    awaiting === undefined
      ? movePeople({ engine, resource: request.resource, newId }, now, moves)
      : { place: awaiting, events: [] };
  const alerted = withAlerts(after.place, time, newId);
  return {
    records: sceneChanges(before, alerted.scene),
    events: [...after.events, ...alerted.events],
    notices: alerted.notices,
  };
}

/** Those let in who wait to be seen opening the door; undefined when nobody can be kept waiting. */
function awaitingDoor(
  place: PlaceScene,
  passing: Passing,
  through: readonly Bearer[],
): PlaceScene | undefined {
  const { type, door, direction, standing, time } = passing;
  const isSeen = place.capacity.onlyWhenOpened === true && type === 'door';
  // With too many waiting it is safer to count somebody who stays out than to lose one who goes in.
  if (!isSeen || place.state.pending.length + through.length > PENDING_MAX) return undefined;
  const more = through.map((subject) => {
    const before = place.presences.get(presenceId(passing.place, subject));
    const isMore = adds(place.capacity, before, { ...passing, subject });
    return { subject, door, direction, standing, at: time, adds: isMore };
  });
  return { ...place, state: { ...place.state, pending: [...place.state.pending, ...more] } };
}

function checkInsOf(opened: Opened): Part {
  const { scene, passing, through, engine } = opened;
  const { checkedIn } = scene;
  if (checkedIn === undefined) return {};
  const fresh = through.flatMap((subject) => {
    const checkIn = checkInOf(engine, { ...passing, subject });
    return checkIn === undefined || checkedIn.has(checkIn.user) ? [] : [checkIn];
  });
  return {
    records: { put: fresh.map((each) => checkInShape.record(checkInId(each), each)) },
    events: fresh.map(({ user, day }) => ({
      ...eventAt(opened, 'doorwright.member.checked_in'),
      object: { type: 'place', id: passing.place },
      data: { day, door: passing.door },
      personal: { subject: { type: 'user', id: user } },
    })),
  };
}

/** Somebody with access overrides the mode of the zone; a door that stands open for all gives nobody that power. */
function zoneAfter(opened: Opened): Part {
  const { engine, scene, passing, decision } = opened;
  const isAccess = decision.decision && decision.context.reason === 'granted';
  if (scene.zone === undefined || !isAccess || passing.direction === 'exit') return {};
  const { zone, state } = scene.zone;
  const now = zoneModeAt(engine, zone, state, passing.time);
  const after = afterAccess(zone, state, now, passing.time);
  if (after?.override === undefined || after === state) return {};
  const { mode, until } = after.override;
  const event: EventDraft = {
    ...eventAt(opened, 'doorwright.zone.overridden'),
    object: { type: 'zone', id: zone.id },
    data: { mode, until: formatInstant(until), door: passing.door },
    personal: { subject: passing.subject },
  };
  return { records: { put: [zoneStateShape.record(zoneId(zone), after)] }, events: [event] };
}

function eventAt({ newId, passing, request }: Opened, type: string): EventDraft {
  return {
    log: 'access',
    id: newId(),
    type,
    time: eventTime(passing.time),
    object: { type: request.resource.type, id: passing.door },
    place: passing.place,
    outcome: 'done',
    data: {},
  };
}

function joined(parts: readonly Part[]): SceneOutcome {
  return {
    records: {
      put: parts.flatMap(({ records }) => records?.put ?? []),
      remove: parts.flatMap(({ records }) => records?.remove ?? []),
    },
    events: parts.flatMap(({ events }) => events ?? []),
    notices: parts.flatMap(({ notices }) => notices ?? []),
  };
}
