/** What a zone that is away means for who wants in: by itself nothing, and by two switches of the zone something. */
import { attemptChange } from '../../engine/compile.js';
import type { Decision } from '../../engine/decision.js';
import { findElement } from '../../engine/elements.js';
import type { Engine } from '../../engine/engine.js';
import type { AccessRequest } from '../../engine/request.js';
import type { Changes } from '../../policy/changes.js';
import { doorwayOf } from '../presence/passing.js';
import type { Zone } from './zone.js';
import type { ZoneModeNow } from './zone-state.js';

/**
 * `none`: the zone has no say. `refuse`: nobody comes in. `locked`: unlock schedules do not count. Neither of them stands
 * in the way of anybody who goes out.
 */
export type ZoneVerdict = 'none' | 'refuse' | 'locked';

/** What the zone says at an instant. */
export function zoneVerdict(
  { awayDeniesUnlock = false, suppressesUnlock = true }: Zone,
  { mode, alarm }: ZoneModeNow,
): ZoneVerdict {
  if (mode !== 'away') return 'none';
  if (awayDeniesUnlock) return 'refuse';
  return suppressesUnlock && (alarm?.onAccess ?? 'none') === 'none' ? 'locked' : 'none';
}

/**
 * The decision at a door of the zone: as if the door were locked down, or as if it had no unlock schedule. A refusal by
 * the zone has code `lockdown` and points at the zone. For whoever leaves by an exit reader it is the engine's.
 */
export function decideInZone(
  engine: Engine,
  request: AccessRequest,
  zone: Pick<Zone, 'id'>,
  verdict: ZoneVerdict,
): Decision {
  const doorway = verdict === 'none' ? undefined : doorwayOf(engine, request);
  const isMeant = doorway?.type === 'door' && doorway.direction !== 'exit';
  const door = isMeant ? findElement(engine, 'doors', doorway.door) : undefined;
  if (verdict === 'none' || door === undefined) return engine.decide(request);
  const lockdown = freeLockdownId(engine);
  const { unlock: _unlock, ...withoutUnlock } = door;
  const put: Changes['put'] =
    verdict === 'refuse'
      ? { lockdowns: [{ id: lockdown, scope: { type: 'door', id: door.id } }] }
      : { doors: [withoutUnlock] };
  const attempt = attemptChange(engine, { put });
  try {
    const { decision, context } = attempt.engine.decide(request);
    const reasons = context.reasons.map((reason) =>
      reason.at.type === 'lockdown' && reason.at.id === lockdown
        ? { ...reason, at: { type: 'zone', id: zone.id } }
        : reason,
    );
    return { decision, context: { ...context, reasons, revision: engine.revision } };
  } finally {
    attempt.undo();
  }
}

/** An id that no lockdown has: one of the policy must not be put aside by ours. */
function freeLockdownId(engine: Engine): string {
  let id = 'zone-away';
  while (findElement(engine, 'lockdowns', id) !== undefined) id += '~';
  return id;
}
