/**
 * One opening from everything a site knows: the policy, who is inside, who waits, the zone, the first to arrive, the last
 * to leave, the uses of a link. Each of these may refuse what the policy permits; none permits what it refuses.
 */
import { attemptChange } from '../../engine/compile.js';
import type { Decision } from '../../engine/decision.js';
import { findElement } from '../../engine/elements.js';
import type { Engine } from '../../engine/engine.js';
import type { AccessRequest } from '../../engine/request.js';
import { arrivalsFor, rememberArrival } from '../door-state/arrivals.js';
import { decideAtDoor } from '../door-state/decide-at-door.js';
import { type DoorRecord, encodeDoorRecord } from '../door-state/door-record.js';
import { isLinkUse, type LinkTerms, linkUse, planAfterUse } from '../links/link-terms.js';
import type { Plan } from '../plan.js';
import { zoneVerdict } from '../zones/decide-in-zone.js';
import { zoneModeAt } from '../zones/zone-state.js';
import { afterOpening } from './after-opening.js';
import { decideInScene, type OpeningScene, sceneFacts } from './opening-scene.js';

/** Everything beside the policy that bears on one opening. */
export interface OpeningGround {
  readonly scene: OpeningScene;
  /** Of the door or stop. */
  readonly remembered: DoorRecord;
  /** Of the link that asks; undefined for anybody else, and for one without a bound. */
  readonly terms: LinkTerms | undefined;
}

/** A decision, and the facts it was made from. */
export interface DecidedOpening {
  readonly decision: Decision;
  /** The request with the facts that the site knows better than the enforcement point. */
  readonly request: AccessRequest;
}

/**
 * Decides one request. Requests about anything but a door or stop are the engine's alone.
 * @throws RequestError as `decide`.
 */
export function decideOpening(
  engine: Engine,
  asked: AccessRequest,
  { scene, remembered, terms }: OpeningGround,
): DecidedOpening {
  const { doorway, zone } = scene;
  if (doorway === undefined) return { decision: engine.decide(asked), request: asked };
  const facts = sceneFacts(engine, asked, scene);
  const arrivals = arrivalsFor(remembered, doorway.time);
  const request = { ...asked, context: { ...asked.context, ...facts, arrivals } };
  const isZones =
    zone !== undefined &&
    zoneVerdict(zone.zone, zoneModeAt(engine, zone.zone, zone.state, doorway.time)) !== 'none';
  const decide = (by: Engine) =>
    isZones ? decideInScene(by, request, scene) : decideAtDoor(by, request, remembered);
  const decision = decide(engine);
  if (!isLinkUse(request.subject, decision) || linkUse(terms) === 'may') {
    return { decision, request };
  }
  return { decision: withoutLink(engine, request.subject.id, decide), request };
}

/** What an opening leaves behind beside its event. @param newId - a fresh UUID at each call, for events. */
export function planAfterOpening(
  engine: Engine,
  { request, decision }: DecidedOpening,
  { scene, remembered, terms }: OpeningGround,
  newId: () => string,
): Plan {
  const { records, events, notices } = afterOpening(engine, request, scene, decision, newId);
  const use = isLinkUse(request.subject, decision) ? planAfterUse(engine, terms) : {};
  const arrival = scene.doorway && rememberArrival(engine, request, decision, remembered);
  const put = [
    ...(records.put ?? []),
    ...(use.records?.put ?? []),
    ...(arrival === undefined ? [] : [encodeDoorRecord(request.resource, arrival)]),
  ];
  return {
    ...(use.changes === undefined ? {} : { changes: use.changes }),
    records: { put, remove: records.remove ?? [] },
    events,
    notices,
  };
}

/** The decision as if a link whose uses are used up were switched off, as it is after its last use. */
function withoutLink(engine: Engine, id: string, decide: (by: Engine) => Decision): Decision {
  const link = findElement(engine, 'links', id);
  if (link === undefined) return decide(engine);
  const attempt = attemptChange(engine, { put: { links: [{ ...link, active: false }] } });
  try {
    const { decision, context } = decide(attempt.engine);
    return { decision, context: { ...context, revision: engine.revision } };
  } finally {
    attempt.undo();
  }
}
