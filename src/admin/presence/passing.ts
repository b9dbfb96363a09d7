/** Who passes which way where: what presence, zones and check-ins read of one request. */
import { readTime } from '../../engine/ask.js';
import { asksForTwo } from '../../engine/companions.js';
import { snapshotOf } from '../../engine/compile.js';
import { decidingClause, isOpening, portalOf } from '../../engine/decide.js';
import { type Encounter, encounter } from '../../engine/encounter.js';
import type { Engine } from '../../engine/engine.js';
import { subjectRefused } from '../../engine/opening.js';
import type { AccessRequest } from '../../engine/request.js';
import type { Direction } from './capacity-state.js';
import type { Bearer } from './presence.js';

/** A door or stop that somebody wants opened. */
export interface Doorway {
  readonly type: 'door' | 'elevator_stop';
  /** Id of the door or stop. */
  readonly door: string;
  readonly place: string;
  /** The reader that counts. */
  readonly reader: string | undefined;
  readonly direction: Direction;
  /** The person stands at it: not asked for from afar. */
  readonly standing: boolean;
  /** A door or stop that may want a second person. */
  readonly asksForTwo: boolean;
  /** Epoch milliseconds. */
  readonly time: number;
  /**
   * Who it is: a user or link that exists and is active, with nothing in hand that is lost, stolen or another's.
   * Undefined for anybody else, also at a door that stands open for all.
   */
  readonly subject: Bearer | undefined;
}

/** A doorway and somebody known. */
export interface Passing extends Doorway {
  readonly subject: Bearer;
}

/**
 * What a request to open says; undefined for any other request, and for a door or stop nobody knows.
 * @throws RequestError when the time is missing or ill-typed.
 */
export function doorwayOf(engine: Engine, request: AccessRequest): Doorway | undefined {
  const s = snapshotOf(engine);
  const portal = isOpening(request) ? portalOf(s, request) : undefined;
  if (portal === undefined) return undefined;
  const e = encounter(s, portal, request, readTime(request.context, s.zones));
  return {
    type: portal.type,
    door: portal.id,
    place: e.place.document.id,
    reader: e.reader?.id,
    direction: e.reader?.direction ?? 'unknown',
    standing: e.method !== 'remote',
    asksForTwo: asksForTwo(s, portal),
    time: e.time,
    subject: subjectRefused(s, e, undefined) ? undefined : bearerOf(e),
  };
}

/** Whether somebody would pass, were there somebody else who may: what a person who waits has to be able to. */
export function passesAccompanied(engine: Engine, request: AccessRequest): boolean {
  const s = snapshotOf(engine);
  const portal = portalOf(s, request);
  const roles = request.resource.type === 'door' ? s.mayUnlock : s.mayGetAccess;
  if (!isOpening(request) || portal === undefined || roles === undefined) return false;
  const e = encounter(s, portal, request, readTime(request.context, s.zones));
  return decidingClause(s, { ...e, company: 'vouched' }, roles, undefined) === 'D9';
}

/** Whether it is known who passes. */
export function isPassing(doorway: Doorway | undefined): doorway is Passing {
  return doorway?.subject !== undefined;
}

function bearerOf({ holder }: Encounter): Bearer | undefined {
  if (holder === undefined || holder.kind === 'team') return undefined;
  return { type: holder.kind, id: holder.id };
}
