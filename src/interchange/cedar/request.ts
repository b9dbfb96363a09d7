/** A request as Cedar is asked it: who, what and where by name, and the facts as the context of docs/interchange.md. */
import { compileFence, judgeFence } from '../../checks/place/geofence.js';
import { readInstant, readRequest } from '../../engine/ask.js';
import { isAssigning } from '../../engine/assigning.js';
import { accompanied } from '../../engine/companions.js';
import { isOpening, portalOf } from '../../engine/decide.js';
import { type Encounter, encounter, holderOf } from '../../engine/encounter.js';
import { unlockHolds } from '../../engine/opening.js';
import type { AccessRequest, Entity } from '../../engine/request.js';
import type { Snapshot } from '../../engine/snapshot.js';
import { at } from '../../engine/table.js';
import type { Geofence } from '../../policy/document.js';
import { actionUid, UNKNOWN_ACTION } from './actions.js';
import { type CedarEntity, type CedarValue, unlockKey } from './entities.js';
import { openAt, type Source } from './hours.js';
import { letIn } from './let-in.js';
import { type CedarUid, heldEntity, uid, uidOf, wellFormed, withinUid } from './names.js';

/** One question to Cedar. */
export interface CedarRequest {
  readonly principal: CedarUid;
  readonly action: CedarUid;
  readonly resource: CedarUid;
  readonly context: CedarEntity['attrs'];
}

/**
 * What to ask Cedar instead of a request.
 * @throws RequestError for a malformed request.
 * @throws RangeError for a question about assigning roles (A3), which the export cannot answer.
 */
export function cedarRequest(source: Source, request: AccessRequest): CedarRequest {
  const { s } = source;
  const now = readRequest(request, s.zones);
  const { subject, action, resource } = request;
  const clock = { now, open: openAt(s, source.hours, now) };
  const principal = principalOf(s, subject);
  if (!s.model.actions.get(resource.type)?.has(action.name)) {
    return { principal, action: actionUid(UNKNOWN_ACTION), resource: nowhere(), context: clock };
  }
  if (isOpening(request)) {
    const context = { ...clock, ...factsOf(s, request, now) };
    return { principal, action: actionUid(action.name), resource: uidOf(resource), context };
  }
  if (isAssigning(request)) {
    throw new RangeError('a question about assigning roles (A3) has no answer in Cedar');
  }
  const asked = actionUid(`${resource.type}:${action.name}`);
  return { principal, action: asked, resource: placedUid(s, request), context: clock };
}

/** A credential stands for its holder; whoever is no user and no link is a stranger. */
function principalOf(s: Snapshot, subject: Entity): CedarUid {
  const { type, id } = subject;
  if (type === 'user' || type === 'link') return uidOf(subject);
  const holder = holderOf(s, subject);
  return holder === undefined
    ? uid('Stranger', `${type} ${id}`)
    : uidOf({ type: 'user', id: holder.id });
}

/** A2: a held resource by its id, any other by the scope it is said to lie at. */
function placedUid(s: Snapshot, { resource, action }: AccessRequest): CedarUid {
  const { type, id } = resource;
  const held = heldEntity(type);
  const said = resource.properties?.['scope'];
  const isMoved = action.name === 'add_to_place_group' || action.name === 'remove_from_place_group';
  const isHeld = held !== undefined && id !== '*';
  const isTarget =
    type === 'user' && isMoved && said !== undefined && holderOf(s, resource) !== undefined;
  if (isHeld && !isTarget) return uid(held, id);
  if (said === undefined) return withinUid({ type: 'organization', id: s.organization.id });
  if (typeof said !== 'object' || said === null) return nowhere();
  const scope = said as { type?: unknown; id?: unknown };
  if (typeof scope.type !== 'string' || typeof scope.id !== 'string') return nowhere();
  return withinUid({ type: scope.type, id: scope.id });
}

/** A resource that is in no export. */
function nowhere(): CedarUid {
  return uid('Within', 'nowhere');
}

/** The facts of an opening; of a door nobody knows, those that say nothing. */
function factsOf(s: Snapshot, request: AccessRequest, now: number): CedarEntity['attrs'] {
  const { method, reader, secondFactor } = request.context;
  const methods: readonly unknown[] = ['tap', 'card', 'qr', 'link'];
  const facts = {
    method: methods.includes(method) ? (method as string) : 'remote',
    reader: typeof reader === 'string' ? wellFormed(reader) : '',
    secondFactor: secondFactor === true,
    ...deviceFacts(request),
    ...presenceFacts(request.context),
  };
  const portal = portalOf(s, request);
  const roles = request.resource.type === 'door' ? s.mayUnlock : s.mayGetAccess;
  if (portal === undefined || roles === undefined) {
    return { ...facts, arrived: [], fences: [], accompanied: false, letIn: [] };
  }
  const e = accompanied(s, encounter(s, portal, request, now), roles);
  const users = letIn(s, e, roles).map((id) => ({ __entity: uidOf({ type: 'user', id }) }));
  return {
    ...facts,
    arrived: arrived(s, e),
    fences: fences(s, e),
    accompanied: e.company === 'vouched',
    letIn: users,
  };
}

/** R7 and R8: the credential that is the subject, else the fact. */
function deviceFacts({ subject, context }: AccessRequest): CedarEntity['attrs'] {
  const stated = context.device ?? undefined;
  const card = subject.type === 'credential' ? subject.id : undefined;
  const used = card ?? (typeof stated === 'string' ? stated : undefined);
  const device =
    used === undefined
      ? {}
      : {
          device: {
            id: wellFormed(used),
            credential: { __entity: uidOf({ type: 'credential', id: used }) },
          },
        };
  return {
    ...device,
    deviceUnreadable: stated !== undefined && typeof stated !== 'string',
    secondDevice: card !== undefined && typeof stated === 'string' && stated !== card,
  };
}

/** How many are inside, and where the subject is. What is no such fact is not there. */
function presenceFacts({ occupancy, presence }: AccessRequest['context']): CedarEntity['attrs'] {
  const isCount = typeof occupancy === 'number' && Number.isInteger(occupancy) && occupancy >= 0;
  const { state, since } = presenceStated(presence);
  const states: readonly unknown[] = ['inside', 'outside', 'unknown'];
  const instant = readInstant(since);
  return {
    // More than Cedar can count is as full as the most it can.
    ...(isCount ? { occupancy: Math.min(occupancy, Number.MAX_SAFE_INTEGER) } : {}),
    presence: states.includes(state) ? (state as string) : 'missing',
    ...(Number.isNaN(instant) ? {} : { since: instant }),
  };
}

/** The members of a presence. Facts never throw, not by a getter of the caller's either. */
function presenceStated(presence: unknown): { readonly state?: unknown; readonly since?: unknown } {
  if (typeof presence !== 'object' || presence === null) return {};
  try {
    const { state, since } = presence as Readonly<Record<string, unknown>>;
    return { state, since };
  } catch {
    return {};
  }
}

/** D3: the unlock schedules that are open and whose first arrival has come. */
function arrived(s: Snapshot, e: Encounter): CedarValue[] {
  const { type, id, unlocks } = e.portal;
  return unlocks.flatMap((unlock, index) =>
    unlock.arrival >= 0 && unlockHolds(s, e, unlock) ? [unlockKey(type, id, index)] : [],
  );
}

/** The geofences that would bind somebody at this door and in which the stated position lies, well enough known. */
function fences(s: Snapshot, e: Encounter): CedarValue[] {
  const { portal, place } = e;
  const own = 'location' in portal.document ? portal.document.location : undefined;
  const centre = own ?? place.document.location;
  const holds = (geofence: Geofence | undefined): boolean => {
    const fence = geofence && compileFence(geofence, centre);
    return fence !== undefined && judgeFence(fence, e.facts.location) === 'holds';
  };
  const groups = portal.groups.flatMap((number) => at(s.tables.groups, number) ?? []);
  const all = [
    { name: `${portal.type} ${portal.id}`, restrictions: portal.restrictions },
    { name: `place ${place.document.id}`, restrictions: place.restrictions },
    ...groups.map(({ document, restrictions }) => ({ name: `group ${document.id}`, restrictions })),
  ];
  return all.filter(({ restrictions }) => holds(restrictions?.geofence)).map(({ name }) => name);
}
