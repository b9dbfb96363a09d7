/** From a door or stop as written, and the lists it is in, to its record. */
import type { Door, Elevator, Stop, Unlock } from '../policy/document.js';
import { parseInstant } from '../values/instant.js';
import { merged } from './list-edits.js';
import type { Numbers } from './make-records.js';
import { type LockdownRecord, type PortalRecord, readRestrictions } from './records.js';
import { DOOR, GROUP, PLACE, type ScopeCode, scopeCode } from './scope-code.js';

/** What a portal record needs besides its own element. */
export interface PortalParts {
  readonly number: number;
  readonly place: number;
  readonly groups: readonly number[];
  readonly lockdowns: readonly LockdownRecord[];
  readonly holdings: readonly number[];
}

/** The lists of a portal, which change while its own element stays. */
type PortalLists = Pick<PortalParts, 'groups' | 'lockdowns' | 'holdings'>;

/** What a portal record keeps of its own element, whatever the lists. */
type PortalOwn = Omit<PortalRecord, keyof PortalLists | 'containers' | 'plain'>;

/** A door. */
export function makeDoor(document: Door, parts: PortalParts, numbers: Numbers): PortalRecord {
  const tenant = document.tenant;
  return makePortal('door', document, parts, numbers, {
    elevator: undefined,
    readers: document.readers ?? [],
    offline: document.lock === 'offline',
    strictExit: document.strictExit === true,
    tenant: tenant === undefined ? -1 : numbers.user(tenant.user),
    tenantSince: tenant === undefined ? Number.POSITIVE_INFINITY : parseInstant(tenant.since),
  });
}

/** A stop of an elevator, with the elevator's readers. */
export function makeStop(
  document: Stop,
  elevator: Elevator,
  parts: PortalParts,
  numbers: Numbers,
): PortalRecord {
  return makePortal('elevator_stop', document, parts, numbers, {
    elevator,
    readers: elevator.readers ?? [],
    offline: false,
    strictExit: false,
    tenant: -1,
    tenantSince: Number.POSITIVE_INFINITY,
  });
}

function makePortal(
  type: PortalRecord['type'],
  document: Door | Stop,
  parts: PortalParts,
  numbers: Numbers,
  own: Pick<
    PortalRecord,
    'elevator' | 'readers' | 'offline' | 'strictExit' | 'tenant' | 'tenantSince'
  >,
): PortalRecord {
  const restrictions = readRestrictions(document.restrictions, numbers.schedule);
  const unlocks = (document.unlock ?? []).map((unlock: Unlock) => ({
    schedule: numbers.schedule(unlock.schedule),
    arrival: unlock.firstToArrive === undefined ? -1 : numbers.schedule(unlock.firstToArrive),
  }));
  const { number, place } = parts;
  const fences = { place: undefined, byDocument: new Map() };
  const element = { type, number, id: document.id, document, place, ...own };
  return portalWith({ ...element, restrictions, unlocks, fences }, parts);
}

/**
 * A portal with these lists, `own` being of its element or the record before. Each member is named: copies
 * made by spreading would each have a hidden class of their own, and every question would pay for it.
 */
export function portalWith(own: PortalOwn, lists: PortalLists): PortalRecord {
  return {
    type: own.type,
    number: own.number,
    id: own.id,
    document: own.document,
    elevator: own.elevator,
    place: own.place,
    groups: lists.groups,
    containers: containersOfPortal(own, lists.groups),
    readers: own.readers,
    restrictions: own.restrictions,
    unlocks: own.unlocks,
    lockdowns: lists.lockdowns,
    offline: own.offline,
    strictExit: own.strictExit,
    tenant: own.tenant,
    tenantSince: own.tenantSince,
    holdings: lists.holdings,
    plain:
      own.restrictions === undefined &&
      own.unlocks.length === 0 &&
      lists.lockdowns.length === 0 &&
      !own.offline &&
      own.tenant < 0,
    fences: own.fences,
  };
}

function containersOfPortal(own: PortalOwn, groups: readonly number[]): readonly ScopeCode[] {
  const place = scopeCode(PLACE, own.place);
  const door = scopeCode(DOOR, own.number);
  const single =
    own.type !== 'door' ? [0, place] : place < door ? [0, place, door] : [0, door, place];
  // Groups ascend, and so do their codes.
  return merged(
    single,
    groups.map((group) => scopeCode(GROUP, group)),
  );
}
