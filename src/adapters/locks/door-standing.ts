/** Whether a door stands unlocked for everybody, asked as somebody whom nobody knows. */
import { strangersRequest } from '../../admin/door-state/stranger.js';
import { findElement } from '../../engine/elements.js';
import { readDoorState } from '../site/doors.js';
import type { GatewayParts } from './gateway-parts.js';

/** How a door stands by the policy. */
export interface DoorStanding {
  readonly open: boolean;
  /** Epoch milliseconds: the first instant at which the clock alone may change that. */
  readonly until: number | null;
}

const SHUT: DoorStanding = { open: false, until: null };
/** Refusals that shut a door whatever the site remembers of it. */
const ALWAYS_SHUT: ReadonlySet<string> = new Set([
  'action_unknown',
  'resource_unknown',
  'lockdown',
  'stale',
  'not_ready',
]);

/**
 * How a door stands now. It stands open only if the decision point permits a stranger because the door is unlocked;
 * with a site, only if the site says so too, which knows who came first, who left last and zones. Whatever fails says shut.
 */
export async function standingOf(parts: GatewayParts, door: string): Promise<DoorStanding> {
  const { host, pdp, site } = parts;
  try {
    const time = host.now();
    const view = pdp.local();
    if (!view.ok) return SHUT;
    const request = strangersRequest({ type: 'door', id: door }, time, []);
    const { decision, context } = view.value.decide(request, { validUntil: true });
    const until = instantOf(context.validUntil);
    if (site === undefined) return { open: decision && context.reason === 'door_unlocked', until };
    const { engine } = view.value;
    const isNeverOpen = (findElement(engine, 'doors', door)?.unlock ?? []).length === 0;
    // The store is asked for few doors: most have no unlock schedule.
    if (isNeverOpen || ALWAYS_SHUT.has(context.reason)) return { open: false, until };
    const state = await readDoorState(site, { type: 'door', id: door }, time);
    if (state === undefined) return SHUT;
    return { open: state.state === 'unlocked', until: earlier(until, instantOf(state.until)) };
  } catch {
    return SHUT;
  }
}

function instantOf(text: string | null | undefined): number | null {
  if (text === null || text === undefined) return null;
  const instant = Date.parse(text);
  return Number.isFinite(instant) ? instant : null;
}

function earlier(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}
