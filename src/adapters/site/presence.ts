/** Presence at a site: which places keep count and whom they alert, and setting right what is known of people. */
import { checkInPrefixOf } from '../../admin/check-ins/check-in.js';
import {
  type AlertPolicy,
  alertPolicyId,
  alertPolicyPrefix,
  alertPolicyShape,
} from '../../admin/presence/alert-policy.js';
import { type Capacity, capacityShape } from '../../admin/presence/capacity.js';
import {
  type CapacityCode,
  planAlertPolicy,
  planCapacity,
  planNoAlertPolicy,
  planNoCapacity,
} from '../../admin/presence/capacity-order.js';
import { type PresenceCode, planForgive, planRecount } from '../../admin/presence/forgive.js';
import type { PlaceScene } from '../../admin/presence/place-scene.js';
import { type Bearer, presencePrefix } from '../../admin/presence/presence.js';
import type { Outcome } from '../../values/outcome.js';
import type { StoreReader } from '../store/store.js';
import { allRecords } from './all-records.js';
import { readWholePlace } from './scene.js';
import type { Actor, Planned, Site, SiteView, WriteResult } from './site.js';

/** The place keeps no count, or has no such alert policy. */
export type NotKept = 'not_kept';

/** Keeps count at a place, or keeps it differently. */
export function setCapacity(
  site: Site,
  actor: Actor,
  order: Capacity,
): Promise<WriteResult<Capacity, CapacityCode>> {
  return site.write<Capacity, CapacityCode>({
    actor,
    operation: 'capacity.set',
    plan: async ({ engine, store }) => {
      const { place } = Object(order) as { place?: unknown };
      const record = typeof place === 'string' ? await store.record('capacity', place) : undefined;
      return planCapacity(engine, record && capacityShape.ofRecord(record), order);
    },
  });
}

/** Keeps count no longer, and forgets at once who was where and who checked in. */
export function endCapacity(
  site: Site,
  actor: Actor,
  place: string,
): Promise<WriteResult<{ readonly forgotten: number }, NotKept>> {
  return site.write<{ readonly forgotten: number }, NotKept>({
    actor,
    operation: 'capacity.end',
    plan: async ({ store }) => {
      if ((await store.record('capacity', place)) === undefined) return notKept(place);
      return { ok: true, value: planNoCapacity(place, await whereaboutsAt(store, place)) };
    },
  });
}

/** Tells people when a place fills up, or tells others, or at other thresholds. */
export function setAlertPolicy(
  site: Site,
  actor: Actor,
  order: AlertPolicy,
): Promise<WriteResult<AlertPolicy, CapacityCode>> {
  return site.write<AlertPolicy, CapacityCode>({
    actor,
    operation: 'alert_policy.set',
    plan: async ({ engine, store }) => {
      const { place } = Object(order) as { place?: unknown };
      const others =
        typeof place === 'string'
          ? await allRecords(store, 'alert_policy', alertPolicyPrefix(place))
          : [];
      return planAlertPolicy(
        engine,
        others.map((record) => alertPolicyShape.ofRecord(record)),
        order,
      );
    },
  });
}

/** Takes an alert policy away. */
export function removeAlertPolicy(
  site: Site,
  actor: Actor,
  policy: Pick<AlertPolicy, 'place' | 'id'>,
): Promise<WriteResult<AlertPolicy, NotKept>> {
  return site.write<AlertPolicy, NotKept>({
    actor,
    operation: 'alert_policy.remove',
    plan: async ({ store }) => {
      const record = await store.record('alert_policy', alertPolicyId(policy));
      if (record === undefined) return notKept(alertPolicyId(policy));
      return { ok: true, value: planNoAlertPolicy(alertPolicyShape.ofRecord(record)) };
    },
  });
}

/** Forgives anti-passback to one person, or to everybody at a place: the next move either way is allowed. */
export function forgivePassback(
  site: Site,
  actor: Actor,
  place: string,
  subject?: Bearer,
): Promise<WriteResult<{ readonly forgiven: number }, NotKept | PresenceCode>> {
  return site.write<{ readonly forgiven: number }, NotKept | PresenceCode>({
    actor,
    operation: 'presence.forgive',
    plan: (view) => overPlace(view, place, (scene) => planForgive(scene, subject)),
  });
}

/** Counts a place anew, whatever the count was. */
export function recountPlace(
  site: Site,
  actor: Actor,
  place: string,
): Promise<WriteResult<{ readonly before: number; readonly count: number }, NotKept>> {
  return site.write<{ readonly before: number; readonly count: number }, NotKept>({
    actor,
    operation: 'presence.recount',
    plan: (view) =>
      overPlace(view, place, (scene) => ({ ok: true, value: planRecount(scene, view) })),
  });
}

/** Every record that tells who was where at a place. */
export async function whereaboutsAt(store: Pick<StoreReader, 'records'>, place: string) {
  return [
    ...(await allRecords(store, 'presence', presencePrefix(place))),
    ...(await allRecords(store, 'check_in', checkInPrefixOf(place))),
  ];
}

async function overPlace<T, Code extends string>(
  { store, engine }: SiteView,
  place: string,
  plan: (scene: PlaceScene) => Outcome<Planned<T>, Code>,
): Promise<Outcome<Planned<T>, Code | NotKept>> {
  const scene = await readWholePlace(store, engine, place);
  return scene === undefined ? notKept(place) : plan(scene);
}

function notKept(what: string) {
  return { ok: false, code: 'not_kept', detail: `nothing is kept of \`${what}\`` } as const;
}
